"""Records of a bundle: what a line may hold."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest

from memcli.replication.parts import (
    ENTITIES,
    LINKS,
    MEMORIES,
    PARTS,
    STRENGTHS,
    TOMBSTONES,
    as_stored,
    decode_line,
    encode_rows,
)
from store.errors import BadRecord

NOW = datetime(2026, 1, 1, 12, 30, 0, 5, UTC)
ROW = {
    "id": "a" * 16, "namespace": "default", "type": "episodic", "level": 0, "text": "é\u2028x",
    "recorded_at": NOW, "archived": False, "importance": 0.1, "tags": ["t"], "metadata": '{"a":1}',
}  # fmt: skip


def line(**changes):
    (one,) = encode_rows([{**ROW, **changes}])
    return one.rstrip()


def test_a_row_comes_back_as_the_table_has_it():
    (back,) = as_stored(MEMORIES, [decode_line(MEMORIES, line())])
    assert {name: value for name, value in back.items() if value is not None} == {
        **ROW, "importance": pytest.approx(0.1),
    }  # fmt: skip
    assert as_stored(MEMORIES, [decode_line(MEMORIES, line(**back))]) == [back]


@pytest.mark.parametrize(
    "changes",
    [
        {"id": "a" * 17}, {"id": "é"}, {"id": ""}, {"level": 5}, {"type": "spell"}, {"seq": -1},
        {"seq": 1 << 31}, {"importance": 1e39}, {"metadata": "[]"}, {"metadata": "{"}, {"more": 1},
        {"recorded_at": "2026-01-01T00:00:00"}, {"text": None}, {"source_ids": ["x" * 40]},
    ],
)  # fmt: skip
def test_what_a_column_cannot_hold_is_refused(changes):
    with pytest.raises(BadRecord):
        decode_line(MEMORIES, line(**changes))


def test_each_part_refuses_what_is_none_of_it():
    for part in PARTS:
        for data in (b"{}", b"[]", b"\xff", b'{"id":1}', b"null"):
            with pytest.raises(BadRecord):
                decode_line(part, data)
    link = {"source_id": "a", "target_id": "b", "relation": "hates", "weight": 1.0}
    with pytest.raises(BadRecord):
        decode_line(LINKS, msgspec.json.encode({**link, "recorded_at": NOW}))
    grave = {"hash": "../../x", "kind": "id", "recorded_at": NOW}
    with pytest.raises(BadRecord):
        decode_line(TOMBSTONES, msgspec.json.encode(grave))


def test_what_travels_are_the_columns_of_the_tables():
    assert {"vector", "keys", "encoder"}.isdisjoint(MEMORIES.columns)
    assert "archived" not in MEMORIES.columns
    assert "evidence" in ENTITIES.columns
    assert "state" in STRENGTHS.columns
