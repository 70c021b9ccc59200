"""What a question means without naming it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.language.descriptions import asks_name, find_descriptions


@pytest.mark.parametrize(
    ("question", "heads"),
    [
        ("What did Otto's plumber break?", [{"plumber", "break"}]),
        ("Where does the aunt of my best friend live?", [{"aunt"}, {"best", "friend", "live"}]),
        ("When does the bar where Nele sings open?", [{"bar"}]),
        ("Who made the chair standing in the hall?", [{"chair"}]),
        ("What is the poem Nele wrote about?", [{"poem"}]),
        ("What did we plan for the winter?", []),
        ("Where is Lisbon?", []),
        ("", []),
    ],
)
def test_a_possessive_or_a_narrowed_noun_describes(question, heads):
    assert [set(each.head) for each in find_descriptions(question)] == heads


def test_what_narrows_a_noun_down_is_kept():
    (found,) = find_descriptions("When does the bar where Nele sings open?")
    assert {"nele", "sings"} <= found.narrowed_by


def test_who_asks_for_a_name_is_told_it_by_the_first_hit():
    assert asks_name("What is the name of Otto's plumber?")
    assert not asks_name("What did Otto's plumber break?")


@given(st.text(max_size=80))
def test_any_text_may_be_asked(question):
    for each in find_descriptions(question):
        assert each.head
