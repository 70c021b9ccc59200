"""The work of a purge: memories leave every table, link, argument and file."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from memcli.consolidation.linking import LinkStep
from memcli.models.encoder import Encoder
from memcli.retention.purge.plan import plan_purge
from memcli.retention.purge.purging import PurgeStep
from memcli.search.access_log import record_accesses
from store import Store
from store.check import check
from store.errors import CommitConflict, StoreCorrupt
from store.traces import find_traces
from tests.support.talked_stores import grow, line, links

NOW = datetime(2031, 6, 1, tzinfo=UTC)
SECRET = "My cousin Ottilie moved to Tihany in 2020."


@pytest.fixture
def store(empty_store):
    opened = Store.open(empty_store)
    said = ("I keep two goats in the yard.", SECRET, "I am allergic to walnuts.")
    grow(opened, [line(text, f"2031-05-01T10:0{n}:00Z", "a") for n, text in enumerate(said)])
    step = LinkStep(opened, Encoder.load("static-256"), NOW)
    step.link(step.pending(None, None))
    step.commit({})
    return opened


def turns(store):
    rows = store.snapshot().read("memories", ["id", "seq"], "level = 0").to_pylist()
    return [row["id"] for row in sorted(rows, key=lambda row: row["seq"])]


def begun(store, id_):
    snapshot = store.snapshot()
    return PurgeStep(store, snapshot, plan_purge(snapshot, [id_]), NOW)


def test_nothing_is_left_of_it_and_the_gap_is_closed(store):
    first, secret, last = turns(store)
    record_accesses(store, [(secret, 1)], SECRET, NOW, last=False)
    step = begun(store, secret)
    step.commit({})
    assert turns(store) == [first, last]
    assert (first, last) in links(store, "next")
    seqs = store.snapshot().read("memories", ["seq"], "level = 0")["seq"].to_pylist()
    assert sorted(seqs) == [0, 1]
    assert list(find_traces(store, [SECRET, "Ottilie"])) == []
    assert [p.what for p in check(store) if p.severity == "error"] == []
    counts = step.tally.to_json()
    assert (counts["named"], counts["sessions"]) == (1, 1)
    assert counts["derived"] > 0
    assert counts["entities"] >= 2
    assert counts["links"] > 0


def test_steps_look_again_at_what_is_left(store):
    marks = begun(store, turns(store)[1]).commit({}).watermarks
    assert marks["extract"] == 0
    assert "link" not in marks


def test_another_step_meanwhile_is_a_conflict(store):
    step = begun(store, turns(store)[1])
    with store.transaction("link") as transaction:
        transaction.publish()
    with pytest.raises(CommitConflict):
        step.commit({})
    assert len(turns(store)) == 3


def test_words_that_stay_in_a_file_are_told(store):
    (store.layout.root / "mine.txt").write_text(SECRET)
    with pytest.raises(StoreCorrupt, match=r"1 files still hold their words: mine\.txt"):
        begun(store, turns(store)[1]).commit({})


def test_what_a_memory_that_is_left_says_too_is_no_trace(store):
    grow(store, [line(SECRET, "2031-05-03T10:00:00Z", "b", name="Ugo")])
    step = begun(store, turns(store)[0])
    step.plan.texts = [SECRET]
    step.verify()
    assert step.tally.said_elsewhere
