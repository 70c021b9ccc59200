"""One writer's changes: all together or not at all, whatever was left by those before."""

from datetime import UTC, datetime

import pyarrow as pa
import pytest

from schemas.tables import sources, tombstones
from store import Store, _lance
from store.check import check
from store.commits import commit_numbers, commit_path
from store.compact import compact
from store.errors import BadUsage, StoreCorrupt, StoreIOError, StoreLocked
from store.table_files import list_files, tag_name


def version(store: Store, name: str = "memories") -> int:
    """Return the newest Lance version on disk."""
    return _lance.Table.open(name, store.layout.table(name)).newest_version


def tags(store: Store, name: str = "memories") -> dict[str, int]:
    """Return the tags of a table."""
    return _lance.Table.open(name, store.layout.table(name)).tags()


def leave_debris(store: Store, rows: pa.Table, tag: str | None = None) -> None:
    """Write to a table without a commit, as a writer that is killed does."""
    table = _lance.Table.open("memories", store.layout.table("memories"))
    table.append(rows)
    if tag:
        table.tag(tag)


def test_several_tables_change_in_one_commit(store: Store, memories, links) -> None:
    with store.transaction("write", {"inputs": ["-"]}) as transaction:
        assert transaction.append("memories", memories("a", "b")) == 2
        assert transaction.append("links", links(("a", "b"))) == 1
        commit = transaction.publish()
    assert (commit.number, commit.parent, commit.command) == (2, 1, "write")
    assert commit.arguments == {"inputs": ["-"]}
    assert {name: commit.tables[name].rows for name in ("memories", "links", "archive")} == {
        "memories": 2,
        "links": 1,
        "archive": 0,
    }
    assert store.head() == commit


def test_readers_see_nothing_until_it_is_published(store: Store, memories, texts) -> None:
    with store.transaction("write") as transaction:
        transaction.append("memories", memories("a"))
        assert texts(Store.open(store.layout.root)) == []
        transaction.publish()
        assert texts(Store.open(store.layout.root)) == ["a"]


def test_a_transaction_sees_its_own_changes(store: Store, memories) -> None:
    with store.transaction("write") as transaction:
        transaction.append("memories", memories("a"))
        assert transaction.table("memories").read(["id"])["id"].to_pylist() == ["a"]
        assert transaction.changed


def test_rows_move_to_another_table_and_none_is_lost(store: Store, save, texts) -> None:
    save(store, "a", "b", "c")
    with store.transaction("write") as transaction:
        assert transaction.move("memories", "archive", ["c", "a", "none"]) == 2
        assert transaction.move("memories", "archive", []) == 0
        transaction.publish()
    snapshot = store.snapshot()
    assert texts(store) == ["b"]
    assert sorted(snapshot.read("archive", ["id"])["id"].to_pylist()) == ["a", "c"]
    assert (snapshot.total("level = 0"), snapshot.total("id = 'c'")) == (3, 1)


def test_weights_of_search_are_carried_on_and_taken_back_by_undo(store: Store, save) -> None:
    save(store, "a")
    with store.transaction("feedback") as transaction:
        transaction.weights["home"] = {"dense": 1.25}
        assert transaction.head.weights == {}
        transaction.publish()
    save(store, "b")
    assert Store.open(store.layout.root).head().weights == {"home": {"dense": 1.25}}
    store.undo("2")
    assert store.head().weights == {}


def test_what_is_not_published_is_taken_back(store: Store, save, memories, texts) -> None:
    save(store, "a")
    with store.transaction("write") as transaction:
        transaction.append("memories", memories("b"))
    assert store.head().number == 2
    # At once, for other programs open the newest version.
    assert _lance.Table.open("memories", store.layout.table("memories")).count() == 1
    save(store, "c")
    assert texts(store) == ["a", "c"]


