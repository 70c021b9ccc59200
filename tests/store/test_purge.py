"""Rewriting history, and the proof that it was rewritten."""

import os

import pyarrow as pa
import pytest
from msgspec import structs

from schemas import tables
from store import Store, purge
from store.check import check
from store.compact import compact
from store.purge import redact_commits, remove_history, rewrite, rewrite_accesses, unfinished_purge
from store.traces import find_traces

SECRET = 'The "key" is\tunder the caf\u00e9 mat, \U0001f5dd and nobody knows'


def traces(store: Store, text: str = SECRET) -> list[str]:
    return [str(t.path.relative_to(store.layout.root)) for t in find_traces(store, [text])]


def without(text: str):
    """Return what takes the rows with a text out of `memories`."""

    def change(table: str, batch: pa.RecordBatch) -> pa.RecordBatch:
        keep = [value != text for value in batch["text"].to_pylist()] if table == "memories" else []
        return batch.filter(pa.array(keep, pa.bool_())) if table == "memories" else batch

    return change


def purge_text(store: Store, text: str = SECRET, clean: bool = True) -> None:
    with store.transaction("forget", {"purge": True}, may_shrink=True) as transaction:
        rewrite(transaction, without(text))
        if clean:
            remove_history(store)


# ---------------------------------------------------------------- history


def test_nothing_of_before_is_left_not_even_what_an_undo_left(store: Store, save, texts) -> None:
    save(store, "a", SECRET)
    save(store, "b")
    store.undo()
    with store.transaction("move") as transaction:
        transaction.move("memories", "archive", ["a"])
        transaction.publish()
    assert traces(store)
    purge_text(store)
    assert traces(store) == []
    assert store.kept_commits() == {store.head().number}
    assert texts(store) == []
    assert store.snapshot().read("archive", ["id"])["id"].to_pylist() == ["a"]
    assert [p.what for p in check(store) if p.severity == "error"] == []


def test_rows_that_are_only_marked_as_deleted_are_found(store: Store, save) -> None:
    save(store, SECRET, "a", "b")
    with store.transaction("forget", may_shrink=True) as transaction:
        transaction.delete("memories", "id != 'a' AND id != 'b'")
        transaction.publish()
    compact(store, keep_commits=1)
    assert [path for path in traces(store) if "data" in path]


def test_later_commits_survive_the_end_of_a_purge_that_was_cut_short(store, save, texts) -> None:
    save(store, "a", SECRET)
    purge_text(store, clean=False)
    assert unfinished_purge(store) == store.head()
    assert traces(store)
    assert any("cut short" in problem.what for problem in check(store))
    save(store, "b")
    with store.locked():
        remove_history(store)
    assert unfinished_purge(store) is None
    assert traces(store) == []
    assert texts(store) == ["a", "b"]
    assert texts(store, 3) == ["a"]
    assert store.kept_commits() == {3, 4}
    assert [p.what for p in check(store) if p.severity == "error"] == []


def test_a_file_of_a_killed_writer_that_got_no_name_goes_with_what_was_before(store, save) -> None:
    save(store, "a", SECRET)
    table = store.layout.table("memories")
    unnamed = [table / "_versions" / f"{2**64 - 90}.manifest#1", table / "data" / "x.lance#12"]
    for path in unnamed:
        path.write_text(SECRET)
    purge_text(store, clean=False)
    with store.locked():
        freed = remove_history(store)
    assert not any(path.exists() for path in unnamed)
    assert traces(store) == []
    assert freed >= 2 * len(SECRET)


def test_a_store_without_a_purge_has_none_to_finish(store: Store, save) -> None:
    save(store, "a")
    assert unfinished_purge(store) is None


