"""Move to the vault: kept there and purged everywhere else, or nothing at all."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from memcli.retention.purge.moving import MoveToVault
from memcli.retention.purge.plan import plan_purge
from store import Store
from store.errors import StoreExists
from store.traces import find_traces
from tests.support.talked_stores import grow, line

NOW = datetime(2031, 6, 1, tzinfo=UTC)
VALUE = "heron-Quiet-7731"
SAID = ("I keep two goats.", f"The wifi password is {VALUE}.", f"On the fridge: {VALUE}")


@pytest.fixture
def store(empty_store):
    opened = Store.open(empty_store)
    grow(opened, [line(text, f"2031-05-01T10:0{n}:00Z", "a") for n, text in enumerate(SAID)])
    return opened


def move(store, keep, *texts):
    snapshot = store.snapshot()
    rows = snapshot.rows(["id", "text"], "level = 0")
    plan = plan_purge(snapshot, [row["id"] for row in rows if row["text"] in texts])
    return MoveToVault(store, snapshot, plan, NOW, VALUE, keep)


def test_what_is_moved_is_kept_in_the_same_commit_and_found_in_no_file(store):
    kept = []
    step = move(store, kept.append, *SAID[1:])
    commit = step.commit({})
    assert kept
    assert commit.keeps_from == commit.number
    assert list(find_traces(store, [VALUE])) == []
    assert step.left() == []


def test_who_says_it_still_is_told(store):
    step = move(store, lambda transaction: None, SAID[1])
    step.commit({})
    rows = store.snapshot().rows_of(step.left(), ["text"])
    assert {row["text"] for row in rows} == {SAID[2]}
    assert step.tally.said_elsewhere == step.left()


def test_where_it_cannot_be_kept_nothing_goes(store):
    def refuse(transaction):
        raise StoreExists("taken")

    before = store.head().number
    with pytest.raises(StoreExists):
        move(store, refuse, SAID[1]).commit({})
    assert store.head().number == before
    assert len(list(find_traces(store, [VALUE]))) >= 1
