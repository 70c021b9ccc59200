"""The tombstones of a purge."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from memcli.memory.arrow import records_to_table
from memcli.memory.tombstones import COLUMNS, Marker
from memcli.retention.purge.plan import plan_purge
from memcli.retention.purge.tombstones import not_there, tombstones_of
from schemas import tables
from store import Store
from tests.support.program import run_here
from tests.support.talked_stores import grow, line

NOW = datetime(2031, 6, 1, tzinfo=UTC)
MARKER = Marker(b"k" * 32)
SECRET = "My cousin Ottilie moved to Tihany in 2020."


@pytest.fixture
def store(empty_store):
    store = Store.open(empty_store)
    said = ("I keep two goats in the yard.", SECRET, "Thanks!", "I am allergic to walnuts.")
    grow(store, [line(text, f"2031-05-01T10:0{n}:00Z", "a") for n, text in enumerate(said)])
    grow(store, [line("I am allergic to walnuts!", "2031-05-02T10:00:00Z", "b")])
    return store


def rows(store, where):
    return list(store.snapshot().rows(COLUMNS, where))


def buried(store, *ids, entities=()):
    snapshot = store.snapshot()
    return tombstones_of(snapshot, plan_purge(snapshot, ids), entities, MARKER, NOW)


def test_a_turn_is_known_by_its_id_its_words_and_its_facts(store):
    (turn,) = rows(store, "level = 0 AND text LIKE '%Ottilie%'")
    made = [row for row in rows(store, "level = 1") if row["source_ids"][0] == turn["id"]]
    found = buried(store, turn["id"], entities=["an-entity"])
    mine = MARKER.id(turn["id"])
    told = {row["hash"] for row in found if row["turn"] == mine}
    facts = {hash_ for row in made for hash_ in MARKER.facts(row)}
    assert facts
    assert told >= {mine, MARKER.content(turn), *(MARKER.id(row["id"]) for row in made), *facts}
    above = {MARKER.id(r["id"]) for r in rows(store, "level IN (2, 3) AND session_id = 'a'")}
    untold = {row["hash"] for row in found if row["turn"] is None}
    assert MARKER.id("an-entity") in untold
    assert untold & above
    assert {row["kind"] for row in found} == {"id", "content", "fact"}
    assert {row["recorded_at"] for row in found} == {NOW}
    assert SECRET not in str(found)


def test_what_others_that_stay_say_too_is_known_by_its_id_alone(store):
    first, second = (row["id"] for row in rows(store, "level = 0 AND text LIKE '%walnuts%'"))
    for ids, kinds in (((first,), {"id"}), ((second,), {"id"})):
        assert {row["kind"] for row in buried(store, *ids)} == kinds
    assert {row["kind"] for row in buried(store, first, second)} == {"id", "content", "fact"}


def test_what_a_memory_of_any_level_says_that_stays_is_not_gone(store):
    record = {"kind": "memory", "v": 1, "namespace": "n", "type": "core", "level": 4}
    record |= {"text": "Ida is left-handed.", "recorded_at": "2025-01-01T00:00:00Z"}
    given = [json.dumps({**record, "id": id_ * 16}) for id_ in "ab"]
    run_here("ingest", "--from", "export", "--store", store.layout.root, stdin="\n".join(given))
    assert {row["kind"] for row in buried(store, "a" * 16)} == {"id"}
    assert {row["kind"] for row in buried(store, "a" * 16, "b" * 16)} == {"id", "content"}


def test_what_anybody_says_is_known_by_its_id_alone(store):
    (thanks,) = rows(store, "text = 'Thanks!'")
    assert {row["kind"] for row in buried(store, thanks["id"])} == {"id"}


def test_what_is_there_is_not_written_again(store):
    (turn,) = rows(store, "level = 0 AND text LIKE '%Ottilie%'")
    found = buried(store, turn["id"])
    assert not_there(store.snapshot(), found) == found
    with store.transaction("forget") as transaction:
        transaction.make("tombstones")
        table = records_to_table(found[1:], tables.tombstones())
        transaction.append("tombstones", table)
        transaction.publish()
    assert not_there(store.snapshot(), found) == found[:1]
