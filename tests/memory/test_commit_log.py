"""Commits as a user sees them."""

from __future__ import annotations

import pytest

from memcli.memory.commit_log import entries, in_effect
from store import Store
from store.commits import EncoderStamp


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """A store with four commits: made, two steps, and the second taken back."""
    made = Store.create(tmp_path_factory.mktemp("log") / "store", EncoderStamp("toy", 8, "0"))
    for command in ("ingest", "link"):
        with made.transaction(command) as transaction:
            transaction.publish()
    made.undo()
    return made


def test_an_undo_leaves_out_what_it_took_back(store):
    assert in_effect(store.commits()) == {1, 2}
    store.undo(to="3")
    assert in_effect(store.commits()) == {1, 2, 3}
    store.undo(to="2")
    assert in_effect(store.commits()) == {1, 2}


def test_entries_come_newest_first_and_say_what_became_of_each(store):
    found = {record["number"]: record for record in entries(store)}
    assert list(found) == sorted(found, reverse=True)
    assert found[3].get("undone") is True
    assert "undone" not in found[2]
    assert "undone" not in found[4]
    assert all(record["kept"] for record in found.values())
    for limit in range(len(found) + 2):
        assert list(entries(store, limit)) == list(found.values())[:limit]


def test_changes_are_rows_gained_by_table_and_empty_where_none_was(linked_once):
    found = {record["command"]: record["changes"] for record in entries(Store.open(linked_once[0]))}
    assert found["init"] == {}
    assert found["ingest"] == {"memories": 290, "links": 273}
    assert found["link"]["links"] > 500
