"""Purge of rows of the user's own tables."""

from __future__ import annotations

from memcli.memory.user_tables.changes import delete_where, open_table
from memcli.retention.purge.table_history import publish_purge
from store import Store
from store.traces import find_traces
from tests.support.user_tables import NOW, stocked


def test_nothing_is_left_of_it_and_of_what_was_before(run, empty_store):
    said = run("add", "The heron nests by the mill", "--store", empty_store).records[0]["id"]
    store = Store.open(empty_store)
    stocked(store, {"item": "quarxilon"}, {"item": "tea"})
    assert [*find_traces(store, ["quarxilon"])]
    with store.transaction("forget", {"purge": True}) as transaction:
        table = open_table(transaction, transaction.names, "stock")
        delete_where(transaction, table, "item = 'quarxilon'", None)
        commit = publish_purge(store, transaction, NOW)
    assert [*find_traces(store, ["quarxilon"])] == []
    assert store.kept_commits() == {commit.number}
    assert [*find_traces(store, ["tea"])]
    assert run("show", said, "--store", empty_store).records[0]["text"]
