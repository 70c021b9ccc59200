"""Salvage: every row that can be read, once, and none that is known to be elsewhere."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from schemas.tables import tombstones
from store.commits import read_digests, replace_commit
from store.compact import compact
from store.integrity import survey
from store.rescues import rescue_of
from store.salvage import newest_version
from tests.support.damage import newest


@pytest.fixture
def filled(store, save):
    """A store with two files of memories, of which one row is taken out."""
    save(store, "a", "b", "x")
    save(store, "c", "d")
    with store.transaction("drop", may_shrink=True) as transaction:
        transaction.delete("memories", "id = 'x'")
        transaction.publish()
    return store


def rescued(store, name="memories"):
    rescue = rescue_of(store, store.head(), name, survey(store))
    done = rescue.run()
    return done, rescue.batches().read_all()


def disown(store, path):
    """Make a file that can be read look damaged: the commit that wrote it has another digest."""
    name = str(path.relative_to(store.layout.tables))
    for commit in list(store.commits()):
        known = read_digests(store.layout.commits, commit.number)
        if name in known:
            replace_commit(store.layout.commits, commit, {**known, name: "0" * 32})


def ids(table):
    return sorted(table["id"].to_pylist())


def test_a_whole_table_is_saved_as_it_is(filled):
    done, table = rescued(filled)
    assert ids(table) == ["a", "b", "c", "d"]
    assert (done.saved, done.lost, done.from_older, done.from_damaged) == (4, 0, 0, 0)


def test_the_fragments_that_are_there_are_saved(filled):
    newest(filled, "memories.lance/data/*").unlink()
    done, table = rescued(filled)
    assert ids(table) == ["a", "b"]
    assert done.lost == 2


def test_what_was_merged_is_found_in_the_files_it_was_merged_from(filled):
    compact(filled)
    newest(filled, "memories.lance/data/*").unlink()
    done, table = rescued(filled)
    assert ids(table) == ["a", "b", "c", "d"]
    assert (done.from_older, done.lost) == (4, 0)


def test_a_file_that_is_damaged_is_read_for_what_is_left(filled):
    disown(filled, newest(filled, "memories.lance/data/*"))
    done, table = rescued(filled)
    assert ids(table) == ["a", "b", "c", "d"]
    assert done.from_damaged == 2


def test_columns_that_cannot_be_read_are_null_and_rows_without_what_they_need_are_lost(
    filled, monkeypatch
):
    from store import _lance
    from store.errors import StoreCorrupt

    disown(filled, newest(filled, "memories.lance/data/*"))
    read = _lance.file_column

    def torn(file, name, start, rows):
        reaches = start <= 0 < start + rows
        if name in ("speaker", "vector") or (name == "text" and reaches):
            raise StoreCorrupt("torn")
        return read(file, name, start, rows)

    monkeypatch.setattr(_lance, "file_column", torn)
    done, table = rescued(filled)
    assert ids(table) == ["a", "b", "d"]
    assert done.emptied == {"speaker", "vector", "text"}
    row = next(row for row in table.to_pylist() if row["id"] == "d")
    assert row["speaker"] is None
    assert not np.any(row["vector"])


def test_a_row_is_kept_where_something_can_stand_in_for_what_is_lost(filled, monkeypatch):
    from store import _lance
    from store.errors import StoreCorrupt

    disown(filled, newest(filled, "memories.lance/data/*"))
    read = _lance.file_column

    def torn(file, name, start, rows):
        if name in ("recorded_at", "encoder") or (name == "namespace" and start <= 0):
            raise StoreCorrupt("torn")
        return read(file, name, start, rows)

    monkeypatch.setattr(_lance, "file_column", torn)
    done, table = rescued(filled)
    assert ids(table) == ["a", "b", "c", "d"]
    assert (done.lost, done.emptied) == (0, {"recorded_at", "encoder", "namespace"})
    rows = {row["id"]: row for row in table.to_pylist()}
    assert rows["d"]["text"] == "d"
    assert rows["d"]["encoder"] == filled.head().encoder.name
    assert rows["d"]["recorded_at"] == filled.head().time
    assert {rows["c"]["namespace"], rows["d"]["namespace"]} == {"salvaged", rows["a"]["namespace"]}


def test_without_the_list_of_deleted_rows_what_is_elsewhere_is_not_brought_back(
    store, save, memories
):
    save(store, "a", "b")
    with store.transaction("archive") as transaction:
        transaction.move("memories", "archive", ["a"])
        transaction.publish()
    newest(store, "memories.lance/_deletions/*").unlink()
    done, table = rescued(store)
    assert ids(table) == ["b"]
    assert done.lost == 0


def test_without_the_version_the_files_of_its_commit_are_read(filled):
    version = filled.head().tables["memories"].version
    newest(filled, "memories.lance/_versions/*.manifest").unlink()
    folder = filled.layout.table("memories")
    assert newest_version(folder, "memories", {version, version - 1}) == version - 1
    assert newest_version(folder, "memories", {version}) is None
    table = rescued(filled)[1]
    # What was deleted by that version is not known any more.
    assert ids(table) == ["a", "b", "c", "d", "x"]
    for path in folder.glob("_versions/*.manifest"):
        path.unlink()
    assert newest_version(folder, "memories", {version, version - 1}) is None
    assert ids(rescued(filled)[1]) == ["a", "b", "c", "d", "x"]


def test_links_have_no_id_and_are_told_apart_all_the_same(store, save, links):
    save(store, "a", "b")
    with store.transaction("write") as transaction:
        transaction.append("links", links(("a", "b"), ("b", "a")))
        transaction.publish()
    done, table = rescued(store, "links")
    assert (done.saved, table.num_rows) == (2, 2)


def test_tombstones_have_no_id_either_and_one_hash_may_be_of_two_turns(store, save):
    save(store, "a")
    with store.transaction("forget") as transaction:
        transaction.make("tombstones")
        given = [("h", "one"), ("h", "two"), ("g", None)]
        rows = [{"hash": h, "kind": "id", "turn": turn, "recorded_at": 0} for h, turn in given]
        transaction.append("tombstones", pa.Table.from_pylist(rows, tombstones()))
        transaction.publish()
    done, table = rescued(store, "tombstones")
    assert (done.saved, done.lost) == (3, 0)
    assert sorted(table["hash"].to_pylist()) == ["g", "h", "h"]
