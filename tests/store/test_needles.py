"""Many texts in bytes, found in one pass."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.needles import FEW, Needles

# Few letters, so that what is looked for is often there, and begins alike.
SOME = st.text(alphabet="ab\u00e9", max_size=24).map(str.encode)
NOWHERE = [f"nowhere to be found, {number}".encode() for number in range(FEW)]


def few_and_many(texts):
    """Return what looks for some texts, one after the other and, among more, in one pass."""
    return Needles(texts), Needles([*texts, *NOWHERE, b"nowhere"])


@given(st.lists(SOME, max_size=6), SOME, SOME)
def test_all_are_found_wherever_they_stand(texts, before, after):
    for text in [*texts, b"found here"]:
        data = before + text + after
        expected = {
            (place, each)
            for each in texts
            if each
            for place in range(len(data))
            if data.startswith(each, place)
        }
        for needles in few_and_many(texts):
            assert set(needles.places(data)) == expected
            assert needles.are_in(data) == bool(expected)


ROWS = [
    "the long first text",
    None,
    "",
    "second one which is long",
    "caf\u00e9 in the third row",
    "x",
]


@pytest.mark.parametrize("type_", [pa.string(), pa.large_string()])
@pytest.mark.parametrize("start", [0, 1, 3])
def test_rows_are_those_in_which_a_text_stands_whole(type_, start):
    column = pa.array(ROWS, type_)[start:]
    texts = ["first text", "which is", "third row", "x", "row x", "second", "textsecond", "rowx"]
    expected = {
        (number, text.encode())
        for number, value in enumerate(ROWS[start:])
        for text in texts
        if value and text in value
    }
    assert expected
    for needles in few_and_many([text.encode() for text in texts]):
        assert set(needles.rows(column)) == expected


def test_nothing_is_found_in_nothing():
    needles = Needles([b"something long"])
    for column in (pa.array([], pa.string()), pa.array([None], pa.string()), pa.array([""])):
        assert list(needles.rows(column)) == []
    assert list(Needles([]).places(b"text")) == []
    assert list(Needles([b""]).places(b"text")) == []


def test_bytes_that_are_no_text_are_found():
    raw = bytes(range(256)) * 3
    for needles in few_and_many([raw[250:270]]):
        assert sorted(place for place, _ in needles.places(raw)) == [250, 506]


def test_a_null_is_no_match_even_over_bytes_that_are():
    data = pa.py_buffer(b"the secret text")
    offsets = pa.py_buffer(b"\x00\x00\x00\x00\x0f\x00\x00\x00")
    hidden = pa.Array.from_buffers(pa.string(), 1, [pa.py_buffer(b"\x00"), offsets, data])
    for needles in few_and_many([b"secret text"]):
        assert list(needles.rows(hidden)) == []
