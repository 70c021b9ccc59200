"""What new statements change in older ones."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from memcli.extraction.updates import Decision, Updates
from store import Store

NOW = datetime(2026, 1, 2, tzinfo=UTC)
MAY, JUNE, JULY = (datetime(2025, month, 1, tzinfo=UTC) for month in (5, 6, 7))


def statement(id_, value, since, attribute="residence", **metadata):
    times = {"valid_from": since, "valid_to": None, "happened_at": since}
    fact = {"subject": "Ida", "attribute": attribute, "value": value}
    return {"id": id_, "namespace": "n", "level": 1, "metadata": metadata, **fact, **times}


@pytest.fixture
def updates(empty_once):
    return Updates(Store.open(empty_once).snapshot(), NOW)


def links(updates):
    return [(link["source_id"], link["target_id"], link["relation"]) for link in updates.links]


def test_what_came_later_ends_what_was_before_whatever_the_order(updates):
    updates.add([statement("b", "Lund", JUNE), statement("a", "Ghent", MAY)])
    updates.settle()
    assert updates.changes.keys() == {"a"}
    assert (updates.changes["a"].superseded_by, updates.changes["a"].valid_to) == ("b", JUNE)
    assert links(updates) == [("b", "a", "supersedes")]
    assert updates.superseded == 1


def test_another_slot_is_left_alone(updates):
    updates.add([statement("a", "Ghent", MAY), statement("b", "baker", JUNE, "occupation")])
    updates.settle()
    assert updates.changes == {}


def test_claims_of_the_same_moment_contradict_each_other(updates):
    updates.add([statement("a", "Ghent", MAY), statement("b", "Lund", MAY)])
    updates.settle()
    assert updates.changes == {}
    assert {relation for *_, relation in links(updates)} == {"contradicts"}
    assert updates.contradicting >= 1


def test_a_correction_takes_back_what_was_said_before(updates):
    updates.add([statement("a", "Ghent", MAY), statement("b", "Lund", MAY, correction=True)])
    updates.settle()
    assert updates.changes["a"].superseded_by == "b"


def test_what_is_no_fact_makes_no_claim(updates):
    updates.add([{**statement("a", "Ghent", MAY), "subject": None}])
    updates.settle()
    assert (updates.changes, updates.links) == ({}, [])


def test_decisions_go_before_what_would_be_settled(updates):
    updates.add([statement("a", "Ghent", MAY), statement("b", "Lund", JUNE)])
    updates.rule([Decision("a", "invalidate", "turn", "b", JULY, "she said so")])
    updates.settle()
    change = updates.changes["a"]
    assert (change.superseded_by, change.valid_to) == ("b", JULY)
    assert change.decision == {"op": "invalidate", "turn": "turn", "reason": "she said so"}
    assert updates.superseded == 1


def test_saying_the_same_once_more_changes_nothing_but_is_linked(updates):
    updates.rule([Decision("a", "noop", "turn")])
    assert updates.changes == {}
    assert len(updates.links) == 1


def test_a_store_with_updates_is_sound_and_says_why(run, empty_store):
    turns = "".join(
        f'{{"content": "I live in {town} now.", "name": "Ida", "session_id": "s{n}",'
        f' "timestamp": "2025-0{n}-01T10:00:00Z"}}\n'
        for n, town in enumerate(("Ghent", "Lund", "Porto"), 1)
    )
    run("ingest", "--store", empty_store, stdin=turns)
    run("extract", "--store", empty_store)
    rows = (
        Store.open(empty_store)
        .snapshot()
        .read("memories", ["id", "value", "superseded_by", "valid_to"], "level = 1")
    )
    by_value = {row["value"]: row for row in rows.to_pylist()}
    assert by_value["Ghent"]["superseded_by"] == by_value["Lund"]["id"]
    assert by_value["Lund"]["valid_to"] == datetime(2025, 3, 1, 10, tzinfo=UTC)
    assert by_value["Porto"]["superseded_by"] is None
    assert run("check", "--store", empty_store).stdout == ""
