"""Recalls of several machines are those of one store, each once."""

import pytest

from schemas.tables import accesses
from store.errors import StoreIOError
from store.remote import recalls
from store.remote.recalls import as_stream, batches_of, fitted, log_name, log_of
from tests.support.bucket_writers import recall_rows


def recalled(store) -> list[str]:
    """Return the ids of what a store says was recalled."""
    ids: list[str] = store.snapshot().read("accesses", ["id"])["id"].to_pylist()
    return sorted(ids)


def test_what_was_recalled_anywhere_is_known_where_something_is_written(machines, save):
    a, b = machines.open("a"), machines.open("b")
    for store in (a, b):
        store.head()
    a.record_accesses(recall_rows("x"))
    a.record_accesses(recall_rows("y", "x"))
    assert recalled(a) == ["x", "x", "y"]
    assert not [name for name in machines.objects.kept if name.startswith("accesses/")]
    save(a, "one")
    assert len([name for name in machines.objects.kept if name.startswith("accesses/")]) == 1
    b = machines.open("b")
    b.record_accesses(recall_rows("z"))
    save(b, "two")
    assert recalled(b) == ["x", "x", "y", "z"]
    save(machines.open("a"), "three")
    assert recalled(machines.open("a")) == recalled(machines.open("c")) == ["x", "x", "y", "z"]


def test_recalls_do_not_wait_for_ever(machines, monkeypatch):
    a = machines.open("a")
    a.head()
    a.record_accesses(recall_rows("x"))
    monkeypatch.setattr(recalls, "KEPT_S", -1.0)
    a.record_accesses(recall_rows("y"))
    assert len([name for name in machines.objects.kept if name.startswith("accesses/")]) == 1


def test_joined_objects_are_taken_over_once(machines, save, monkeypatch):
    monkeypatch.setattr(recalls, "MOST_OBJECTS", 2)
    a, b = machines.open("a"), machines.open("b")
    b.head()
    for n in range(4):
        a.record_accesses(recall_rows(str(n)))
        save(a, f"text {n}")
        if n == 1:
            save(machines.open("b"), "seen")
            a = machines.open("a")
    a.layout.remote.recalls.join(accesses())
    assert len([name for name in machines.objects.kept if name.startswith("accesses/")]) == 1
    save(machines.open("b"), "again")
    assert recalled(machines.open("b")) == ["0", "1", "2", "3"]
    save(machines.open("c"), "new")
    assert recalled(machines.open("c")) == ["0", "1", "2", "3"]


def test_a_purge_puts_one_object_in_the_place_of_all(machines, save):
    for name in "ab":
        store = machines.open(name)
        store.record_accesses(recall_rows("x", "y"))
        save(store, name)
    b = machines.open("b")
    b.layout.remote.replace_recalls(recall_rows("y"))
    assert len([name for name in machines.objects.kept if name.startswith("accesses/")]) == 1
    assert recalled(machines.open("new")) == ["y"]


def test_names_and_streams_are_read_back():
    name = log_name("0" * 16, 3, 12)
    assert log_of(name)[1:] == ("0" * 16, 3, 12)
    assert log_of("accesses/other") is None
    stream = as_stream([recall_rows("a", "b"), recall_rows()], accesses())
    assert [batch.num_rows for batch in batches_of(stream, name)] == [2, 0]
    with pytest.raises(StoreIOError, match="damaged"):
        batches_of(b"torn", name)


def test_recalls_of_an_earlier_program_lack_what_it_did_not_know(machines, save):
    a = machines.open("a")
    old = recall_rows("x").drop_columns(["session_id"])
    a.record_accesses(recall_rows("y"))
    a.layout.remote.recalls.keep(old)
    save(a, "one")
    assert recalled(machines.open("b")) == ["x", "y"]
    assert fitted(old, accesses())["session_id"].to_pylist() == [None]
