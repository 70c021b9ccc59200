"""Words that somebody is told to say, and phrases told by what is said of them."""

import pytest

from memcli.language.secrets import find_secrets


def found(text):
    return [text[each.start : each.end] for each in find_secrets(text)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("if the alarm people ring tell them rhubarb", "rhubarb"),
        ("school pick up word for wednesday: purple walrus", "purple walrus"),
        ("telephone banking memorable word gasometer", "gasometer"),
        ("verbal password with the alarm people, tangerine dream", "tangerine dream"),
        ("use brass teapot winter sleigh as the passphrase", "brass teapot winter sleigh"),
        ("vault opens with three words, orbit marmot candle", "orbit marmot candle"),
        ("the wifi password is blue kitten", "blue kitten"),
        ("netflix pw is Sunny Otter, dont share", "Sunny Otter"),
        ("staff wifi pw grumpyCATS? yes with the question mark", "grumpyCATS?"),
    ],
)
def test_what_is_to_be_said_is_a_secret(text, said):
    assert found(text) == [said]


@pytest.mark.parametrize(
    "text",
    [
        "alarm company will call back, say hello",
        "if the alarm people ring tell them sorry",
        "the passphrase has to be long enough, as we all said before",
        "word on the street is he left",
        "three words: I love you",
        "we use this as the passphrase policy",
        "the password is case sensitive",
        "the wifi password is pretty obvious",
        "the password is pure nonsense",
        "my password is top secret",
        "the password is last year's",
    ],
)
def test_talk_is_none(text):
    assert found(text) == []
