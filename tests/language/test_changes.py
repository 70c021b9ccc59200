"""The words by which a sentence changes what was said before it."""

import pytest

from memcli.language.changes import (
    change_in,
    counts,
    days_in,
    ends_last,
    is_to_come,
    may_change,
    takes_back,
)


@pytest.mark.parametrize(
    ("sentence", "field", "value"),
    [
        ("lisbon's off, marta is ill", "off", {"lisbon"}),
        ("the dog thing fell through", "off", {"dog"}),
        ("they called off the gig", "off", {"gig"}),
        ("friday's no good", "given_up", {"friday"}),
        ("the 15th, not the 1st", "given_up", {"1st"}),
        ("i can't do the 28th", "unable", {"28th"}),
        ("sorry, i meant tuesday", "instead", "tuesday"),
        ("they moved the gig to the 30th", "moved", (({"they", "gig"}, "30th"),)),
        ("we cut it down to three nights", "counted", {"night": {"3"}}),
    ],
)
def test_a_sentence_says_what_it_changes(sentence, field, value):
    assert getattr(change_in(sentence), field) == value
    assert may_change(sentence)


@pytest.mark.parametrize(
    "sentence", ["i have two cats", "we met on friday", "the light is off-white"]
)
def test_other_sentences_change_nothing(sentence):
    assert change_in(sentence) is None


def test_a_turn_opens_with_what_takes_back_the_one_before():
    assert takes_back("haha, just kidding!")
    assert not takes_back("you are kidding me")


@pytest.mark.parametrize(
    ("text", "asked", "ends"),
    [
        ("not anymore, i'm in york now", "nice", True),
        ("no, i left in may", "still?", True),
        ("no, i left in may", "do you like it?", False),
        ("yes", "still?", False),
    ],
)
def test_a_no_to_a_mere_still_ends_what_was_told(text, asked, ends):
    assert ends_last(text, asked) == ends


def test_days_numbers_and_what_is_to_come():
    assert days_in("on friday the 28th") == {"friday", "28th"}
    assert counts("Four nights and 2 dogs, one more time") == {"night": {"4"}, "dog": {"2"}}
    assert is_to_come("we're buying the house")
    assert not is_to_come("we bought the house")
