"""Outlines of JSON, whole or cut off."""

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from memcli.ingestion.transcripts.outline import Outline, completed, outline

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=12,
)


@settings(deadline=None)
@given(st.dictionaries(st.text(max_size=4), JSON, min_size=1), st.data())
def test_json_that_is_cut_off_anywhere_can_be_read(document, data):
    text = json.dumps(document)
    end = data.draw(st.integers(1, len(text)))
    part = json.loads(completed(text[:end]))
    assert set(part) <= set(document)
    assert json.loads(completed(text)) == document


def test_lines_arrays_and_objects_are_told_apart():
    assert outline(b'{"a": 1}\n{"b": 2}\n') == Outline("lines", ({"a": 1}, {"b": 2}))
    assert outline(b'\xef\xbb\xbf [{"a": 1}, 3, {"b": [1, 2') == Outline(
        "array", ({"a": 1}, {"b": [1]})
    )
    assert outline(b'{\n "a": {"b": 1},\n "c": "unen') == Outline("object", ({"a": {"b": 1}},))
    assert outline(b'{"a": 1}') == Outline("object", ({"a": 1},))
    assert outline(b"text") == Outline()
    assert outline(b"{not json}\n").first == {}
