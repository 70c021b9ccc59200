"""Broad questions"""

import pytest

from memcli.language.broad import asks_of_oneself, is_broad, told_words


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What's been going on?", True),
        ("Give me a summary of the boat project", True),
        ("what do you know about me?", True),
        ("How are you?", True),
        ("who sold the boat?", False),
        ("what shall I cook for Jonas?", False),
        ("when is the progressive dinner?", False),
    ],
)
def test_what_asks_for_the_whole_is_told_from_what_asks_for_a_thing(question, expected):
    assert is_broad(question) is expected


def test_who_asks_of_themselves_and_which_words_say_of_what():
    assert asks_of_oneself("what can I eat?")
    assert not asks_of_oneself("what can Jonas eat?")
    assert told_words("What can Jonas eat?") == {"jonas", "eat"}
