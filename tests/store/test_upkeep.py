"""Upkeep of tables: indexes, fragments, tags and old versions; no row changes."""

from pathlib import Path

from store._lance import Table


def ids(table: Table) -> list[str]:
    found: list[str] = table.read(["id"])["id"].to_pylist()
    return found


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
