"""Stamps of what is changed in a store."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from memcli.algorithms.replication import Stamp
from memcli.memory.stamps import (
    place_rows,
    put_stamps,
    read_places,
    read_stamps,
    write_stamps,
)
from store import Store

NOW = datetime(2026, 5, 1, tzinfo=UTC)


def test_a_later_write_has_a_later_stamp_whatever_the_clock_says(empty_store):
    store = Store.open(empty_store)
    with store.transaction("pin", {}) as transaction:
        put_stamps(transaction, {"m": ["pinned", "seq", "vector"]}, by_hand=True, now=NOW)
        put_stamps(transaction, {"m": ["pinned"]}, by_hand=False, now=NOW - timedelta(days=1))
        put_stamps(transaction, {"m": ["vector"]}, by_hand=True, now=NOW)
        transaction.publish()
    stamp = Stamp(True, NOW + timedelta(microseconds=1), store.id)
    assert read_stamps(store.snapshot(), ["m", "n"]) == {"m": {"pinned": stamp}}
    assert store.snapshot().count("stamps") == 1


def test_first_places_are_kept_beside_them(empty_store):
    store = Store.open(empty_store)
    with store.transaction("pull", {}) as transaction:
        write_stamps(transaction, [])
        assert not transaction.changed
        write_stamps(transaction, place_rows({"a": 3, "b": 0}))
        write_stamps(transaction, place_rows({"a": 1}))
        transaction.publish()
    assert read_places(store.snapshot(), ["a", "b", "c"]) == {"a": 1, "b": 0}
    assert read_stamps(store.snapshot(), ["a"]) == {}


def test_what_commands_change_is_stamped_and_what_they_make_is_not(run, empty_store):
    kept = run("add", "a kettle", "--store", empty_store).records[0]["id"]
    assert Store.open(empty_store).snapshot().count("stamps") == 0
    run("hide", kept, "--store", empty_store)
    run("restore", kept, "--store", empty_store)
    run("pin", kept, "--store", empty_store)
    run("add", "a new kettle", "--replaces", kept, "--store", empty_store)
    (stamps,) = read_stamps(Store.open(empty_store).snapshot(), [kept]).values()
    assert stamps.keys() == {"state", "pinned", "superseded_by", "valid_to", "metadata"}
    assert all(stamp.by_hand for stamp in stamps.values())
    run("undo", "--to", 2, "--store", empty_store)
    (undone,) = read_stamps(Store.open(empty_store).snapshot(), [kept]).values()
    assert all(undone[name] > stamp for name, stamp in stamps.items()), "undoing is a change too"
