"""What a purge does to the names that memories mention."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from memcli.consolidation.linking import LinkStep
from memcli.memory.writing import link_row, write_links
from memcli.models.encoder import Encoder
from memcli.retention.purge.entities import EntityPurge
from memcli.retention.purge.plan import plan_purge
from store import Snapshot, Store
from tests.support.talked_stores import grow, line

NOW = datetime(2031, 6, 1, tzinfo=UTC)


@pytest.fixture
def snapshot(empty_store):
    store = Store.open(empty_store)
    said = ("My cousin Ottilie moved to Tihany with Juno.", "My brother Juno plays the cello.")
    grow(store, [line(text, f"2031-05-01T10:0{n}:00Z", "a") for n, text in enumerate(said)])
    step = LinkStep(store, Encoder.load("static-256"), NOW)
    step.link(step.pending(None, None))
    step.commit({})
    return store.snapshot()


def purge_of(snapshot, words):
    (turn,) = snapshot.read("memories", ["id"], f"level = 0 AND text LIKE '%{words}%'")["id"]
    return EntityPurge(snapshot, plan_purge(snapshot, [turn.as_py()]), NOW)


def names(snapshot, ids):
    rows = snapshot.read("entities", ["id", "name"]).to_pylist()
    return {row["name"] for row in rows if row["id"] in ids}


def test_a_name_goes_when_nothing_that_is_left_says_it(snapshot):
    assert names(snapshot, purge_of(snapshot, "Ottilie").gone) == {"Ottilie", "Tihany"}


def test_a_name_that_what_stays_mentions_in_other_words_stays(snapshot):
    (tihany,) = snapshot.read("entities", ["id"], "name = 'Tihany'")["id"].to_pylist()
    (other,) = snapshot.read("memories", ["id"], "level = 0 AND text LIKE '%cello%'")["id"]
    with Store.open(snapshot.layout.root).transaction("test") as transaction:
        write_links(transaction, [link_row(other.as_py(), tihany, "mentions", 1.0, None, NOW)])
        commit = transaction.publish()
    after = Snapshot(snapshot.layout, commit)
    assert names(after, purge_of(after, "Ottilie").gone) == {"Ottilie"}


def test_rows_that_stay_know_nothing_of_the_names_that_go(snapshot):
    purge = purge_of(snapshot, "Ottilie")
    (batch,) = snapshot.scan("entities")
    after = purge.changed(batch)
    left = set(after["name"].to_pylist())
    assert left == set(batch["name"].to_pylist()) - {"Ottilie", "Tihany"}
    assert "Juno" in left
    assert "ottilie" not in str(after.to_pylist()).casefold()
    assert after.schema == batch.schema


def test_nothing_gone_changes_nothing(snapshot):
    purge = EntityPurge(snapshot, plan_purge(snapshot, []), NOW)
    (batch,) = snapshot.scan("entities")
    assert purge.gone == set()
    assert purge.changed(batch).to_pylist() == batch.to_pylist()
