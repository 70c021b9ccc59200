"""Numbers to which the dial of a safe is turned."""

import pytest

from memcli.language.secrets import find_secrets
from memcli.language.secrets.dials import turns_of_dial


def found(text):
    return [text[each.start : each.end] for each in find_secrets(text)]


def test_a_dial_has_some_small_numbers():
    text = "left 31, right 8, left 22"
    assert [text[a:b] for a, b in turns_of_dial(text, 0, len(text))] == ["31", "8", "22"]
    assert turns_of_dial("left 31, right 8", 0, 16) == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("safe's stiff btw... right to 14, left 40, right 7", "14, left 40, right 7"),
        ("gun cabinet: 12 left, 45 right, 3 left", "12 left, 45 right, 3"),
        ("tresor 14 links, 33 rechts, 8 links", "14 links, 33 rechts, 8"),
    ],
)
def test_a_row_of_turns_is_one_secret(text, code):
    assert found(text) == [code]


def test_turns_of_a_way_are_none():
    assert found("exit 14, left at 40, right after 7, then park") == []
