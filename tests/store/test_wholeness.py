"""No commit names a file that is not whole, and what a full disk left is taken back."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest

from schemas import tables
from store import first_commit, lance_versions, transaction, wholeness
from store._lance import Table
from store.check import check
from store.commits import EncoderStamp
from store.compact import compact
from store.errors import StoreCorrupt, StoreIOError
from store.store import Store
from store.table_files import list_files
from store.transaction import Transaction
from store.wholeness import blaming_torn_files

CUT = {
    "data": "data/*.lance",
    "index": "_indices/*/*.lance",
    "manifest": "_versions/*.manifest",
    "deletions": "_deletions/*.arrow",
    "transaction": "_transactions/*.txn",
    "tag": "_refs/tags/*.json",
}


@pytest.fixture
def cut_before_check(monkeypatch) -> Callable[[str], list[Path]]:
    """
    Return what cuts the last byte off the newest file that a pattern finds in `memories`.

    That happens in the next transaction, after its files are synced and before they are looked at.
    """

    def cut(pattern: str) -> list[Path]:
        cut_off: list[Path] = []

        def sync_and_cut(paths: set[str], root: Path) -> None:
            if root.name == "memories.lance" and not cut_off:
                found = [path for path in root.glob(pattern) if str(path) in paths]
                cut_off.append(max(found, key=lambda path: path.stat().st_mtime_ns))
                os.truncate(cut_off[0], cut_off[0].stat().st_size - 1)

        for writer in (transaction, first_commit):
            monkeypatch.setattr(writer, "sync_files", sync_and_cut)
        return cut_off

    return cut


def write(store: Store, memories: Callable) -> None:
    """Add rows, delete one and index the rest, in one commit."""
    with store.transaction("write", may_shrink=True) as transaction:
        transaction.append("memories", memories("c", "d"))
        transaction.delete("memories", "id = 'a'")
        transaction.table("memories").extend_indexes()
        transaction.publish()


def assert_sound(store: Store) -> None:
    """Assert that check complains of nothing."""
    assert list(check(store)) == []


@pytest.mark.parametrize("kind", CUT)
def test_a_file_that_lacks_its_end_is_not_published(
    store: Store, save, texts, memories, cut_before_check, monkeypatch, kind: str
) -> None:
    save(store, "a", "b")
    cut_off = cut_before_check(CUT[kind])
    with pytest.raises(StoreIOError) as caught:
        write(store, memories)
    assert (caught.value.status, caught.value.remedy) == (74, "free some space, run it again")
    assert caught.value.what == f"{cut_off[0]} was not written whole"
    assert store.head().number == 2
    assert texts(store) == ["a", "b"]
    monkeypatch.undo()
    write(store, memories)
    assert sorted(texts(store)) == ["b", "c", "d"]
    assert store.snapshot().match("c", 1, ["id"])["id"].to_pylist() == ["c"]
    assert_sound(store)


def test_what_was_rolled_back_leaves_a_sound_store(
    store: Store, save, memories, cut_before_check
) -> None:
    save(store, "a", "b")
    cut_before_check(CUT["data"])
    with pytest.raises(StoreIOError):
        write(store, memories)
    # The version on top is a restored one: a warning, as of any writer that came to nothing.
    assert {problem.severity for problem in check(store)} <= {"warning"}
    newest = Table.open("memories", store.layout.table("memories"))
    assert newest.version > store.head().tables["memories"].version
    newest.validate()


def test_a_file_may_be_whole_and_not_as_long_as_its_version_states(
    store: Store, save, memories, monkeypatch
) -> None:
    save(store, "a")
    other = store.layout.table("links") / "_indices"
    (whole,) = other.glob("*/page_lookup.lance")

    def replace(paths: set[str], root: Path) -> None:
        for path in paths:
            if root.name == "memories.lance" and path.endswith(".lance"):
                shutil.copy(whole, path)

    monkeypatch.setattr(transaction, "sync_files", replace)
    with pytest.raises(StoreIOError, match="was not written whole"):
        save(store, "b")


@pytest.mark.parametrize("part", ["data", "_indices"])
def test_what_a_version_names_has_to_be_there(
    store: Store, save, memories, monkeypatch, part: str
) -> None:
    save(store, "a")

    def remove(paths: set[str], root: Path) -> None:
        gone = [Path(path) for path in paths if f"memories.lance/{part}/" in path]
        for path in gone:
            path.unlink()
            if part == "_indices" and not any(path.parent.iterdir()):
                path.parent.rmdir()

    monkeypatch.setattr(transaction, "sync_files", remove)
    with pytest.raises(StoreIOError):
        write(store, memories)
    assert store.head().number == 2


def test_an_index_that_lacks_a_file_is_not_whole(store: Store, save) -> None:
    save(store, "a")
    path = store.layout.table("memories")
    table = Table.open("memories", path)
    files = list_files(path)
    wholeness.require_whole(table, path, files, known=set())
    next((path / "_indices").glob("*/page_data.lance")).unlink()
    with pytest.raises(StoreIOError, match="_indices"):
        wholeness.require_whole(table, path, list_files(path), known=set())


def test_sizes_that_are_not_stated_are_no_matter(store: Store, save, monkeypatch) -> None:
    save(store, "a")
    path = store.layout.table("memories")
    table = Table.open("memories", path)
    for name in ("data_sizes", "index_sizes"):
        sizes = dict.fromkeys(getattr(table, name)())
        monkeypatch.setattr(Table, name, lambda table, sizes=sizes: sizes)
    files = list_files(path)
    wholeness.require_whole(table, path, files, known=set())
    assert not wholeness.has_torn_data(table, path)
    (data,) = (path / "data").glob("*.lance")
    os.truncate(data, data.stat().st_size - 1)
    assert wholeness.has_torn_data(table, path)
    with pytest.raises(StoreIOError, match=data.name):
        wholeness.require_whole(table, path, files, known=set())


def test_what_was_there_before_is_not_looked_at_again(store: Store, save) -> None:
    save(store, "a")
    path = store.layout.table("memories")
    files = list_files(path)
    (data,) = (path / "data").glob("*.lance")
    os.truncate(data, 10)
    wholeness.require_whole(Table.open("memories", path), path, files, known=files)


def append_torn(store: Store, rows: pa.Table) -> None:
    """Add rows, cut the file that they are in, and read it."""
    with store.transaction("write") as transaction:
        transaction.append("memories", rows)
        (data,) = (name for name in transaction.new_files() if "/data/" in name)
        os.truncate(data, os.stat(data).st_size // 2)
        transaction.table("memories").read()


def test_an_error_in_reading_a_torn_file_of_our_own_is_a_full_disk(
    store: Store, save, texts, memories
) -> None:
    save(store, "a")
    with pytest.raises(StoreIOError, match="was not written whole") as caught:
        append_torn(store, memories("b"))
    assert isinstance(caught.value.__cause__, StoreCorrupt)
    assert texts(store) == ["a"]
    save(store, "b")
    assert_sound(store)


def test_other_errors_of_a_transaction_stay_what_they_are(store: Store, save) -> None:
    save(store, "a")
    with pytest.raises(StoreCorrupt, match="quite another"), store.transaction("write"):
        raise StoreCorrupt("quite another thing")


def test_a_store_is_not_born_of_torn_files(tmp_path: Path, cut_before_check) -> None:
    cut_before_check(CUT["index"])
    path = tmp_path / "store"
    with pytest.raises(StoreIOError, match="was not written whole") as caught:
        Store.create(path, EncoderStamp("toy", 8, "0"))
    assert caught.value.status == 74
    assert not (path / "store.json").exists()
    Store.create(path, EncoderStamp("toy", 8, "0"))
    assert_sound(Store.open(path))


# ---------------------------------------------------------------- taking back on a full disk


def test_what_cannot_be_taken_back_now_is_by_the_next_writer(
    store: Store, save, texts, memories, cut_before_check, limited, monkeypatch
) -> None:
    save(store, "a")
    cut_before_check(CUT["data"])
    real = Transaction.roll_back
    with limited(0) as fill_disk:

        def roll_back(self: Transaction) -> None:
            fill_disk()
            real(self)

        monkeypatch.setattr(Transaction, "roll_back", roll_back)
        with pytest.raises(StoreIOError, match="was not written whole"):
            save(store, "b")
        # On the full disk nothing can be written, and everything can be read.
        assert texts(store) == ["a"]
        with pytest.raises(StoreIOError) as caught:
            save(store, "c")
        assert caught.value.status == 74
    monkeypatch.undo()
    save(store, "c")
    assert texts(store) == ["a", "c"]
    assert_sound(store)


def append_with_torn_manifest(store: Store, rows: pa.Table) -> None:
    """Add rows, and cut the manifest of the version that has them."""
    with store.transaction("write") as transaction:
        transaction.append("memories", rows)
        version = transaction.table("memories").version
        os.truncate(lance_versions.manifest_path(store.layout.table("memories"), version), 100)
        transaction.publish()


def test_a_torn_version_is_taken_back_too(store: Store, save, texts, memories) -> None:
    save(store, "a")
    path = store.layout.table("memories")
    with pytest.raises(StoreIOError, match="manifest was not written whole"):
        append_with_torn_manifest(store, memories("b"))
    newest = Table.open("memories", path)
    assert newest.count() == 1
    save(store, "c")
    assert texts(store) == ["a", "c"]
    assert_sound(store)


# ---------------------------------------------------------------- accesses


def access(id_: str) -> pa.Table:
    """Return a row of `accesses`."""
    row = {"id": id_, "accessed_at": datetime(2026, 3, 1, tzinfo=UTC), "query": "?", "rank": 1}
    return pa.Table.from_pylist([row], schema=tables.accesses())


def tear_newest(store: Store) -> None:
    """Cut the newest data file of `accesses`."""
    files = (store.layout.table("accesses") / "data").glob("*.lance")
    newest = max(files, key=lambda path: path.stat().st_mtime_ns)
    os.truncate(newest, newest.stat().st_size - 1)


@pytest.fixture
def recalled(store: Store) -> Store:
    """A store with two accesses, each in a file of its own."""
    for id_ in ("one", "two"):
        store.record_accesses(access(id_))
    return store


def ids_recalled(store: Store) -> list[str]:
    """Return the ids in `accesses`."""
    ids: list[str] = store.snapshot().read("accesses", ["id"])["id"].to_pylist()
    return ids


def test_a_torn_access_is_not_read_and_is_dropped(recalled: Store) -> None:
    tear_newest(recalled)
    assert ids_recalled(recalled) == ["one"]
    recalled.record_accesses(access("three"))
    assert ids_recalled(recalled) == ["one", "three"]
    newest = Table.open("accesses", recalled.layout.table("accesses"))
    assert newest.read(["id"])["id"].to_pylist() == ["one", "three"]


def test_accesses_of_which_no_version_is_whole_can_be_written_still(recalled: Store) -> None:
    for path in (recalled.layout.table("accesses") / "data").glob("*.lance"):
        os.truncate(path, 10)
    recalled.record_accesses(access("three"))
    assert ids_recalled(recalled) == ["three"]


@pytest.mark.parametrize("method", ["append", "merge_fragments", "overwrite"])
def test_what_is_torn_when_written_to_accesses_is_taken_back(
    recalled: Store, monkeypatch, method: str
) -> None:
    from store.purge import rewrite_accesses

    real = getattr(Table, method)

    def torn(table: Table, *arguments, **options) -> None:
        real(table, *arguments, **options)
        tear_newest(recalled)

    monkeypatch.setattr(Table, method, torn)
    doing = {
        "append": lambda: recalled.record_accesses(access("three")),
        "merge_fragments": lambda: compact(recalled),
        "overwrite": lambda: rewrite_accesses(recalled, ["one"], [], []),
    }
    with pytest.raises(StoreIOError, match="not whole") as caught:
        doing[method]()
    assert caught.value.remedy == "free some space, run it again"
    monkeypatch.undo()
    newest = Table.open("accesses", recalled.layout.table("accesses"))
    assert newest.read(["id"])["id"].to_pylist() == ["one", "two"]


def test_many_accesses_stay_when_merging_them_fails(recalled: Store, monkeypatch) -> None:
    from store import accesses as kept

    monkeypatch.setattr(kept, "MAX_ACCESS_FRAGMENTS", 2)
    monkeypatch.setattr(kept, "ACCESS_VERSIONS_KEPT_S", 0.0)
    real = Table.merge_fragments

    def torn(table: Table, rows_per_fragment: int) -> None:
        real(table, rows_per_fragment)
        tear_newest(recalled)

    monkeypatch.setattr(Table, "merge_fragments", torn)
    recalled.record_accesses(access("three"))
    assert ids_recalled(recalled) == ["one", "two", "three"]
    monkeypatch.undo()
    recalled.record_accesses(access("four"))
    assert ids_recalled(recalled) == ["one", "two", "three", "four"]


def test_a_file_that_another_process_merged_away_is_not_torn(recalled: Store) -> None:
    path = recalled.layout.table("accesses")
    old = Table.open("accesses", path)
    next((path / "data").glob("*.lance")).unlink()
    assert not wholeness.has_torn_data(old, path)


def test_a_table_that_could_not_be_made_does_not_hide_why(tmp_path):
    """There is no folder to look for torn files in: the error is the disk's, not damage."""
    with (
        pytest.raises(StoreIOError, match="no table"),
        blaming_torn_files(lambda: list_files(tmp_path / "none")),
    ):
        raise StoreIOError("no table")
