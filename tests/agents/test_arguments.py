from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.agents.arguments import MOST_CHARACTERS, read_arguments
from memcli.agents.listing import specifications
from store.errors import BadUsage

TOOLS = specifications()


def read(tool, **given_):
    return read_arguments(given_, TOOLS[tool])


@pytest.mark.parametrize(
    ("tool", "given_", "expected"),
    [
        ("memory_search", {"q": "where", "k": 3}, {"query": "where", "limit": 3}),
        ("memory_search", {"question": "where", "top_k": "4"}, {"query": "where", "limit": 4}),
        ("memory_search", {"query": "a", "limit": 900}, {"query": "a", "limit": 100}),
        ("memory_search", {"query": "a", "since": None}, {"query": "a"}),
        ("memory_context", {"query": "a", "budget": 90}, {"task": "a", "max_tokens": 90}),
        ("memory_get", {"id": "abcd"}, {"ids": ["abcd"]}),
        ("memory_get", {"ids": "abcd, efgh"}, {"ids": ["abcd", "efgh"]}),
        ("memory_add", {"text": "x", "tag": ["a"]}, {"content": "x", "tags": ["a"]}),
        ("memory_add", {"content": "x", "supersedes": ["a"]}, {"content": "x", "replaces": ["a"]}),
        ("memory_profile", {}, {}),
        ("memory_profile", {"person": "Ida"}, {"name": "Ida"}),
    ],
)
def test_arguments_go_by_the_names_that_models_give_them(tool, given_, expected):
    assert read(tool, **given_) == expected


def test_its_own_name_goes_before_another_one_and_the_other_is_no_error():
    assert read("memory_search", query="own", q="other") == {"query": "own"}


@pytest.mark.parametrize(
    ("tool", "given_", "said"),
    [
        ("memory_search", {}, "query is missing"),
        ("memory_search", {"query": "  "}, "query is missing"),
        ("memory_get", {"ids": []}, "ids is missing"),
        ("memory_search", {"query": "a", "colour": "red"}, "unknown argument colour"),
        ("memory_search", {"query": "a", "limit": 0}, "limit is no number of 1"),
        ("memory_search", {"query": "a", "limit": True}, "limit is no number"),
        ("memory_search", {"query": "a", "limit": "many"}, "limit is no number"),
        ("memory_search", {"query": {"a": 1}}, "query is no text"),
        ("memory_search", {"query": "\ud800"}, "query has half of a character"),
        ("memory_add", {"content": "x" * (MOST_CHARACTERS + 1)}, "content has 100,001 characters"),
    ],
)
def test_what_cannot_be_meant_is_said_to_the_model(tool, given_, said):
    with pytest.raises(BadUsage, match=said):
        read(tool, **given_)


@given(st.dictionaries(st.sampled_from(["query", "q", "limit", "k", "since", "x"]), st.integers()))
def test_all_that_is_given_is_read_or_refused(given_):
    try:
        found = read_arguments(given_, TOOLS["memory_search"])
    except BadUsage:
        return
    assert "x" not in given_
    assert found.keys() <= TOOLS["memory_search"]["arguments"].keys()
