"""JSON Lines: what `ingest` takes back, the same each time."""

from __future__ import annotations

import json

from memcli.exports.contents import Contents
from memcli.exports.lines import encode_lines
from memcli.records import from_wire


def test_each_line_is_a_record_that_the_wire_takes(contents):
    records = [json.loads(line) for line in encode_lines(contents)]
    for record in records:
        assert from_wire(record).extra is None
    assert [r["text"] for r in records if r.get("archived")] == ["Old."]
    assert None not in [value for record in records for value in record.values()]


def test_the_same_store_gives_the_same_bytes(small_store):
    once, again = (b"".join(encode_lines(Contents(small_store.snapshot()))) for _ in range(2))
    assert once == again
    assert once.endswith(b"}\n")