def test_nothing_changed_leaves_nothing_behind(store: Store, save) -> None:
    save(store, "a")
    files = list_files(store.layout.root)
    with store.transaction("look") as transaction:
        assert not transaction.changed
    assert list_files(store.layout.root) == files


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit, BadUsage])
def test_a_failure_leaves_the_head_and_the_next_writer_works(
    store: Store, save, memories, links, texts, error: type[BaseException]
) -> None:
    save(store, "a")

    def write_and_stop() -> None:
        with store.transaction("write") as transaction:
            transaction.append("memories", memories("b"))
            transaction.append("links", links(("a", "b")))
            raise error("stop")

    with pytest.raises(error):
        write_and_stop()
    assert store.head().number == 2
    assert texts(store) == ["a"]
    save(store, "c")
    assert texts(store) == ["a", "c"]
    assert store.snapshot().count("links") == 0


def test_a_failure_is_not_hidden_by_a_rollback_that_fails_too(
    store: Store, save, memories, texts, limited
) -> None:
    save(store, "a")

    def write_and_stop() -> None:
        with limited(0) as fill_disk, store.transaction("write") as transaction:
            transaction.append("memories", memories("b"))
            fill_disk()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_and_stop()
    assert version(store) > store.head().tables["memories"].version
    save(store, "c")
    assert texts(store) == ["a", "c"]


def test_a_filter_that_makes_no_sense_changes_nothing(store: Store, save, texts) -> None:
    save(store, "a")
    with pytest.raises(BadUsage), store.transaction("write") as transaction:
        transaction.delete("memories", "no such column = 1")
    assert texts(store) == ["a"]


def test_upsert_replaces_and_adds(store: Store, save, memories) -> None:
    save(store, "a", "b")
    with store.transaction("write") as transaction:
        transaction.upsert("memories", memories("b", "c", speaker="Mara"), ["id"])
        transaction.publish()
    rows = store.snapshot().read("memories", ["id", "speaker"]).to_pylist()
    assert sorted((row["id"], row["speaker"]) for row in rows) == [
        ("a", None),
        ("b", "Mara"),
        ("c", "Mara"),
    ]


def test_an_empty_upsert_is_no_change(store: Store, memories) -> None:
    with store.transaction("write") as transaction:
        transaction.upsert("memories", memories(), ["id"])
        assert not transaction.changed


def test_memories_may_not_disappear_unannounced(store: Store, save, texts) -> None:
    save(store, "a", "b")
    with store.transaction("tidy") as transaction:
        transaction.delete("memories", "id = 'a'")
        with pytest.raises(StoreCorrupt, match="would leave 1 of 2 memories"):
            transaction.publish()
    assert texts(store) == ["a", "b"]
    assert store.head().number == 2
    save(store, "c")
    assert texts(store) == ["a", "b", "c"]


def test_memories_may_go_when_that_is_said(store: Store, save, texts) -> None:
    save(store, "a", "b")
    with store.transaction("forget", may_shrink=True) as transaction:
        transaction.delete("memories", "id = 'a'")
        transaction.publish()
    assert texts(store) == ["b"]


def test_memories_may_move_to_the_archive(store: Store, save, memories) -> None:
    save(store, "a", "b")
    with store.transaction("decay") as transaction:
        transaction.append("archive", memories("a"))
        transaction.delete("memories", "id = 'a'")
        commit = transaction.publish()
    assert [commit.tables[name].rows for name in ("memories", "archive")] == [1, 1]


def test_rows_of_a_killed_writer_are_rolled_back(store: Store, save, memories, texts) -> None:
    save(store, "a")
    leave_debris(store, memories("ghost"))
    assert texts(store) == ["a"]
    save(store, "b")
    assert texts(store) == ["a", "b"]
    assert version(store) == store.head().tables["memories"].version


def test_debris_in_a_table_that_is_not_written_is_rolled_back_too(
    store: Store, save, memories, links
) -> None:
    save(store, "a")
    leave_debris(store, memories("ghost"))
    with store.transaction("link") as transaction:
        transaction.append("links", links(("a", "a")))
        commit = transaction.publish()
    assert commit.tables["memories"].rows == 1
    assert version(store) == commit.tables["memories"].version
    assert tags(store)[tag_name(3)] == version(store)


