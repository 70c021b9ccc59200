import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.language.word_variants import plain_form, variants, with_variants


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("colour", "color"),
        ("favourite", "favorite"),
        ("neighbourhood", "neighborhood"),
        ("organised", "organized"),
        ("realisation", "realization"),
        ("travelling", "traveling"),
        ("centre", "center"),
        ("centred", "centered"),
        ("jewellery", "jewelry"),
        ("mum", "mom"),
        ("went", "go"),
        ("children", "child"),
        ("2", "two"),
        ("2nd", "second"),
    ],
)
def test_two_ways_to_write_a_word_are_one(one, other):
    assert plain_form(one) == plain_form(other) == other
    assert other in variants(one)


@pytest.mark.parametrize(
    "word", ["mumble", "programmer", "organism", "emphasis", "boat", "22", "x"]
)
def test_what_only_begins_alike_stays_what_it_is(word):
    assert plain_form(word) == word


def test_a_question_in_one_form_looks_for_all():
    assert {"color", "colour"} <= set(with_variants("colour").split())
    assert {"buy", "bought"} <= set(with_variants("buy").split())
    assert with_variants("boat house") == "boat house"


@given(st.text(max_size=30))
def test_a_plain_form_is_its_own(text):
    plain = plain_form(text)
    assert plain_form(plain) == plain or text != plain
    assert text not in variants(text)
