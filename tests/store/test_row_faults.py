"""Faults of rows are the same whether they are looked for at once or in parts."""

from datetime import UTC, datetime

import pyarrow as pa
import pytest

from schemas import tables
from store import row_faults
from store.row_faults import FAULTS, found_faults, in_part


@pytest.fixture
def faulty(store, memories, links):
    """Return a snapshot with every fault but those of windows, one of them in two rows."""
    early, late = datetime(2026, 1, 1, 11, tzinfo=UTC), datetime(2026, 1, 1, 12, tzinfo=UTC)
    strength = dict.fromkeys(tables.strengths().names, 0) | {
        "last_access_at": early, "recorded_at": early,
    }  # fmt: skip
    states = [("nobody", "active"), ("a", "archived"), ("b", "active"), ("b", "active")]
    rows = [{**strength, "id": id_, "state": state} for id_, state in states]
    with store.transaction("write") as transaction:
        for some in (
            memories(*"aabc"),
            memories("d", "e", session_id="s", seq=4),
            memories("x", source_ids=["nowhere"], superseded_by="nobody"),
            memories("y", level=2, valid_from=late, valid_to=early),
        ):
            transaction.append("memories", some)
        ends = [("a", "z"), ("z", "a"), ("b", "c"), ("b", "c"), ("z", "z2")]
        transaction.append("links", links(*ends))
        transaction.append("strengths", pa.Table.from_pylist(rows, schema=tables.strengths()))
        transaction.publish()
    return store.snapshot()


def by_what(snapshot):
    return {fault.what: sorted(ids) for fault, ids in found_faults(snapshot)}


def test_parts_find_what_one_statement_finds(faulty, monkeypatch):
    whole = by_what(faulty)
    assert len(whole) == len(FAULTS) - 2
    assert whole["links start or end nowhere"] == ["a -> z", "z -> a", "z -> z2"]
    monkeypatch.setattr(row_faults, "FEW_ROWS", 0)
    for rows in (3, 1_000):
        monkeypatch.setattr(row_faults, "ROWS_AT_ONCE", rows)
        assert by_what(faulty) == whole


def test_a_part_is_told_by_what_columns_hold():
    statement = "SELECT id FROM links WHERE {id} AND {source_id, relation}"
    assert in_part(statement, 1, 0) == "SELECT id FROM links WHERE true AND true"
    assert in_part(statement, 3, 2).endswith(
        "hash(id) % 3 = 2 AND hash(source_id, relation) % 3 = 2"
    )
