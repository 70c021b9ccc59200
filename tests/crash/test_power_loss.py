"""
Power lost in the middle of a transaction: any of its files may be missing, empty or cut.

Lance writes its files itself, out of sight of Python. So one whole transaction is taken apart:
its files are put beside an older copy of the store as a power loss could have left them.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest

from schemas import tables
from store import Store, new_rows
from store.check import check
from store.commits import EncoderStamp
from store.compact import compact
from store.table_files import list_files

# What decides which version is the newest, and what Lance reads when it writes.
DECISIVE = (".manifest", ".json", ".txn")


def rows(*ids: str) -> pa.Table:
    """Return rows of `memories`."""
    fixed = {"namespace": "x", "type": "core", "level": 0, "recorded_at": 0, "encoder": "toy"}
    vector = [1.0] + [0.0] * 7
    return pa.Table.from_pylist(
        [{"id": id_, "text": f"text of {id_}", **fixed, "vector": vector} for id_ in ids],
        tables.memories(8),
    )


def write(store: Store, *ids: str) -> None:
    """Add memories, and a link from each to itself, in one commit; delete one and add it again."""
    links = [
        {"source_id": i, "target_id": i, "relation": "similar", "weight": 1, "recorded_at": 0}
        for i in ids
    ]
    with store.transaction("write") as transaction:
        transaction.append("memories", rows(*ids))
        transaction.append("links", pa.Table.from_pylist(links, tables.links()))
        transaction.delete("memories", f"id = '{ids[0]}'")
        transaction.upsert("memories", rows(ids[0]), ["id"])
        transaction.publish()


def ids_in(store: Store) -> list[str]:
    """Return the ids of the memories of a store, after comparing them with the links."""
    snapshot = store.snapshot()
    ids = sorted(snapshot.read("memories", ["id"])["id"].to_pylist())
    assert sorted(snapshot.read("links", ["source_id"])["source_id"].to_pylist()) == ids
    return ids


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, list[Path]]:
    """A store before and after a transaction, and the files of that, oldest first."""
    folder = tmp_path_factory.mktemp("power")
    before, after = folder / "before", folder / "after"
    store = Store.create(after, EncoderStamp("toy", 8, "0"))
    write(store, "a", "b")
    shutil.copytree(after, before)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(new_rows, "MAX_UNINDEXED_ROWS", 1)
        write(store, "c", "d")
    known = {path.removeprefix(str(before)) for path in list_files(before)}
    new = [path for path in list_files(after) if path.removeprefix(str(after)) not in known]
    new.sort(key=lambda path: os.stat(path).st_ctime_ns)
    return before, after, [Path(path).relative_to(after) for path in new]


def left_by(
    whole: tuple[Path, Path, list[Path]], files: list[Path], cut: Callable[[Path], int | None]
) -> Store:
    """Return a store with some files of the transaction, each cut to what `cut` says."""
    before, after, _ = whole
    path = after.with_name("left")
    shutil.rmtree(path, ignore_errors=True)
    shutil.copytree(before, path)
    for file in files:
        (path / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(after / file, path / file)
        if (size := cut(file)) is not None:
            os.truncate(path / file, size)
    return Store.open(path)


def assert_nothing_happened(store: Store, what: object) -> None:
    """Assert that the store is as before and can be written."""
    assert ids_in(store) == ["a", "b"], what
    write(store, "x")
    assert ids_in(store) == ["a", "b", "x"], what
    for name in ("memories", "links"):
        assert store.snapshot().table(name).count() == 3, what


def assert_all_is_well(store: Store) -> None:
    """Assert that a store has its past, and nothing that a check complains of."""
    assert store.snapshot(2).count("memories") == 2
    store.undo()
    assert ids_in(store) == ["a", "b"]
    compact(store, keep_commits=1)
    assert ids_in(store) == ["a", "b"]
    assert [problem.what for problem in check(store) if problem.severity == "error"] == []


def test_the_transaction_has_files_of_every_kind(whole) -> None:
    _, _, files = whole
    kinds = {part for file in files for part in file.parts}
    assert {"data", "_versions", "_indices", "_transactions", "_deletions", "tags"} <= kinds
    assert files[-1] == Path("commits/00000003.json")
    assert len(files) > 20


def test_the_files_that_came_first_stop_nobody(whole) -> None:
    files = whole[2]
    for n, last in enumerate(files[:-1], 1):
        # Data that no manifest names yet makes no difference.
        if last.suffix in DECISIVE:
            assert_nothing_happened(left_by(whole, files[:n], lambda file: None), last)


@pytest.mark.parametrize("size", [0, 100])
def test_one_file_cut_short_stops_nobody(whole, size: int) -> None:
    files = whole[2][:-1]
    for torn in (file for file in files if file.suffix in DECISIVE):
        store = left_by(whole, files, lambda file, torn=torn: size if file == torn else None)
        assert_nothing_happened(store, torn)


@pytest.mark.parametrize("size", [0, 100])
@pytest.mark.parametrize("suffix", [".manifest", ".json", ".txn", ".lance", ".arrow", ""])
def test_files_of_one_kind_cut_short_stop_nobody(whole, size: int, suffix: str) -> None:
    cut = {file for file in whole[2][:-1] if file.name.endswith(suffix)}
    assert cut
    store = left_by(whole, whole[2][:-1], lambda file: size if file in cut else None)
    assert_nothing_happened(store, suffix)
    assert_all_is_well(store)


def test_half_a_commit_file_is_no_commit(whole) -> None:
    store = left_by(whole, whole[2][:-1], lambda file: None)
    (store.layout.commits / ".00000003.77.tmp").write_text('{"kind": "comm')
    assert_nothing_happened(store, "commit file")
    assert_all_is_well(store)
