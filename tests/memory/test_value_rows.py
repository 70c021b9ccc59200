"""Values for TAB out of rows that come a batch at a time, as if they came all at once."""

from __future__ import annotations

from datetime import UTC, datetime

import pyarrow as pa
import pytest

from memcli.memory import value_rows
from memcli.memory.packed_ids import PackedIds
from memcli.memory.value_rows import COUNT, LAST, SeenRows, is_task

SCHEMA = pa.schema(
    [("_rowid", pa.uint64()), *((n, pa.string()) for n in ("id", "namespace", "speaker")),
     ("session_id", pa.string()), ("happened_at", pa.timestamp("us", "UTC")),
     ("pinned", pa.bool_()), ("level", pa.int8()), ("attribute", pa.string()),
     ("tags", pa.list_(pa.string())), ("entities", pa.list_(pa.string()))]
)  # fmt: skip


def rows(n):
    for i in range(n):
        yield {
            "_rowid": i, "id": f"{i:016}", "namespace": "ab"[i % 2],
            "speaker": None if i % 5 == 0 else f"s{i % 3}", "session_id": f"t{i // 4}",
            "happened_at": datetime(2026, 1, 1 + i % 28, tzinfo=UTC), "pinned": i == 3,
            "level": 4 if i == 5 else 0, "attribute": "status" if i == 5 else None,
            "tags": ["task"] if i == 5 else None, "entities": ["Ida"] * (i % 2),
        }  # fmt: skip


def seen(size, n=40, hidden=()):
    found = SeenRows(hidden)
    table = pa.Table.from_pylist(list(rows(n)), SCHEMA)
    for batch in table.to_batches(max_chunksize=size):
        found.add(batch)
    return found


def told(found):
    order = [("session_id", "ascending"), ("namespace", "ascending")]
    return (
        found.namespaces.most(), found.speakers.most(), found.entities.most(),
        found.sessions.total().sort_by(order).to_pylist(), found.chosen(),
    )  # fmt: skip


@pytest.mark.parametrize("told_of", [25_000, 5])
def test_the_size_of_the_batches_changes_nothing(monkeypatch, told_of):
    monkeypatch.setattr(value_rows, "IDS_EACH", 3)
    monkeypatch.setattr(value_rows, "IDS_TOLD", told_of)
    monkeypatch.setattr(value_rows, "WAITING", 2)
    whole = told(seen(40, hidden=[f"{7:016}"]))
    assert told(seen(3, hidden=[f"{7:016}"])) == whole
    assert whole[0] == [["a", 20], ["b", 19]]
    newest = [39, 38, 37, 36, 35, 34] if told_of > 6 else [39, 38, 37, 36]
    assert [row["_rowid"] for row in whole[4]] == [*newest, 5, 3]
    assert {COUNT, LAST} <= set(whole[3][0])
    assert [is_task(row) for row in whole[4]] == [False] * len(newest) + [True, False]


def test_of_no_rows_nothing_is_told(tmp_path):
    ids = PackedIds(tmp_path)
    found = SeenRows((), ids)
    assert (found.namespaces.most(), found.sessions.total(), found.chosen()) == ([], None, [])
    assert list(ids.pieces()) == []
