import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.language.keywords import MOST_KEYWORDS, MOST_TAGS, keywords, tags
from tests.support.growth import assert_grows_with_its_input


def test_long_words_and_those_said_again_come_first():
    assert keywords("the tea and the lighthouses") == ["lighthouses", "tea"]
    assert keywords("violin garden garden garden garden") == ["garden", "violin"]


def test_function_words_and_fillers_are_no_keywords():
    assert keywords("Yes, I really think that would be a good thing!") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("painting paints painted", ["painting"]),
        ("relational relate", ["relational"]),
        ("running runs", ["running"]),
        ("allergies allergy", ["allergies"]),
        ("painting painter", ["painting", "painter"]),
        ("universe university", ["universe", "university"]),
        ("猫 茶", []),
        ("été étés", ["été", "étés"]),
    ],
)
def test_words_of_one_stem_count_once(text, expected):
    assert keywords(text) == expected


def test_a_name_of_two_words_is_one_keyword():
    assert "crystal lake" in keywords("We walked to Crystal Lake")


def test_an_earlier_word_wins_over_an_equal_one():
    assert keywords("kayak canoe") == ["kayak", "canoe"]


def test_no_more_than_the_most_are_given():
    many = "kayak canoe paddle river tent stove lantern compass"
    assert len(keywords(many)) == MOST_KEYWORDS < len(many.split())


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


def test_a_text_of_no_topic_has_no_tag():
    assert tags("Indeed, quite so.") == []
    assert tags("我住在里斯本") == []


@given(st.text())
def test_any_text_gives_distinct_lower_case_words(text):
    words = keywords(text)
    assert len(words) == len(set(words)) <= MOST_KEYWORDS
    assert len(tags(text)) <= MOST_TAGS


@pytest.mark.parametrize("unit", ["a'", "a-", "word ", "Ana ", "a"])
def test_time_grows_with_the_length_of_the_input(unit):
    assert_grows_with_its_input(keywords, unit)
    assert_grows_with_its_input(tags, unit)
