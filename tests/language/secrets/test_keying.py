"""What is done with a value right before it and behind it."""

import pytest

from memcli.language.secrets import find_secrets
from memcli.language.secrets.keying import (
    is_arriving,
    is_behind_fob,
    is_put_in,
    is_sealed,
    is_texted,
)


def found(text):
    return [text[each.start : each.end] for each in find_secrets(text)]


def place(text, value):
    start = text.index(value)
    return start, start + len(value)


def test_a_value_is_put_in_by_two_words_around_it_or_two_before_it():
    for text in ("bang 4482 in and shove", "gib 4482 ein", "just key in 4482"):
        assert is_put_in(text, *place(text, "4482"))
    assert not is_put_in("born in 4482", 8, 12)


def test_a_button_behind_a_value_seals_it():
    assert is_sealed("5582 then the tick", 4)
    assert is_sealed("5582 + key symbol", 4)
    assert not is_sealed("5582 then the bus", 4)


def test_a_badge_stands_before_a_value_that_is_typed_after_it():
    assert is_behind_fob("badge plus 5528", 11)
    assert not is_behind_fob("the badge is nice, and 5528", 23)


def test_a_value_comes_or_is_sent():
    assert is_arriving("447 029 just pinged in", 0, 7)
    assert not is_arriving("447 029 are here", 0, 7)
    assert is_texted("uber texted me 4409", 15)
    assert not is_texted("uber cost me 4409", 13)


@pytest.mark.parametrize(
    "text",
    [
        "2068 disarms",
        "punch in 80-15 at the side",
        "front door 5582 then the tick",
        "if it starts blinking key in 1984 and press the red one",
        "6639 = alarm off",
        "8257. thats the gate. go",
        "use 5519 at the barrier",
        "my phones 970135 look at the maps",
        "amex pin? 6620 keep it to yourself",
        "buzz 27A and then the bell sign",
    ],
)
def test_what_is_keyed_in_is_a_secret(text):
    assert len(found(text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "back in 1984 he opened the shop",
        "2068 people signed it",
        "press 4 for sales then 2",
        "score of 80-15 at the break",
        "we lost 80-15 and left by the gate",
        "my flight's at gate 12C then bus",
        "popped up at 1130",
        "whatsapp sent 40 pics at once",
    ],
)
def test_what_is_counted_or_dated_is_none(text):
    assert found(text) == []
