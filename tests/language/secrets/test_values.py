import pytest

from memcli.language.secrets.values import CHECKS, is_nothing, is_strong


@pytest.mark.parametrize(
    "value",
    [
        *("data.get(", "request.form[", "os.environ", "hashed_password", "my_pass", "$PASS", "<x>"),
        *("${DB}", "********", "mysecretpassword", "your_password_here", "bob@example.org"),
        *("https://example.org/a1", "---", "xxxxxxxxxx", "a==b", "/etc/passwd1"),
    ],
)
def test_what_stands_for_a_secret_is_none(value):
    assert is_nothing(value)


@pytest.mark.parametrize("value", ["Heron99x", "p@ss!word", "aBcDeFgH", "q8Zr2LmX7v"])
def test_what_no_plain_word_has_is_strong(value):
    assert is_strong(value)


@pytest.mark.parametrize(
    "value", ["8-character", "256-bit", "12.4.1", "10:30", "2nd", "20,000", "hello", "1x", "v1.2.3"]
)
def test_words_measures_and_versions_are_not_strong(value):
    assert not is_strong(value)


@pytest.mark.parametrize(
    ("check", "value", "is_one"),
    [
        ("password", "swordfish", True),
        ("password", "wrong", False),
        ("password", "abgelaufen", False),
        ("password", "causing", False),
        ("password", "4471", True),
        ("phrase", "purple monkey dishwasher", True),
        ("phrase", "way too long", False),
        ("phrase", "leider nicht mehr gültig", False),
        ("paper", "X1234567", True),
        ("paper", "2024", False),
        ("paper", "12.03.1988", False),
        ("code", "4471#", True),
        ("code", "B2", False),
        ("random", "q8Zr2LmX7vTn4Kd9", True),
        ("random", "expires_in_3600_seconds", False),
        ("basic", "Ym9iOkhlcm9uOTk=", True),
        ("basic", "knowledge", False),
        ("name", "Kowalski", True),
        ("name", "unknown", False),
        ("seed", "abandon ladder velvet orbit crater dune walnut mosaic", True),
        ("seed", "the seeds are in the box by the door", False),
        ("long", "11223344556677889900", True),
        ("long", "takeaways", False),
    ],
)
def test_a_value_is_judged_by_what_it_is_said_to_be(check, value, is_one):
    assert CHECKS[check](value) is is_one
