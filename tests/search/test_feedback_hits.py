"""The hits that feedback is about."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from memcli.records import from_wire
from memcli.search.access_log import record_accesses
from memcli.search.feedback_hits import accesses_of, answers_of, ask_again, key_of, members
from store import Store

NOW = datetime(2026, 3, 1, tzinfo=UTC)
QUESTION = "Why was the crust of the tart a danger for Jonas?"


def hit(id_, rank, level=0, **fields):
    common = {"kind": "hit", "v": 1, "text": "x", "type": "episodic", "namespace": "n"}
    more = {"score": 0.5, "refs": [], "why": {"dense": 0.5}, "query": "q", **fields}
    return from_wire({**common, "id": id_, "rank": rank, "level": level, **more})


def test_a_statement_of_one_turn_is_known_by_that():
    assert key_of({"id": "s", "level": 1, "source_ids": ["t"]}) == "t"
    assert key_of({"id": "s", "level": 1, "source_ids": ["t", "u"]}) == "s"
    assert key_of({"id": "s", "level": 2, "source_ids": ["t"]}) == "s"
    assert key_of({"id": "t", "level": 0, "source_ids": None}) == "t"


def test_hits_on_stdin_make_up_answers_by_namespace_and_query():
    records = [
        hit("b", 2),
        hit("a", 1),
        hit("s", 3, 1, source_ids=["a"]),
        hit("c", 1, query="p"),
        hit("d", 1, namespace="m"),
    ]
    found = answers_of(records, None)
    assert [(answer.namespace, answer.query) for answer in found] == [
        ("m", "q"),
        ("n", "p"),
        ("n", "q"),
    ]
    assert [(shown.key, shown.rank) for shown in found[2].hits] == [("a", 1), ("b", 2)]
    assert [answer.namespace for answer in answers_of(records, "m")] == ["m"]


@pytest.fixture(scope="module")
def statement(linked_once):
    columns = ["id", "source_ids"]
    table = Store.open(linked_once.path).snapshot().read("memories", columns, "level = 1")
    return next(row for row in table.to_pylist() if len(row["source_ids"]) == 1)


def test_the_members_of_a_key_are_the_turn_and_its_statements(linked_once, statement):
    (turn,) = statement["source_ids"]
    found = members(Store.open(linked_once.path).snapshot(), [turn, "nobody"])
    assert found["nobody"] == []
    assert {turn, statement["id"]} <= {row["id"] for row in found[turn]}
    assert {row["table"] for row in found[turn]} == {"memories"}


def test_the_query_that_returned_a_memory_last_is_asked_again(linked_store):
    snapshot = linked_store.snapshot()
    (turn,) = snapshot.read("memories", ["id"], "ref = 'mj/2:5' AND level = 0")["id"].to_pylist()
    record_accesses(linked_store, [(turn, 1)], "something else", NOW.replace(day=1), last=False)
    later = NOW.replace(day=2)
    record_accesses(linked_store, [("x", 1), (turn, 2)], QUESTION, later, last=False)
    snapshot = linked_store.snapshot()
    named = members(snapshot, [turn])
    accesses = accesses_of(snapshot, [row["id"] for row in named[turn]])
    assert [access["query"] for access in accesses] == ["something else", QUESTION]
    (answer,) = ask_again(snapshot, named, accesses)
    assert (answer.query, len(answer.hits)) == (QUESTION, 2)
    assert ask_again(snapshot, named, []) == []
