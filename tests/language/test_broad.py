"""Broad questions"""

import pytest

from memcli.language.broad import asks_of_oneself, asks_overview, is_broad, told_words, topic_words


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


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("How did the harvest go?", True),
        ("Summarise what was agreed in April", True),
        ("What did we decide about the roof?", True),
        ("What has been going on at the mill?", True),
        ("What happened to the ladder?", False),
        ("Where did the goat go", False),
        ("Who wrote the history of the mill?", False),
    ],
)
def test_what_a_conversation_answers_is_told_from_what_a_turn_does(question, expected):
    assert asks_overview(question) is expected


def test_a_topic_is_neither_how_it_is_asked_for_nor_when():
    assert topic_words("How did the harvest go in May?", names_time=True) == {"harvest"}
    assert topic_words("What did May say of it?", names_time=False) == {"may"}
