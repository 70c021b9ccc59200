"""The JSON in what a language model answers."""

from __future__ import annotations

import json
import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.models.llm.text import parse_json
from store.errors import InvalidAnswer


@pytest.mark.parametrize(
    "text",
    [
        '{"a": [1, "x}"]}',
        ' \ufeff{"a": [1, "x}"]}\n',
        '```json\n{"a": [1, "x}"]}\n```',
        '```\n{"a": [1, "x}"]}```',
        'Sure! Here it is:\n\n```json\n{"a": [1, "x}"]}\n```\nAnything else?',
        'Sure, as in [1] and {b}: {"a": [1, "x}"]} Hope this helps {}.',
        '<think>perhaps {"a": [1, 2, 3, 4, 5, 6, 7, 8, 9]}</think>{"a": [1, "x}"]}',
        '```python\nprint()\n```\n```json\n{"a": [1, "x}"]}\n```',
    ],
)
def test_json_is_found_in_what_surrounds_it(text):
    assert parse_json(text) == {"a": [1, "x}"]}


def test_a_line_break_inside_a_string_is_let_pass():
    assert parse_json('{"a": "one\ntwo"}') == {"a": "one\ntwo"}


def test_a_closing_tag_inside_a_string_is_text():
    assert parse_json('{"a": "</think>"}') == {"a": "</think>"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "I cannot do that.",
        '{"a": ',
        "{a: 1}",
        '{"a": NaN}',
        "```json\n```",
        "{" * 100_000,
        "[" * 100_000,
        '{"' * 50_000,
        "```\n" * 25_001,
        '{"a":' * 20_000,
    ],
    ids=range(11),
)
def test_no_json_is_an_invalid_answer(text):
    started = time.monotonic()
    with pytest.raises(InvalidAnswer):
        parse_json(text)
    assert time.monotonic() - started < 5


@given(st.text())
def test_parsing_gives_json_or_an_invalid_answer(text):
    with suppress(InvalidAnswer):
        json.dumps(parse_json(text))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(JSON)
def test_all_json_is_read_back_from_a_fence(value):
    assert parse_json(f"```json\n{json.dumps(value)}\n```") == value
