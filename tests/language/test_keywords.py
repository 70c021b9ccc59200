import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.language.keywords import keywords, tags
from memcli.language.parts import Fact
from tests.support.growth import assert_grows_with_its_input


def test_rare_words_come_first():
    rarity = {"violin": 9.0, "garden": 2.0}.get
    assert keywords("the garden and the violin", lambda w: rarity(w, 1.0)) == ["violin", "garden"]


def test_function_words_and_fillers_are_no_keywords():
    assert keywords("Yes, I really think that would be a good thing!", None) == []


def test_words_of_one_stem_count_once():
    assert keywords("painting paints painted", None) == ["painting"]


def test_a_name_of_two_words_is_one_keyword():
    assert "crystal lake" in keywords("We walked to Crystal Lake", None)


def test_an_earlier_word_wins_over_an_equal_one():
    assert keywords("kayak canoe", lambda _: 1.0) == ["kayak", "canoe"]


def test_no_more_than_asked_for_are_given():
    assert len(keywords("kayak canoe paddle river tent stove", None, 3)) == 3
    assert keywords("kayak", None, 0) == []


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("My sister had her baby", "family"),
        ("The doctor changed my medication", "health"),
        ("We booked flights and a hotel", "travel"),
        ("I have to pay the invoice", "money"),
        ("Our dog chased the cats", "pets"),
        ("I practise guitar for the concert", "music"),
        ("The deadline of my boss", "work"),
        ("I am so nervous and worried", "feelings"),
        ("The server has a bug in the code", "technology"),
    ],
)
def test_a_text_gets_its_broad_topic(text, topic):
    assert tags(text)[0] == topic


def test_the_topic_of_the_fact_comes_first():
    assert tags("pizza, pasta", Fact("Mara", "allergic_to", "nuts")) == ["health", "food"]


def test_a_text_of_no_topic_has_no_tag():
    assert tags("Indeed, quite so.") == []
    assert tags("我住在里斯本") == []


@given(st.text(), st.integers(0, 8))
def test_any_text_gives_distinct_lower_case_words(text, n):
    words = keywords(text, None, n)
    assert len(words) == len(set(words)) <= n
    assert len(tags(text, n=n)) <= n


@pytest.mark.parametrize("unit", ["a'", "a-", "word ", "Ana ", "a"])
def test_time_grows_with_the_length_of_the_input(unit):
    assert_grows_with_its_input(lambda text: keywords(text, None), unit)
    assert_grows_with_its_input(tags, unit)
