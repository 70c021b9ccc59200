"""Statements, segments and summaries in, typed links out."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import pytest

from memcli.consolidation.linking import LinkStep
from memcli.memory.entities import entity_id
from memcli.memory.watermarks import Watermark
from memcli.models.encoder import Encoder
from store import Store
from store.errors import CommitConflict, InputNotFound
from tests.support.talked_stores import grow, line, links

NOW = datetime(2031, 6, 1, tzinfo=UTC)
ENCODER = Encoder.load("static-256")


@pytest.fixture
def store(empty_store):
    opened = Store.open(empty_store)
    said = ("I moved to Ghent last May.", "My sister Juno plays the cello in Ghent.")
    grow(opened, [line(text, f"2031-05-01T10:0{n}:00Z", "a") for n, text in enumerate(said)])
    return opened


def linked(store, namespace=None):
    step = LinkStep(store, ENCODER, NOW)
    step.link(step.pending(namespace, None))
    return step, step.commit({})


def test_what_was_made_leads_to_what_it_was_made_of(store):
    linked(store)
    rows = store.snapshot().read("memories", ["id", "level", "source_ids"], "level > 0").to_pylist()
    for relation, levels in (("derived_from", {1}), ("summarizes", {2, 3})):
        expected = {(r["id"], s) for r in rows if r["level"] in levels for s in r["source_ids"]}
        assert links(store, relation) == expected
    parts = {(s, r["id"]) for r in rows if r["level"] == 3 for s in r["source_ids"]}
    assert links(store, "part_of") == parts


def test_names_are_linked_to_and_counted(store):
    linked(store)
    ghent = entity_id("default", "Ghent")
    mentions = links(store, "mentions")
    assert sum(target == ghent for _, target in mentions) >= 2
    names = store.snapshot().read("entities", ["name"])["name"].to_pylist()
    assert {"Ghent", "Juno"} <= set(names)


def test_what_is_linked_is_not_pending_and_the_counts_agree(store):
    step, commit = linked(store)
    counts = step.tally.to_json()
    assert counts["memories"] == store.snapshot().total("level IN (1, 2, 3)")
    there = Counter(store.snapshot().read("links", ["relation"])["relation"].to_pylist())
    assert {name: there[name] for name in counts["links"]} == counts["links"]
    assert commit.watermarks[Watermark.LINK] == counts["memories"]
    again, nothing = linked(store)
    assert (again.tally.memories, nothing) == (0, None)


def test_ids_and_a_namespace_bound_what_is_pending(store):
    step = LinkStep(store, ENCODER, NOW)
    everything = step.pending(None, None)
    assert {namespace for _, namespace in everything} == {"default"}
    (first, *_) = everything
    assert step.pending(None, [first[0]]) == [first]
    assert step.pending("elsewhere", None) == []
    with pytest.raises(InputNotFound):
        step.pending(None, ["nobody"])


def test_a_namespace_leaves_the_others_to_do(store):
    linked(store, "elsewhere")
    assert LinkStep(store, ENCODER, NOW).pending(None, None)


def test_another_step_meanwhile_is_a_conflict(store):
    step = LinkStep(store, ENCODER, NOW)
    step.link(step.pending(None, None))
    with store.transaction("extract") as transaction:
        transaction.publish()
    with pytest.raises(CommitConflict):
        step.commit({})