@pytest.mark.parametrize("kind", ["rows and a tag", "a tag alone"])
def test_a_tag_of_a_commit_that_never_was_is_removed(
    store: Store, save, memories, texts, kind: str
) -> None:
    save(store, "a")
    if kind == "a tag alone":
        table = _lance.Table.open("memories", store.layout.table("memories"))
        table.tag(tag_name(3))
    else:
        leave_debris(store, memories("ghost"), tag_name(3))
    save(store, "b")
    assert texts(store) == ["a", "b"]
    assert tags(store)[tag_name(3)] == store.head().tables["memories"].version


def test_tags_of_others_stay(store: Store, save) -> None:
    table = _lance.Table.open("memories", store.layout.table("memories"))
    table.tag("mine")
    table.tag("commit-of-mine")
    save(store, "a")
    assert {"mine", "commit-of-mine"} <= set(tags(store))


def test_half_a_commit_file_is_removed_by_the_next_writer(store: Store, save) -> None:
    (store.layout.commits / ".00000002.4242.tmp").write_text('{"kind"')
    assert store.head().number == 1
    save(store, "a")
    assert commit_numbers(store.layout.commits) == [1, 2]
    assert len(list(store.layout.commits.iterdir())) == 2


def test_each_version_of_a_commit_is_tagged(store: Store, save) -> None:
    for number, text in enumerate("abc", 2):
        save(store, text)
        assert tags(store)[tag_name(number)] == store.head().tables["memories"].version
    assert tags(store, "links") == {tag_name(1): store.head().tables["links"].version}


def test_a_tagged_version_outlives_cleaning_up(store: Store, save, texts) -> None:
    for text in "abc":
        save(store, text)
    for name in store.head().tables:
        _lance.Table.open(name, store.layout.table(name)).clean_up(only_writer=True)
    assert [texts(store, number) for number in (1, 2, 3, 4)] == [[], ["a"], ["a", "b"], [*"abc"]]


def source(path: str) -> pa.Table:
    """Return a row of `sources`, the table that is made later."""
    row = {
        **dict.fromkeys(("id", "path", "origin"), path),
        "namespace": "default",
        "type": "notes",
        "state": "current",
        "size": 1,
        **dict.fromkeys(("first_seen_at", "last_seen_at"), datetime(2026, 5, 1, tzinfo=UTC)),
    }
    return pa.Table.from_pylist([row], schema=sources())


def test_a_table_is_made_when_it_is_first_written_to(store: Store) -> None:
    before = store.snapshot()
    assert not before.has("sources")
    assert (before.count("sources"), list(before.rows(["id"], tables=["sources"]))) == (0, [])
    for path in ("a", "b"):
        with store.transaction("write") as transaction:
            if not transaction.has("sources"):
                transaction.make("sources")
            transaction.append("sources", source(path))
            transaction.publish()
    assert store.snapshot().count("sources") == 2
    assert not store.snapshot(1).has("sources")
    assert store.snapshot(1).sql("SELECT * FROM sources").num_rows == 0
    assert store.snapshot().sql("SELECT path FROM sources")["path"].to_pylist() == ["a", "b"]
    assert store.snapshot().sql("SELECT 1 FROM sources", namespace="x").num_rows == 0
    assert list(check(store)) == []
    store.undo(to="1")
    assert store.snapshot().count("sources") == 0
    store.undo(to="3")
    assert store.snapshot().count("sources") == 2
    compact(store, keep_commits=1)
    assert list(check(store)) == []


def test_an_undo_leaves_what_is_to_stay_gone(store: Store) -> None:
    with store.transaction("write") as transaction:
        transaction.make("tombstones")
        row = {"hash": "h", "kind": "id", "turn": None, "recorded_at": 0}
        transaction.append("tombstones", pa.Table.from_pylist([row], tombstones()))
        transaction.publish()
    store.undo(to="1")
    assert store.snapshot().count("tombstones") == 1
    assert list(check(store)) != []  # it has no key


def test_a_table_whose_making_was_not_published_is_made_anew(store: Store) -> None:
    with store.transaction("write") as transaction:
        transaction.make("sources")
        transaction.append("sources", source("a"))
    assert not store.layout.table("sources").exists()
    store.layout.table("sources").mkdir()  # a writer that was killed
    (store.layout.table("sources") / "debris").write_text("x")
    with store.transaction("write") as transaction:
        transaction.make("sources")
        transaction.append("sources", source("b"))
        transaction.publish()
    assert [row["path"] for row in store.snapshot().rows(["path"], tables=["sources"])] == ["b"]
    assert list(check(store)) == []


