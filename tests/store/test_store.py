"""The store as a whole: its past, taking steps back, and its lock."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest

from schemas import tables
from store import Store, commits
from store.errors import InputNotFound, StoreLocked

START = datetime(2026, 3, 1, tzinfo=UTC)


def save_at(store: Store, moment: datetime, rows: pa.Table) -> None:
    """Write memories as a commit of that time."""
    with store.transaction("write") as transaction:
        transaction.append("memories", rows)
        transaction.publish(moment)


# ---------------------------------------------------------------- the past


def test_every_commit_stays_readable_by_number(store: Store, save, texts) -> None:
    for text in "abc":
        save(store, text)
    expected = {1: [], 2: ["a"], 3: ["a", "b"], 4: ["a", "b", "c"]}
    assert {number: texts(store, number) for number in expected} == expected
    assert texts(store, "3") == ["a", "b"]
    assert store.kept_commits() == {1, 2, 3, 4}


def test_a_time_means_what_was_known_then(store: Store, memories, texts) -> None:
    for day, text in ((1, "a"), (2, "b")):
        save_at(store, START.replace(year=2100) + timedelta(days=day), memories(text))
    first = START.replace(year=2100) + timedelta(days=1)
    assert texts(store, first) == ["a"]
    assert texts(store, first - timedelta(microseconds=1)) == []
    assert texts(store, first + timedelta(hours=23, minutes=59)) == ["a"]
    assert texts(store, "2100-03-03T00:00:00Z") == ["a", "b"]
    assert texts(store, "2100-03-03T00:00:00") == ["a", "b"]
    assert texts(store, "2100-03-03T01:00:00+02:00") == ["a"]


def test_a_clock_that_went_back_hides_no_later_commit(store: Store, memories, texts) -> None:
    later = START.replace(year=2100)
    save_at(store, later + timedelta(days=9), memories("a"))
    save_at(store, later + timedelta(days=1), memories("b"))
    assert texts(store, later + timedelta(days=2)) == ["a", "b"]
    assert texts(store, later + timedelta(days=10)) == ["a", "b"]
    assert texts(store, later) == []
    assert texts(store) == ["a", "b"]


def test_before_its_birth_there_was_no_store(store: Store) -> None:
    with pytest.raises(InputNotFound, match="did not exist"):
        store.snapshot(START.replace(year=2000))


def test_a_commit_that_never_was_is_not_found(store: Store) -> None:
    with pytest.raises(InputNotFound) as caught:
        store.snapshot(9)
    assert caught.value.status == 66


def test_commits_come_newest_first(store: Store, save) -> None:
    save(store, "a")
    save(store, "b")
    assert [commit.number for commit in store.commits()] == [3, 2, 1]


def test_commits_before_what_a_compact_kept_are_not_readable(store: Store, save, texts) -> None:
    for text in "abc":
        save(store, text)
    with store.transaction("compact") as transaction:
        transaction.keeps_from = 3
        transaction.publish()
    assert store.kept_commits() == {3, 4, 5}
    assert store.kept_commits(4) == {4, 5}
    assert texts(store, 3) == ["a", "b"]
    with pytest.raises(InputNotFound, match="no longer kept"):
        store.snapshot(2)


# ---------------------------------------------------------------- undo


def test_undo_takes_back_the_last_step(store: Store, save, texts) -> None:
    save(store, "a")
    save(store, "b")
    commit = store.undo()
    assert (commit.number, commit.parent, commit.restores) == (4, 3, 2)
    assert texts(store) == ["a"]


def test_undo_again_goes_back_further(store: Store, save, texts) -> None:
    for text in "abc":
        save(store, text)
    seen = []
    for _ in range(3):
        store.undo()
        seen.append(texts(store))
    assert seen == [["a", "b"], ["a"], []]
    with pytest.raises(InputNotFound, match="nothing to undo"):
        store.undo()
    assert store.head().number == 7


def test_undo_after_a_new_step_takes_that_back_first(store: Store, save, texts) -> None:
    for text in "abc":
        save(store, text)
    store.undo()
    save(store, "d")
    assert texts(store) == ["a", "b", "d"]
    store.undo()
    assert texts(store) == ["a", "b"]
    store.undo()
    assert texts(store) == ["a"]


def test_undo_to_a_commit_works_as_redo(store: Store, save, texts) -> None:
    for text in "abc":
        save(store, text)
    store.undo()
    store.undo()
    commit = store.undo(to="4")
    assert commit.arguments == {"to": "4"}
    assert texts(store) == ["a", "b", "c"]
    store.undo()
    assert texts(store) == ["a", "b"]


def test_undo_to_a_time(store: Store, memories, texts) -> None:
    for day, text in ((1, "a"), (2, "b")):
        save_at(store, START.replace(year=2100) + timedelta(days=day), memories(text))
    store.undo(to="2100-03-02T12:00:00Z")
    assert texts(store) == ["a"]


def test_undo_to_nowhere_changes_nothing(store: Store, save, texts) -> None:
    save(store, "a")
    with pytest.raises(InputNotFound):
        store.undo(to="9")
    assert store.head().number == 2
    save(store, "b")
    assert texts(store) == ["a", "b"]


def test_a_new_store_has_nothing_to_undo(store: Store) -> None:
    with pytest.raises(InputNotFound, match="nothing to undo"):
        store.undo()
    assert store.head().number == 1


def test_undo_brings_deleted_rows_and_their_links_back(store: Store, save, links, texts) -> None:
    save(store, "a", "b")
    with store.transaction("link") as transaction:
        transaction.append("links", links(("a", "b")))
        transaction.publish()
    with store.transaction("forget", may_shrink=True) as transaction:
        transaction.delete("memories", "id = 'b'")
        transaction.delete("links", "target_id = 'b'")
        transaction.publish()
    store.undo()
    assert texts(store) == ["a", "b"]
    assert store.snapshot().table("links").count() == store.snapshot().count("links") == 1


def test_undo_goes_back_to_another_encoder(store: Store, save, texts, stamp) -> None:
    save(store, "a")
    schema = tables.memories(4)
    row = {"id": "a", "namespace": "x", "type": "core", "level": 0, "text": "a", "encoder": "new"}
    wide = pa.Table.from_pylist([{**row, "recorded_at": START, "vector": [0.5] * 4}], schema)
    with store.transaction("reembed") as transaction:
        transaction.overwrite("memories", wide.to_reader())
        transaction.set_encoder(type(stamp)("new", 4, "1" * 64))
        transaction.publish()
    assert store.snapshot().encoder.dimension == 4
    store.undo()
    snapshot = store.snapshot()
    assert snapshot.encoder == stamp
    assert snapshot.table("memories").schema == tables.memories(8)
    save(store, "b")
    assert texts(store) == ["a", "b"]
    assert store.snapshot().match("b a", 5).num_rows


# ---------------------------------------------------------------- the lock


@pytest.fixture
def holder(store: Store) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the lock of the store."""
    script = (
        "import pathlib, sys, time\n"
        "from store.store import Store\n"
        "with Store.open(pathlib.Path(sys.argv[1])).locked():\n"
        "    print('held', flush=True)\n"
        "    time.sleep(60)\n"
    )
    command = [sys.executable, "-c", script, str(store.layout.root)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_a_second_writer_is_told_to_try_again(store: Store, save, holder) -> None:
    with pytest.raises(StoreLocked, match="try again") as caught:
        save(store, "a")
    assert caught.value.status == 75
    assert store.head().number == 1


def test_readers_do_not_wait_for_a_writer(store: Store, texts, holder) -> None:
    assert texts(Store.open(store.layout.root)) == []
    assert store.snapshot(1).match("anything", 5).num_rows == 0


def test_the_lock_of_a_killed_holder_is_free_at_once(store: Store, save, texts, holder) -> None:
    holder.kill()
    holder.wait()
    save(store, "a")
    assert texts(store) == ["a"]


def test_a_writer_waits_as_long_as_it_was_told(store: Store, save, holder) -> None:
    waiting = Store.open(store.layout.root, lock_wait_s=0.2)
    with pytest.raises(StoreLocked):
        save(waiting, "a")


# ---------------------------------------------------------------- beside the transactions


def test_lancedb_opens_the_tables(store: Store, save, lancedb) -> None:
    save(store, "a", "b")
    database = lancedb.connect(store.layout.tables)
    assert database.open_table("memories").count_rows() == 2
    assert database.open_table("links").count_rows() == 0


def test_an_undo_reads_the_newest_commits_only(store: Store, save, monkeypatch) -> None:
    for text in "abcdef":
        save(store, text)
    read = []
    kept = commits.read_commit
    monkeypatch.setattr(
        "store.store.read_commit", lambda folder, n: read.append(n) or kept(folder, n)
    )
    store.undo()
    assert min(read) >= 6
