"""A second round of search, on a real store."""

from __future__ import annotations

import json

import numpy as np
import pytest

from memcli.algorithms.ranking import Ranking
from memcli.memory.filters import Filters
from memcli.models.encoder import Encoder
from memcli.search.iterative import evidence_is_split, joined, new_terms, search_twice
from memcli.search.retriever import Retriever
from store import Store

TURNS = (
    ("Ana", "The carpenter who built my kitchen is called Bertil."),
    ("Ben", "It rained all day and the bus was late again."),
    ("Ana", "Bertil moved to Lisbon with his two daughters."),
    ("Ben", "I like strong coffee and long walks by the sea."),
)
SPLIT = "carpenter kitchen Lisbon daughters"


@pytest.fixture(scope="module")
def retriever(run, empty_once, tmp_path_factory):
    import shutil

    store = shutil.copytree(empty_once, tmp_path_factory.mktemp("rounds") / "store")
    messages = [
        {"kind": "message", "v": 1, "name": name, "content": text, "session_id": f"s{i}"}
        | {"timestamp": f"2025-03-0{i + 1}T10:00:00Z", "id": f"m{i}"}
        for i, (name, text) in enumerate(TURNS)
    ]
    lines = "".join(json.dumps(message) + "\n" for message in messages)
    run("ingest", "--store", store, stdin=lines)
    snapshot = Store.open(store).snapshot()
    encoder = Encoder.of_stamp(snapshot.encoder)
    return Retriever(snapshot, lambda: encoder)


def test_evidence_is_split_where_two_turns_say_different_parts(retriever):
    assert evidence_is_split(retriever.ranked(SPLIT, Filters()))
    assert not evidence_is_split(retriever.ranked("strong coffee and walks", Filters()))
    assert not evidence_is_split(retriever.ranked("who are you", Filters()))


def test_names_that_came_up_are_asked_for(retriever):
    found = retriever.ranked(SPLIT, Filters())
    assert "Bertil" in new_terms(found)


def test_a_second_round_shows_what_it_takes_and_what_it_brings(retriever):
    once = retriever.search(SPLIT, 4, Filters())
    assert "second round" not in retriever.timings_ms
    twice = search_twice(retriever, SPLIT, 4, Filters())
    assert retriever.timings_ms["second round"] > 0.0
    assert {hit.id for hit in twice} == {hit.id for hit in once}
    assert any(hit.why["second_round"] > 0 for hit in twice)
    assert twice[0].score == pytest.approx(once[0].score, abs=1e-5)
    for hit in twice:
        assert sum(hit.why.values()) == pytest.approx(hit.score, abs=1e-4)
    assert [hit.score for hit in twice] == sorted((hit.score for hit in twice), reverse=True)


def test_a_question_whose_evidence_is_whole_is_asked_once(retriever):
    once = retriever.search("strong coffee and walks", 4, Filters())
    twice = search_twice(retriever, "strong coffee and walks", 4, Filters())
    assert [hit.id for hit in twice] == [hit.id for hit in once]
    assert all("second_round" not in hit.why for hit in twice)


def test_joined_rounds_keep_the_best_score_of_the_first():
    scores = np.array([0.8, 0.4, 0.0])
    first = Ranking(np.array([0, 1, 2]), scores, {"dense": scores})
    ranking = joined(first, np.array([0.0, 0.1, 0.9]))
    assert ranking.scores.max() == pytest.approx(0.8)
    assert ranking.scores[2] > 0.0
    assert sum(ranking.shares.values()) == pytest.approx(ranking.scores)
    assert sorted(ranking.order.tolist()) == [0, 1, 2]
