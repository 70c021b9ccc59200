"""memcli/search/reranking/base.py"""

from __future__ import annotations

import math
from copy import deepcopy

import pytest

from memcli.search.reranking.base import Reranker, passage
from store.errors import BudgetExhausted, InvalidAnswer, RequestRefused, ServiceUnavailable
from tests.support.hits import hit, hits


class Scorer:
    """Says what it is told to, and remembers what it was asked."""

    def __init__(self, *values, error=None):
        self.values, self.error, self.asked = list(values), error, []

    def score(self, query, found):
        self.asked.append((query, [each.text for each in found]))
        if self.error:
            raise self.error
        return self.values[: len(found)]

    def usage(self):
        return None


def texts(found):
    return [each.text for each in found]


def test_the_scorer_decides_among_hits_that_the_search_finds_much_alike():
    found = Reranker(Scorer(-9.5, -10.0, -2.0), weight=0.6).rerank("q", hits("a", "b", "c"))
    assert texts(found) == ["c", "a", "b"]
    assert [each.rank for each in found] == [1, 2, 3]
    assert [each.signals["rerank"] for each in found] == [-2.0, -9.5, -10.0]


def test_shares_sum_to_the_score_and_the_best_score_is_that_of_the_search():
    given = hits("a", "b", "c", "d")
    found = Reranker(Scorer(1.0, 4.0, 2.0, 3.0)).rerank("q", given)
    scores = [each.score for each in found]
    assert scores[0] == given[0].score
    assert scores == sorted(scores, reverse=True)
    for each in found:
        assert sum(each.why.values()) == pytest.approx(each.score, abs=1e-5)
        assert each.why["dense"] == pytest.approx(3 * each.why["lexical"], abs=1e-5)


def test_only_the_first_are_judged_and_the_others_follow_in_their_order():
    scorer = Scorer(1.0, 2.0, 3.0)
    given = hits("a", "b", "c", "d", "e")
    found = Reranker(scorer, depth=3, weight=1.0).rerank("q", given)
    assert scorer.asked == [("q", ["a", "b", "c"])]
    assert texts(found) == ["c", "b", "a", "d", "e"]
    assert "rerank" not in found[3].signals
    assert found[3].why["rerank"] == 0.0


def test_what_the_scorer_leaves_out_keeps_its_place_among_the_rest():
    found = Reranker(Scorer(math.nan, 5.0, math.nan)).rerank("q", hits("a", "b", "c"))
    assert texts(found) == ["b", "a", "c"]
    assert "rerank" not in found[1].signals


def test_the_hits_that_were_given_are_not_changed():
    given = hits("a", "b")
    before = deepcopy(given)
    Reranker(Scorer(1.0, 9.0)).rerank("q", given)
    assert given == before


@pytest.mark.parametrize(("query", "given"), [("q", []), (" ", hits("a", "b"))])
def test_without_hits_or_a_question_nothing_is_asked(query, given):
    scorer = Scorer(1.0)
    assert Reranker(scorer).rerank(query, given) == given
    assert scorer.asked == []


def test_hits_without_a_score_are_ordered_all_the_same():
    found = Reranker(Scorer(1.0, 2.0)).rerank("q", hits("a", "b", scores=[0.0, 0.0]))
    assert texts(found) == ["b", "a"]
    assert [each.score for each in found] == [0.0, 0.0]


@pytest.mark.parametrize(
    "error", [InvalidAnswer("no JSON"), RequestRefused("too long"), BudgetExhausted("all used")]
)
def test_a_question_that_the_scorer_fails_at_keeps_its_order_with_one_warning(error):
    told = []
    reranker = Reranker(Scorer(error=error), say=told.append)
    given = hits("a", "b")
    assert reranker.rerank("q", given) == given
    assert reranker.rerank("r", given) == given
    assert told == [f"not reranked, the order is that of the search: {error.what}"]
    assert reranker.failed == 2


def test_a_scorer_that_cannot_work_at_all_is_an_error():
    with pytest.raises(ServiceUnavailable):
        Reranker(Scorer(error=ServiceUnavailable("it is gone"))).rerank("q", hits("a"))


def test_what_was_spent_is_counted():
    reranker = Reranker(Scorer(1.0, 2.0))
    reranker.rerank("q", hits("a", "b"))
    reranker.rerank("r", hits("a", "b"))
    reranker.rerank("s", [])
    assert reranker.asked == 2
    assert reranker.elapsed_s > 0
    assert reranker.usage().startswith("reranked 2 questions, ")


def test_as_many_hits_as_are_judged_are_searched_for():
    asked = []

    def search(top_k):
        asked.append(top_k)
        return hits("a", "b", "c", "d")[:top_k]

    reranker = Reranker(Scorer(1.0, 2.0, 9.0), depth=3, weight=1.0)
    assert texts(reranker.best("q", 1, search)) == ["c"]
    assert texts(reranker.best("q", 4, search)) == ["c", "b", "a", "d"]
    assert asked == [3, 4]


def test_a_passage_names_its_speaker():
    assert passage(hit(text="I moved.", speaker="Wilma")) == "Wilma: I moved."
    assert passage(hit(text="I moved.")) == "I moved."
    assert passage(hit(text="I moved.", speaker="Wilma"), "x") == "Wilma: x"