def test_the_vector_index_is_built_anew(store: Store, memories, monkeypatch) -> None:
    monkeypatch.setattr(purge, "MIN_ROWS_FOR_VECTOR_INDEX", 300)
    with store.transaction("write") as transaction:
        transaction.append("memories", memories(SECRET, *map(str, range(400))))
        transaction.writable("memories").create_vector_index()
        transaction.publish()
    purge_text(store)
    table = store.snapshot().table("memories")
    assert table.has_vector_index()
    assert table.unindexed_rows() == 0
    assert table.count() == 400
    monkeypatch.setattr(purge, "MIN_ROWS_FOR_VECTOR_INDEX", 500)
    purge_text(store, "17")
    assert not store.snapshot().table("memories").has_vector_index()


def test_a_reader_of_before_gets_an_error_that_says_why(store: Store, save) -> None:
    from store.errors import InputNotFound, StoreCorrupt

    save(store, "a", SECRET)
    fresh, busy = store.snapshot(), store.snapshot()
    busy.table("memories")
    purge_text(store)
    with pytest.raises(InputNotFound, match="version"):
        fresh.read("memories")
    with pytest.raises(StoreCorrupt):
        busy.read("memories")


# ---------------------------------------------------------------- commit arguments


def test_arguments_that_hold_a_text_are_redacted_and_others_stay(store: Store, memories) -> None:
    arguments = {"inputs": [f"/x/{SECRET}/y", "z"], "n": 3, "deep": {SECRET: {"a": SECRET}}}
    with store.transaction("write", arguments) as transaction:
        transaction.append("memories", memories("a"))
        written = transaction.publish()
    assert any("commits" in path for path in traces(store))
    with store.locked():
        assert redact_commits(store, [SECRET]) == 1
        assert redact_commits(store, [SECRET]) == 0
    assert traces(store) == []
    head = store.head()
    assert head.arguments == {
        "inputs": ["[purged]", "z"],
        "n": 3,
        "deep": {"[purged]": {"a": "[purged]"}},
    }
    with store.locked():
        assert redact_commits(store, [], is_told=lambda text: text in ("z", "n")) == 1
    assert store.head().arguments["inputs"] == ["[purged]", "[purged]"]
    assert store.head().arguments["n"] == 3
    head = structs.replace(store.head(), arguments={})
    assert head == structs.replace(written, arguments={})
    assert list(store.layout.commits.glob(".*")) == []


# ---------------------------------------------------------------- accesses


def accesses(store: Store, *rows: tuple[str, str | None]) -> None:
    fields = [{"id": id_, "query": query, "accessed_at": 0, "rank": 1} for id_, query in rows]
    store.record_accesses(pa.Table.from_pylist(fields, schema=tables.accesses()))


def test_accesses_of_what_is_gone_go_and_queries_that_say_it_are_forgotten(store: Store) -> None:
    accesses(store, ("gone", "where?"), ("kept", f"is it true that {SECRET.upper()}  ?"))
    accesses(store, ("kept", "who?"), ("kept", None), ("kept", "under a MAT?"), ("kept", "where?"))
    with store.locked():
        told = (["gone"], ["gone"], [SECRET, " "], lambda text: "MAT" in text)
        assert rewrite_accesses(store, *told) == (1, 3)
        assert rewrite_accesses(store, *told) == (0, 0)
    left = store.snapshot().read("accesses", ["id", "query"]).to_pylist()
    assert [row["query"] for row in left] == [None, "who?", None, None, None]
    assert traces(store, SECRET.upper()) == traces(store, "where?") == traces(store, "MAT") == []
    accesses(store, ("kept", "more"))
    assert store.snapshot().table("accesses").count() == 6


def test_what_a_killed_query_left_goes_but_not_what_one_is_writing(store: Store) -> None:
    accesses(store, ("a", "?"))
    data = store.layout.table("accesses") / "data"
    (data / "old.lance").write_text(SECRET)
    (data / "young.lance").write_text("being written")
    os.utime(data / "old.lance", (1, 1))
    (store.layout.root / "tmpabcd1234").write_text(SECRET)
    with store.locked():
        remove_history(store)
    assert traces(store) == ["tables/accesses.lance/data/young.lance"]
    assert store.snapshot().table("accesses").count() == 1
