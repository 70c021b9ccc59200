"""The first commit names all tables that a new store has, and the digests of their files."""

from store import Store
from store.commits import read_digests
from store.digests import CHANGING
from store.layout import LATER_TABLES, PROTOCOL_TABLES
from store.table_files import list_files, tag_name


def test_it_names_the_tables_that_are_there_and_all_of_their_files(store: Store) -> None:
    first = store.head()
    assert (first.number, first.command, first.parent) == (1, "init", None)
    assert set(first.tables) == set(PROTOCOL_TABLES) - set(LATER_TABLES)
    known = read_digests(store.layout.commits, 1)
    folders = [store.layout.table(name) for name in first.tables]
    files = {path for folder in folders for path in list_files(folder) if CHANGING not in path}
    assert {str(store.layout.tables / path) for path in known} == files
    for folder in folders:
        assert (folder / "_refs" / "tags" / f"{tag_name(1)}.json").exists()
