"""What becomes of memories that lost their place in a file."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from memcli.ingestion.sync.settling import bring_back, in_sight, put_away, replace, said_rows
from store import Store
from store.check import check

NOW = datetime(2026, 5, 1, tzinfo=UTC)


@pytest.fixture
def added(run, tmp_path):
    """Return a store, and what gives the id of a note that is added to it."""
    store = tmp_path / "store"
    run("init", "--store", store)

    def add(text, *options):
        return run("add", text, "--store", store, *options).records[0]["id"]

    return Store.open(store), add


def standing(store: Store, ids: list[str]) -> set[str]:
    with store.transaction("look") as transaction:
        return in_sight(transaction, ids)


def test_a_note_that_was_replaced_comes_back_as_it_was(added):
    store, add = added
    ids = [add("The plumber is Olaf"), add("The plumber is Ida")]
    before = list(store.snapshot().rows_of(ids, ["id", "valid_to", "metadata", "superseded_by"]))
    for pair in (ids, ids[::-1]):
        with store.transaction("sync") as transaction:
            bring_back(transaction, [pair[1]], NOW)
            replace(transaction, {pair[0]: {"id": pair[1], "happened_at": NOW}}, NOW)
            transaction.publish()
        assert standing(store, ids) == {pair[1]}
        links = list(store.snapshot().rows(["target_id"], "relation = 'supersedes'", ["links"]))
        assert links == [{"target_id": pair[0]}]
    with store.transaction("sync") as transaction:
        bring_back(transaction, ids, NOW)
        transaction.publish()
    assert list(store.snapshot().rows_of(ids, list(before[0]))) == before
    assert list(check(store)) == []


def test_what_is_pinned_is_not_put_away(added):
    store, add = added
    ids = [add("The plumber is Olaf"), add("The boat is blue", "--pin")]
    with store.transaction("sync") as transaction:
        assert put_away(transaction, ids, NOW) == ids[:1]
        transaction.publish()
    assert standing(store, ids) == {ids[1]}
    assert [said.text for said in said_rows(store.snapshot(), ids[:1])] == ["The plumber is Olaf"]
    assert list(check(store)) == []
