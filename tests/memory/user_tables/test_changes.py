"""Changes to tables of the user's own."""

from __future__ import annotations

import pytest

from memcli.memory.user_tables import changes
from memcli.memory.user_tables.changes import open_table, without_own
from memcli.memory.user_tables.columns import Column
from store import Store
from store.errors import BadRecord, BadUsage, InputNotFound, StoreExists
from tests.support.user_tables import NOW, numbered, stocked


@pytest.fixture
def changed(empty_store):
    """Do something to the table in a transaction, and return what it gives."""
    store = Store.open(empty_store)
    stocked(store, {"item": "flour", "left": 2}, {"item": "tea", "left": 1})

    def done(change):
        with store.transaction("table") as transaction:
            given = change(transaction, open_table(transaction, transaction.names, "stock"))
            transaction.publish()
        return [without_own(row) for row in given]

    done.rows = lambda: sorted(
        (row["item"], row["left"])
        for row in store.snapshot().run_statement("from stock").rows.to_pylist()
    )
    return done


def test_a_row_that_is_changed_keeps_what_it_does_not_say(changed):
    given = changed(
        lambda t, s: changes.update(
            t, s, numbered({"item": "tea", "more": [1]}), ["item"], None, "default", NOW
        )
    )
    assert given == [{"item": "tea", "left": 1, "more": "[1]"}]
    assert changed.rows() == [("flour", 2), ("tea", 1)]


def test_one_given_twice_is_changed_twice(changed):
    rows = numbered(
        {"item": "oil", "left": 1}, {"item": "oil", "left": 4}, {"item": "tea", "left": 9}
    )
    given = changed(
        lambda t, s: changes.update(t, s, rows, ["item"], None, "default", NOW, upsert=True)
    )
    assert [(row["item"], row["left"]) for row in given] == [("tea", 9), ("oil", 4)]
    assert changed.rows() == [("flour", 2), ("oil", 4), ("tea", 9)]


def test_rows_are_taken_out_by_all_that_they_say(changed):
    assert changed(lambda t, s: changes.delete(t, s, numbered({"left": 3}), [], None)) == []
    rows = numbered({"left": 2, "item": "flour"})
    assert len(changed(lambda t, s: changes.delete(t, s, rows, [], None))) == 1
    assert changed.rows() == [("tea", 1)]
    with pytest.raises(BadRecord, match="stdin:1: it names no column"):
        changed(lambda t, s: changes.delete(t, s, numbered({}), [], None))


def test_rows_are_taken_out_by_a_condition(changed):
    assert changed(lambda t, s: changes.delete_where(t, s, '"left" > 5 -- none', None)) == []
    assert len(changed(lambda t, s: changes.delete_where(t, s, '"left" > 1', None))) == 1
    assert changed.rows() == [("tea", 1)]
    for wrong in ("nothing", "1; DROP TABLE stock", "_id = 'x'"):
        with pytest.raises(BadUsage):
            changed(lambda t, s, wrong=wrong: changes.delete_where(t, s, wrong, None))


def test_another_namespace_is_not_touched(changed):
    for done in (
        lambda t, s: changes.delete(t, s, numbered({"item": "tea"}), ["item"], "other"),
        lambda t, s: changes.delete_where(t, s, "true", "other"),
    ):
        assert changed(done) == []
    changed(lambda t, s: changes.insert(t, s, numbered({"item": "tea", "left": 7}), "other", NOW))
    assert changed.rows() == [("flour", 2), ("tea", 1), ("tea", 7)]


def test_what_is_there_is_not_made_again_and_what_is_not_is_said(empty_store):
    store = Store.open(empty_store)
    stocked(store)
    with store.transaction("table") as transaction:
        with pytest.raises(StoreExists, match="there is a table 'stock' already"):
            changes.create(transaction, "stock", [Column("a", "text")], [])
        with pytest.raises(InputNotFound, match="there is no table 'stack'"):
            open_table(transaction, transaction.names, "stack")


def test_two_rows_of_one_key_are_found(empty_store):
    store = Store.open(empty_store)
    stocked(store, {"item": "tea", "left": 1})
    with store.transaction("table") as transaction:
        table = open_table(transaction, transaction.names, "stock")
        changes.require_unique(transaction, table)
        twin = changes.new_row({"item": "tea"}, table.definition, "default", NOW)
        changes.append_rows(transaction, table, [twin])
        with pytest.raises(BadUsage, match="two rows of stock would have item tea"):
            changes.require_unique(transaction, table)
