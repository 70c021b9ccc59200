"""Recall against judged questions, and the baselines beside it."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from memcli.memory.filters import Filters
from memcli.models.encoder import Encoder
from memcli.records import from_wire
from memcli.search.evaluation import (
    BASELINES,
    UNANSWERABLE,
    as_rows,
    baseline,
    evaluate,
    memcli_search,
    rankings,
)
from memcli.search.queries import QueryOptions
from memcli.search.retriever import Retriever
from store import Store
from tests.support.paths import QUESTIONS

# A little under what it is on the sample conversation; the figures are of the whole search.
RECALL_AT_5 = 0.52


def judgment(**fields):
    return from_wire({"kind": "judgment", "v": 1, "query": "q", **fields}, "judgment")


ANSWER = [(["a", "b"], "s1"), (["c"], None), (["d"], "s2")]


def test_what_was_found_is_in_the_unit_of_the_judgment():
    assert rankings(ANSWER, judgment(relevant=["c"])) == (["a", "b", "c", "d"], ["c"])
    of_sessions = judgment(relevant_sessions=["s2"])
    assert rankings(ANSWER, of_sessions) == (["s1", "s2"], ["s2"])


def test_measures_are_means_by_category_with_all_last():
    judged = [
        judgment(relevant=["a"], category="x"),
        judgment(relevant=["nobody"], category="b"),
        judgment(relevant=[]),
    ]
    steps = []
    found = evaluate(judged, lambda j, f: ANSWER, [1, 5], Filters(), steps.append)
    assert list(found) == ["b", "x", UNANSWERABLE, "all"]
    assert (found["x"]["recall@1"], found["b"]["recall@1"], found["all"]["recall@1"]) == (1, 0, 0.5)
    assert (found["all"]["n"], found[UNANSWERABLE]["n"]) == (2, 1)
    assert "recall@1" not in found[UNANSWERABLE]
    assert found[UNANSWERABLE]["answered"] == 1
    assert steps == [1, 1, 1]


def test_a_judgment_bounds_its_search():
    seen = []

    def search(judgment, filters):
        seen.append((filters.namespace, filters.before))
        return []

    before = datetime(2025, 1, 1, tzinfo=UTC)
    judged = [judgment(namespace="own", before="2025-01-01T00:00:00Z"), judgment()]
    evaluate(judged, search, [1], Filters(namespace="given"), lambda n: None)
    assert seen == [("own", before), ("given", None)]


def test_rows_are_rounded_for_reading():
    results = {"memcli": {"all": {"n": 2.0, "recall@5": 1 / 3, "p50_ms": 1.23456}}}
    assert list(as_rows(results)) == [
        {"system": "memcli", "category": "all", "n": 2, "recall@5": 0.3333, "p50_ms": 1.23}
    ]


@pytest.fixture(scope="module")
def snapshot(linked_once):
    return Store.open(linked_once.path).snapshot()


@pytest.fixture(scope="module")
def encoder():
    return Encoder.load("static-256")


@pytest.mark.parametrize("name", BASELINES)
def test_baselines_answer_best_first_within_the_filters(snapshot, encoder, name):
    asked = judgment(query="Why was the crust of the tart with hazelnuts a danger?")
    answer = baseline(name, snapshot, encoder)(asked, Filters(level=0))
    assert len(answer) >= 5
    assert all(refs and session for refs, session in answer)
    if name == "recent":
        assert answer[0][1] == "mj/17"
    else:
        assert "mj/2:5" in [ref for refs, _ in answer[:10] for ref in refs]
    assert baseline(name, snapshot, encoder)(asked, Filters(namespace="elsewhere")) == []


def test_recall_on_the_sample_conversation_stays(snapshot, encoder):
    lines = QUESTIONS.read_text("utf-8").splitlines()
    judged = [from_wire(json.loads(line), "judgment") for line in lines]
    retriever = Retriever(snapshot, lambda: encoder)
    search = memcli_search(retriever, QueryOptions(Filters()))
    found = evaluate(judged, search, [5], Filters(level=0), lambda n: None)
    assert found["all"]["recall@5"] >= RECALL_AT_5