def test_rows_that_no_index_has_stay_few(store: Store, memories, monkeypatch) -> None:
    monkeypatch.setattr("store.new_rows.MAX_UNINDEXED_ROWS", 3)
    for first in (0, 3, 6):
        with store.transaction("write") as transaction:
            transaction.append("memories", memories(*(f"word{first + i}" for i in range(3))))
            transaction.publish()
    table = store.snapshot().table("memories")
    assert table.unindexed_rows() <= 3
    assert store.snapshot().match("word7", 5)["id"].to_pylist() == ["word7"]
    assert store.snapshot().read_ids("memories", ["word0", "word8"], ["id"]).num_rows == 2


def test_long_texts_that_no_index_has_stay_few(store: Store, memories, monkeypatch) -> None:
    monkeypatch.setattr("store.new_rows.MAX_UNINDEXED_BYTES", 1 << 16)
    for word, unindexed in (("short", 1), (" ".join(map(str, range(40_000))), 0), ("last", 1)):
        with store.transaction("write") as transaction:
            transaction.append("memories", memories(word))
            transaction.publish()
        table = store.snapshot().table("memories")
        assert table.unindexed_rows() == unindexed
    assert 0 < table.unindexed_bytes() < 1 << 16


def test_a_long_append_is_written_and_indexed_in_instalments(
    store: Store, memories, texts, monkeypatch
) -> None:
    monkeypatch.setattr("store.transaction.ROWS_AT_ONCE", 3)
    monkeypatch.setattr("store.transaction.MOST_UNINDEXED_ROWS", 5)
    monkeypatch.setattr("store.new_rows.MAX_UNINDEXED_ROWS", 3)
    monkeypatch.setattr("store.indexes.ROWS_PER_TEXT_SEGMENT", 10)
    rows = memories(*"abcdefghijkl")
    unindexed = []
    extend = _lance.Table.extend_indexes
    monkeypatch.setattr(
        _lance.Table,
        "extend_indexes",
        lambda self, merge=False: (unindexed.append(self.unindexed_rows()), extend(self, merge)),
    )
    with store.transaction("write") as transaction:
        reader = pa.RecordBatchReader.from_batches(rows.schema, rows.to_batches(max_chunksize=2))
        assert transaction.append("memories", reader) == 12
        transaction.publish()
    assert unindexed == [8, 4]
    assert texts(store) == rows["text"].to_pylist()
    assert store.snapshot().match("b", 5)["id"].to_pylist() == ["b"]
    indexes = store.snapshot().table("memories")._dataset.describe_indices()
    assert {i.name: len(i.segments) for i in indexes if i.name in ("id_idx", "keys_idx")} == {
        "id_idx": 1, "keys_idx": 2,
    }  # fmt: skip


def test_two_transactions_cannot_be_open_at_once(store: Store) -> None:
    with store.transaction("first"), pytest.raises(StoreLocked) as caught:
        store.undo()
    assert caught.value.status == 75


def test_a_commit_file_that_cannot_be_written_undoes_all(
    store: Store, save, memories, texts, limited
) -> None:
    save(store, "a")
    with store.transaction("write", {"inputs": ["x" * 100_000]}) as transaction:
        transaction.append("memories", memories("b"))
        with limited(50_000) as fill_disk:
            fill_disk()
            with pytest.raises(StoreIOError, match="publish commit 3") as caught:
                transaction.publish()
    assert caught.value.status == 74
    assert texts(store) == ["a"]
    assert not commit_path(store.layout.commits, 3).exists()
    save(store, "c")
    assert texts(store) == ["a", "c"]


def test_arguments_may_be_long(store: Store) -> None:
    names = [f"chats/{number:06}.jsonl" for number in range(50_000)]
    with store.transaction("ingest", {"inputs": names}) as transaction:
        transaction.restores = 1
        transaction.publish()
    assert store.head().arguments["inputs"] == names
