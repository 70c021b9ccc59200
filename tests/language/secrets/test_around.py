"""The words right around a value."""

import pytest

from memcli.language.secrets import around


def test_words_that_say_nothing_of_a_value_are_passed_over():
    assert around.last_word("the gate is now ") == "is"
    assert around.next_word("4471, please", 4) == ""
    assert around.next_word("4471 please", 4) == "please"


@pytest.mark.parametrize("lead", ["the gate is ", "pass → ", "code: ", "玄関は", "set it to "])
def test_what_says_what_something_is_links(lead):
    assert around.is_linked(lead)


def test_other_words_link_nothing():
    assert not around.is_linked("the gate near ")


@pytest.mark.parametrize("lead", ["page ", "it costs ", "your card ending in ", "May 1, ", "in "])
def test_what_is_counted_paid_or_dated_is_of_something(lead):
    assert around.is_of_something(lead + "2024", len(lead), len(lead) + 4)


def test_what_is_dialled_is_of_nothing():
    assert not around.is_of_something("dial 4471", 5, 9)


@pytest.mark.parametrize("behind", [" people", " of 9000", " euros", "年", "块"])
def test_a_number_before_what_is_counted_is_an_amount(behind):
    assert around.is_amount("4471" + behind, 4)


def test_a_value_goes_on_without_a_noun():
    assert around.goes_on("4471 and then", 4)
    assert around.goes_on("4471.", 4)
    assert not around.goes_on("4471 tickets", 4)
    assert around.is_counted("on page 4471", 8)
