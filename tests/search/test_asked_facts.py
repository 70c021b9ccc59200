"""Facts that say what a question asks for, on stores of a few turns."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from memcli.search.asked_facts import asked_facts
from store import Store

NOW = datetime(2025, 7, 1, tzinfo=UTC)
SAID = [
    ("Ida", "I live in Ghent now."),
    ("Jon", "There was live music at the mill, and the band from the port was there!"),
    ("Ida", "I live in Lund now."),
    ("Ida", "My sister lives in Bergen."),
    ("Jon", "I don't live in Ghent."),
]


@pytest.fixture
def store(empty_store, run):
    turns = "".join(
        json.dumps(
            {
                "content": text,
                "name": name,
                "session_id": f"s{n}",
                "namespace": "n",
                "timestamp": f"2025-0{n + 1}-01T10:00:00Z",
            }
        )
        + "\n"
        for n, (name, text) in enumerate(SAID)
    )
    run("ingest", "--store", empty_store, stdin=turns)
    run("extract", "--store", empty_store)
    return empty_store


def places(store, question, where=None, moment=NOW):
    snapshot = Store.open(store).snapshot()
    found = asked_facts(snapshot, "memories", question, where, moment)
    return {place[1] for place in found.values()}


def test_the_fact_that_holds_answers_and_not_what_ended_was_denied_or_is_of_another(store):
    assert places(store, "where does Ida live?") == {"s2"}
    assert places(store, "where does Jon live?") == set()
    assert places(store, "does Jon live in Ghent? where does he live") == set()


def test_a_fact_of_somebody_s_sister_answers_where_she_is_asked_about(store):
    assert places(store, "where does Ida's sister live?") <= {"s3"}


def test_the_conditions_of_the_search_and_its_moment_hold(store):
    assert places(store, "where does Ida live?", where="namespace = 'other'") == set()
    assert places(store, "what did Ida do?") == set()
    then = datetime(2025, 2, 1, tzinfo=UTC)
    before = "happened_at < timestamp '2025-02-01 00:00:00'"
    assert places(store, "where does Ida live?", before, then) == {"s0"}


def test_what_answers_comes_first_though_another_turn_has_the_words(store):
    from memcli.memory.filters import Filters
    from memcli.models.encoder import Encoder
    from memcli.search.retriever import Retriever

    snapshot = Store.open(store).snapshot()
    encoder = Encoder.of_stamp(snapshot.encoder)
    hits = Retriever(snapshot, lambda: encoder).search("where does Ida live?", 3, Filters())
    assert hits[0].text == "I live in Lund now."
    assert hits[0].why["fact"] > 0
