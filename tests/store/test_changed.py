"""What changed between two states of a store."""

from __future__ import annotations

from store import Store
from store.changed import changed_keys, keys_of


def texts(prefix):
    return f"SELECT id, text, pinned FROM {prefix}memories"


def test_rows_that_are_new_or_differ_are_told_by_their_keys(run, empty_store):
    first = run("add", "a kettle", "--store", empty_store).records[0]["id"]
    second = run("add", "a ladder", "--store", empty_store).records[0]["id"]
    run("pin", first, "--store", empty_store)
    third = run("add", "a van", "--store", empty_store).records[0]["id"]
    store = Store.open(empty_store)
    before, after = store.snapshot(3), store.snapshot()
    assert keys_of(before, texts, ["id"])["id"].to_pylist() == sorted([first, second])
    assert changed_keys(before, after, texts, ["id"])["id"].to_pylist() == sorted([first, third])
    assert changed_keys(after, after, texts, ["id"]).num_rows == 0


def test_a_table_that_came_later_is_new_as_a_whole(run, empty_store):
    kept = run("add", "a kettle", "--store", empty_store).records[0]["id"]
    run("pin", kept, "--store", empty_store)
    store = Store.open(empty_store)
    found = changed_keys(
        store.snapshot(2), store.snapshot(), lambda p: f"SELECT * FROM {p}stamps", ["register"]
    )
    assert found["register"].to_pylist() == ["pinned"]
