import pytest

from memcli.language.secrets.edges import is_clause, is_first, is_pointed_at


def place(text, value="8842"):
    return text.index(value), text.index(value) + len(value)


@pytest.mark.parametrize(
    "text",
    [
        "gate \u2192 8842",
        "8842 \u2190 the gate",
        "8842 \U0001f448 the gate",
        "8842 <- gate",
        "it => 8842",
    ],
)
def test_arrows_and_hands_point_at_a_value(text):
    assert is_pointed_at(text, *place(text))


@pytest.mark.parametrize("text", ["the gate 8842", "8842 - 3 = 8839", "8842, gate"])
def test_nothing_points_at_others(text):
    assert not is_pointed_at(text, *place(text))


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("card in my coat, 8842 ok? hurry", True),
        ("my card, 8842, get milk", True),
        ("8842\U0001f602", True),
        ("8842", True),
        ("I paid 8842, by card", False),
        ("my card, 8842 euros", False),
        ("my card, 8842.50", False),
    ],
)
def test_a_clause_is_no_more_than_its_value(text, is_one):
    assert is_clause(text, *place(text)) == is_one


def test_a_value_begins_a_line_behind_signs_alone():
    assert is_first("(8842) now", 1)
    assert is_first("so:\n> 8842", 6)
    assert not is_first("so 8842", 3)
