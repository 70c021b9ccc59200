"""Upkeep of tables: indexes, fragments, tags and old versions; no row changes."""

from pathlib import Path

import pyarrow as pa
import pytest

from store._lance import Table

SCHEMA = pa.schema([pa.field("id", pa.string()), pa.field("state", pa.string())])


@pytest.fixture
def table(tmp_path: Path) -> Table:
    table = Table.create("strengths", tmp_path / "strengths.lance", SCHEMA)
    for part in ("a", "b", "c"):
        table.append(pa.table({"id": [f"{part}{n}" for n in range(4)], "state": ["active"] * 4}))
    return table


def ids(table: Table) -> list[str]:
    found: list[str] = table.read(["id"])["id"].to_pylist()
    return found


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
    monkeypatch.setattr("store.upkeep.ROWS_PER_SEGMENT", 14)
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


def test_fragments_are_merged_in_order(table: Table) -> None:
    before = ids(table)
    assert (table.fragment_count(), table.small_fragments(100), table.spare_fragments(100)) == (
        3,
        3,
        2,
    )
    table.merge_fragments(100)
    assert (table.fragment_count(), table.spare_fragments(100)) == (1, 0)
    assert ids(table) == before


def test_a_tag_keeps_a_version_from_cleaning_up(table: Table) -> None:
    kept = Table.open("strengths", Path(table._dataset.uri), 3)
    kept.tag("commit-3")
    assert table.tags() == {"commit-3": 3}
    assert table.tag_names() == ["commit-3"]
    table.merge_fragments(100)
    table.clean_up(only_writer=True)
    assert ids(Table.open("strengths", Path(table._dataset.uri), 3)) == ids(kept)
    table.untag(["commit-3"])
    assert table.clean_up(only_writer=True) > 0


def test_only_the_files_of_a_version_are_named(table: Table) -> None:
    sizes = table.data_sizes()
    assert sizes.keys() == table.data_files()
    assert len(sizes) == 3
    assert all(size and size > 0 for size in sizes.values())


def test_without_a_vector_index_none_was_trained(table: Table) -> None:
    assert not table.has_vector_index()
    assert table.rows_at_training() == 0
