"""What is archived or hidden among candidates."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from memcli.memory.filters import Filters
from memcli.memory.states import State, set_state
from memcli.models.encoder import Encoder
from memcli.search import lookups
from memcli.search.candidates import CandidateSource
from store import Store

NOW = datetime(2026, 1, 2, tzinfo=UTC)


@pytest.fixture
def told(extracted_once, tmp_path) -> Store:
    return Store.open(Path(shutil.copytree(extracted_once.path, tmp_path / "told")))


@pytest.fixture(scope="module")
def encoder(extracted_once):
    return Encoder.of_stamp(Store.open(extracted_once.path).head().encoder)


def put(store, ids, state):
    with store.transaction("test") as transaction:
        set_state(transaction, ids, state, NOW)
        transaction.publish(NOW)


def source_of(store, encoder):
    return CandidateSource(store.snapshot(), lambda: encoder, 2)


def found(source, query, everything=False, filters=None):
    """Candidates by id."""
    rows = source.find(query, filters or Filters(), everything)
    given = {}
    for row in rows.to_pylist():
        (id_,) = source.snapshot.take([row["_rowid"]], ["id"], row["table"])["id"].to_pylist()
        given[id_] = row
    return given


def statement(store):
    """A statement with one turn."""
    rows = store.snapshot().read("memories", ["id", "text", "source_ids"], "level = 1").to_pylist()
    return min((r for r in rows if len(r["source_ids"]) == 1), key=lambda r: -len(r["text"]))


def test_archived_statements_stay_keys_of_turns_that_are_there(told, encoder):
    said = statement(told)
    turn = said["source_ids"][0]
    assert said["id"] in found(source_of(told, encoder), said["text"])
    rows = told.snapshot().read("memories", ["id"], "level > 0")
    put(told, rows["id"].to_pylist(), State.archived)
    after = found(source_of(told, encoder), said["text"])
    assert said["id"] not in after
    assert after[turn]["statement_bm25"] > 0
    assert after[turn]["segment_bm25"] > 0
    everything = found(source_of(told, encoder), said["text"], everything=True)
    assert said["id"] in everything
    assert everything[said["id"]]["table"] == "archive"


def test_a_turn_is_found_by_its_archived_statement_alone(told, encoder):
    said = statement(told)
    turn = said["source_ids"][0]
    put(told, [said["id"]], State.archived)
    assert turn in found(source_of(told, encoder), said["text"])


def test_dormant_candidates_say_so(told, encoder):
    said = statement(told)
    put(told, [said["id"]], State.dormant)
    given = found(source_of(told, encoder), said["text"])
    assert {id_ for id_, row in given.items() if row["dormant"]} == {said["id"]}


@pytest.mark.parametrize("limit", [100, 0])
def test_what_is_hidden_is_found_when_all_is_asked_for_only(told, encoder, monkeypatch, limit):
    monkeypatch.setattr(lookups, "MAX_EXCLUDED", limit)
    said = statement(told)
    turn = said["source_ids"][0]
    put(told, [said["id"], turn], State.hidden)
    source = source_of(told, encoder)
    for _ in range(2):
        assert not found(source, said["text"]).keys() & {said["id"], turn}
        assert found(source, said["text"], everything=True).keys() >= {said["id"], turn}


def test_many_hidden_memories_leave_as_many_candidates_and_all_archived_keys(
    told, encoder, monkeypatch
):
    said = statement(told)
    turns = told.snapshot().read("memories", ["id"], "level = 0")["id"].to_pylist()
    hidden = [id_ for id_ in turns if id_ not in said["source_ids"]][:150]
    rows = told.snapshot().read("memories", ["id"], "level > 0")
    put(told, rows["id"].to_pylist(), State.archived)
    put(told, hidden, State.hidden)
    by_rows = found(source_of(told, encoder), said["text"])
    monkeypatch.setattr(lookups, "MAX_EXCLUDED", 1_000)
    by_condition = found(source_of(told, encoder), said["text"])
    assert not by_rows.keys() & set(hidden)
    assert by_rows.keys() == by_condition.keys()
    keyed = [
        {id_: row["statement_bm25"] for id_, row in given.items()}
        for given in (by_rows, by_condition)
    ]
    assert keyed[0] == pytest.approx(keyed[1])


def test_each_candidate_stands_once_with_its_own_words(told, encoder):
    source = source_of(told, encoder)
    rows = source.find(statement(told)["text"], Filters(), False)
    row_ids = rows["_rowid"].to_pylist()
    assert len(set(row_ids)) == len(row_ids) > 200
    read = source.snapshot.take(row_ids, ["id", "text", "level"])
    assert rows.select(["id", "text", "level"]) == read
    assert {row["level"] for row in read.to_pylist()} == {0, 1}


def test_the_turns_around_the_best_are_candidates_too(told, encoder, monkeypatch):
    monkeypatch.setattr(lookups, "N_CANDIDATES", 5)
    source = source_of(told, encoder)
    asked = "harmonium"
    near = {row["_rowid"]: row for row in source.find(asked, Filters(), False).to_pylist()}
    alone = CandidateSource(source.snapshot, lambda: encoder, 0).find(asked, Filters(), False)
    more = near.keys() - set(alone["_rowid"].to_pylist())
    assert more
    places = {(near[i]["session_id"], near[i]["seq"]) for i in near.keys() - more}
    for row_id in more:
        session, seq = near[row_id]["session_id"], near[row_id]["seq"]
        assert any((session, seq + step) in places for step in (-2, -1, 1, 2))
