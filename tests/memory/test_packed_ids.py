"""Ids packed with their days: sorted, the newest only, wherever they lie until then."""

from datetime import UTC, datetime, timedelta
from itertools import groupby
from operator import itemgetter

import pyarrow as pa
import pytest

from memcli.memory import packed_ids
from memcli.memory.packed_ids import PackedIds

SCHEMA = pa.schema(
    [("id", pa.string()), ("namespace", pa.string()), ("happened_at", pa.timestamp("us", "UTC"))]
)
DAY = datetime(1970, 1, 1, tzinfo=UTC)


def rows(n):
    """Return rows in no order of their ids, some without a day, one whose id is too short."""
    ids = [f"{(i * 7919) % 10_007:016}" for i in range(n)]
    days = [None if i % 5 == 0 else DAY + timedelta(days=i - 3) for i in range(n)]
    columns = [[*ids, "short"], [*("ab"[i % 2] for i in range(n)), "c"], [*days, DAY]]
    arrays = [pa.array(some, field.type) for some, field in zip(columns, SCHEMA, strict=True)]
    return pa.Table.from_arrays(arrays, schema=SCHEMA)


def expected(table, newest):
    found = {}
    kept = [row for row in table.to_pylist() if len(row["id"]) == 16]
    for row in kept[max(0, len(kept) - newest) :]:
        days = (row["happened_at"] - DAY).days if row["happened_at"] else -1
        packed = row["id"] + (f"{days:05}" if days >= 0 else "-----")
        found.setdefault(row["namespace"], []).append(packed)
    return {name: "".join(sorted(texts)) for name, texts in found.items()}


def texts(ids):
    parts = groupby(ids.pieces(), itemgetter(0))
    return {name: "".join(text for _, text in some) for name, some in parts}


@pytest.mark.parametrize("can_write", [True, False])
@pytest.mark.parametrize("size", [1, 7, 200])
def test_the_newest_are_in_their_order(tmp_path, monkeypatch, size, can_write):
    monkeypatch.setattr(packed_ids, "IDS_A_RUN", 5)
    monkeypatch.setattr(packed_ids, "IDS_A_PART", 2)
    monkeypatch.setattr(packed_ids, "IDS_IN_ALL", 75)
    ids, table = PackedIds(tmp_path if can_write else tmp_path / "gone"), rows(101)
    for batch in table.to_batches(max_chunksize=size):
        ids.add(pa.Table.from_batches([batch]))
    # Of 20 full runs and one begun, the last 14 and that one.
    assert texts(ids) == texts(ids) == expected(table, 71)
    assert (ids._file.rows > 0) is can_write


def test_a_few_need_no_file(tmp_path):
    ids = PackedIds(tmp_path)
    ids.add(rows(9))
    assert texts(ids) == expected(rows(9), 9)
    assert ids._file.rows == 0
