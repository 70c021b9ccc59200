"""Indexes of tables: which rows they have, and in how many pieces."""

import pyarrow as pa

from store._lance import Table


def test_rows_that_came_in_later_are_brought_into_the_indexes(table: Table) -> None:
    assert table.missing_indexes() == set()
    assert table.unindexed_rows() == 12
    table.extend_indexes()
    assert table.unindexed_rows() == 0


def segments(table: Table) -> list[int]:
    """Return how many fragments each segment of the index has."""
    (index,) = table._dataset.describe_indices()
    return [len(list(segment.fragment_ids)) for segment in index.segments]


def test_a_full_segment_of_an_index_gets_no_more_rows(table: Table, monkeypatch) -> None:
    monkeypatch.setattr("store.indexes.ROWS_PER_SEGMENT", 14)
    table.extend_indexes()
    assert segments(table) == [3]
    for n, expected in ((2, [4]), (3, [4, 1]), (11, [4, 2]), (1, [4, 2, 1])):
        table.append(pa.table({"id": [f"n{n}-{i}" for i in range(n)], "state": ["active"] * n}))
        table.extend_indexes()
        assert (segments(table), table.unindexed_rows()) == (expected, 0)
    for id_ in ("a0", "n2-1", "n11-7", "n1-0"):
        assert table.read(["id"], f"id = '{id_}'")["id"].to_pylist() == [id_]
    table.extend_indexes(merge=True)
    assert segments(table) == [7]


def test_without_a_vector_index_none_was_trained(table: Table) -> None:
    assert not table.has_vector_index()
    assert table.rows_at_training() == 0
