"""Search: candidates ranked, one hit for a statement and the turn it comes from."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from memcli.memory.filters import Filters
from memcli.models.encoder import Encoder
from memcli.search.retriever import Retriever, group_by_source
from store import Store
from tests.support.noted import SETS, right_first

QUESTION = "Why was the crust of the tart a danger for Jonas?"


@pytest.fixture(scope="module")
def retriever(linked_once):
    encoder = Encoder.load("static-256")
    return Retriever(Store.open(linked_once.path).snapshot(), lambda: encoder)


def test_a_statement_goes_with_its_turn_and_the_best_stands_for_both():
    ids, levels = ["turn", "other", "said", "summary"], [0, 0, 1, 3]
    sources = [None, None, ["turn"], ["turn"]]
    found = group_by_source(ids, levels, sources, [2, 1, 0, 3], 10)
    assert found == [[2, 0], [1], [3]]
    assert group_by_source(ids, levels, sources, [2, 1, 0, 3], 1) == [[2, 0]]


def test_a_statement_of_several_turns_is_a_hit_of_its_own():
    assert group_by_source(["a", "said"], [0, 1], [None, ["a", "b"]], [1, 0], 9) == [[1], [0]]


def test_hits_are_ranked_and_their_shares_make_their_score(retriever):
    hits = retriever.search(QUESTION, 5, Filters())
    assert [hit.rank for hit in hits] == [1, 2, 3, 4, 5]
    scores = [hit.score for hit in hits]
    assert scores == sorted(scores, reverse=True)
    for hit in hits:
        assert abs(sum(hit.why.values()) - hit.score) < 1e-4
        assert hit.refs
    assert any("hazelnut" in hit.text.lower() for hit in hits)
    assert {"rank", "group", "show"} <= retriever.timings_ms.keys()


def test_a_shorter_list_is_the_head_of_a_longer_one(retriever):
    longer = retriever.search(QUESTION, 20, Filters())
    assert [hit.id for hit in retriever.search(QUESTION, 3, Filters())] == [
        hit.id for hit in longer[:3]
    ]
    assert len({hit.id for hit in longer}) == 20


def test_filters_bound_the_hits(retriever):
    before = datetime(2025, 3, 1, tzinfo=UTC)
    hits = retriever.search(QUESTION, 50, Filters(level=0, before=before))
    assert {hit.level for hit in hits} == {0}
    assert max(hit.happened_at for hit in hits) < before
    assert retriever.search(QUESTION, 5, Filters(namespace="elsewhere")) == []


def test_no_filter_of_the_users_opens_another_namespace(retriever):
    wide = Filters(namespace="elsewhere", where="level = 9 OR true")
    assert retriever.search(QUESTION, 5, wide) == []


def test_the_future_does_not_answer(retriever):
    now = datetime(2025, 2, 1, tzinfo=UTC)
    filters = Filters(level=0).as_of_moment(now)
    assert all(hit.happened_at <= now for hit in retriever.search(QUESTION, 20, filters))


def test_paragraphs_of_notes_are_found_by_what_they_mean(run, tmp_path):
    store = tmp_path / "store"
    run("ingest", SETS / "house" / "notes", "--store", store, "--create")
    snapshot = Store.open(store).snapshot()
    encoder = Encoder.of_stamp(snapshot.encoder)
    assert right_first("house", Retriever(snapshot, lambda: encoder)) >= 26
