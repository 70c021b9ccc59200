"""memcli/search/reranking/lancedb.py: LanceDB's own rerankers, for real where they can run."""

from __future__ import annotations

import json
import math
import sys
from types import ModuleType, SimpleNamespace

import pyarrow as pa
import pytest

from memcli.search.reranking.lancedb import LanceScorer, open_lancedb
from store.errors import BadUsage, InvalidAnswer, RerankerUnavailable
from tests.support.hits import hit, hits

SECRET = "My password is hunter2-Zebra99, do not tell."


def found(*signals):
    """Return hits with these (cosine, bm25)."""
    return [
        hit(id=f"id-{i}", text=f"text {i}", speaker="Ugo", signals={"cosine": c, "bm25": b})
        for i, (c, b) in enumerate(signals)
    ]


# By meaning: 1, 0, 2. By words: 2, 1, and 0 not at all.
FOUND = found((0.5, 0.0), (0.9, 2.0), (0.1, 8.0))


@pytest.mark.parametrize("name", ["rrf", "RRF", "RRFReranker", "rrf-reranker", "RRFReranker?K=60"])
def test_reciprocal_rank_fusion_runs_by_any_form_of_its_name(name):
    scores = open_lancedb(name).score("q", FOUND)
    assert scores == pytest.approx([1 / 62, 1 / 61 + 1 / 62, 1 / 63 + 1 / 61], rel=1e-5)


def test_arguments_come_after_a_question_mark():
    scores = open_lancedb("rrf?K=1").score("q", FOUND)
    assert scores == pytest.approx([1 / 3, 1 / 2 + 1 / 3, 1 / 4 + 1 / 2], rel=1e-5)


def test_a_linear_combination_weighs_meaning_and_words():
    by_meaning = open_lancedb("linear-combination?weight=1.0").score("q", FOUND)
    assert by_meaning == pytest.approx([0.5, 1.0, 0.0], abs=1e-6)
    by_words = open_lancedb("LinearCombinationReranker?weight=0").score("q", FOUND)
    assert by_words == pytest.approx([0.0, 0.0, 1.0], abs=1e-6)


def test_mean_reciprocal_rank_runs():
    scores = open_lancedb("mrr").score("q", FOUND)
    assert scores == pytest.approx([0.25, 0.75, 0.5 / 3 + 0.5], rel=1e-5)


@pytest.mark.parametrize("name", ["rrf", "linear-combination", "mrr"])
@pytest.mark.parametrize("signals", [[(0.0, 0.0)], [(0.4, 0.0), (0.3, 0.0)], [(0.4, 1.0)] * 3])
def test_fusion_runs_where_no_word_or_nothing_else_differs(name, signals):
    assert len(open_lancedb(name).score("q", found(*signals))) == len(signals)


def test_hits_without_signals_are_fused_all_the_same():
    assert len(open_lancedb("rrf").score("夜 🌙", hits("a", "ночь", "🌙"))) == 3


# ---------------------------------------------------------------- rerankers that read texts


@pytest.fixture
def cohere(monkeypatch):
    """Put a client in the place of Cohere's, which scores by length and returns the best first."""
    asked = []

    def rerank(query, documents, top_n, model):
        asked.append((query, documents))
        ranked = sorted(range(len(documents)), key=lambda i: -len(documents[i]))
        results = [SimpleNamespace(index=i, relevance_score=len(documents[i])) for i in ranked]
        return SimpleNamespace(results=results[:top_n])

    module = ModuleType("cohere")
    module.Client = lambda key: SimpleNamespace(rerank=rerank)
    monkeypatch.setitem(sys.modules, "cohere", module)
    monkeypatch.setenv("COHERE_API_KEY", "not-a-key")
    return asked


def test_scores_are_read_back_by_row_whatever_the_order(cohere):
    given = hits("a", "ccc", "bb", speaker="Ugo")
    assert open_lancedb("cohere").score("q", given) == [6.0, 8.0, 7.0]
    assert cohere == [("q", ["Ugo: a", "Ugo: ccc", "Ugo: bb"])]


def test_hits_that_a_service_leaves_out_have_no_score(cohere):
    scores = open_lancedb("CohereReranker?top_n=1").score("q", hits("a", "ccc", "bb"))
    assert [math.isnan(score) for score in scores] == [True, False, True]


def test_equal_texts_keep_a_score_each(cohere):
    assert open_lancedb("cohere").score("q", hits("a", "a", "bb")) == [1.0, 1.0, 2.0]


def test_secrets_are_not_shown(cohere):
    open_lancedb("cohere").score("q", hits(SECRET))
    assert "hunter2" not in str(cohere)
    assert "password" in str(cohere)


def test_without_its_key_a_reranker_is_unavailable(cohere, monkeypatch):
    monkeypatch.delenv("COHERE_API_KEY")
    with pytest.raises(RerankerUnavailable, match="COHERE_API_KEY not set") as raised:
        open_lancedb("cohere").score("q", hits("a"))
    assert raised.value.status == 69
    assert "\n" not in str(raised.value)


def test_texts_that_come_back_without_their_row_are_known_by_their_words(monkeypatch):
    def create(messages, **others):
        documents = [{"content": t, "relevance_score": s} for t, s in (("bb", 0.9), ("a", 0.1))]
        content = json.dumps({"documents": documents})
        return SimpleNamespace(choices=[SimpleNamespace(message=SimpleNamespace(content=content))])

    module = ModuleType("openai")
    chat = SimpleNamespace(completions=SimpleNamespace(create=create))
    module.OpenAI = lambda api_key: SimpleNamespace(chat=chat)
    monkeypatch.setitem(sys.modules, "openai", module)
    monkeypatch.setenv("OPENAI_API_KEY", "not-a-key")
    assert open_lancedb("openai").score("q", hits("a", "bb")) == pytest.approx([0.1, 0.9])
    with pytest.raises(InvalidAnswer, match="a text that it was not given"):
        open_lancedb("openai").score("q", hits("a", "cc"))


# ---------------------------------------------------------------- what cannot work


@pytest.mark.parametrize(
    ("name", "package"),
    [("cross-encoder", "torch"), ("ColbertReranker", "rerankers"), ("answerdotai", "rerankers")],
)
def test_what_needs_a_package_says_so_at_once(name, package, monkeypatch):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(RerankerUnavailable, match=f"needs a package: .*{package}") as raised:
        open_lancedb(name)
    assert raised.value.status == 69
    assert raised.value.remedy


@pytest.mark.parametrize(
    ("name", "package"),
    [
        ("cohere", "cohere"),
        ("jina", "requests"),
        ("openai", "openai"),
        ("voyageai?model_name=rerank-2", "voyageai"),
        ("typesafe", "typesafe"),
        ("watsonx", "ibm_watsonx_ai"),
    ],
)
def test_services_need_their_package(name, package, monkeypatch):
    for module in (package, "typesafe_sdk"):
        monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(RerankerUnavailable, match=f"needs a package: .*{package}"):
        open_lancedb(name).score("q", hits("a"))


def test_code_of_a_downloaded_model_does_not_run_unasked(monkeypatch):
    torch = ModuleType("torch")
    torch.cuda = SimpleNamespace(is_available=lambda: False)
    monkeypatch.setitem(sys.modules, "torch", torch)
    assert open_lancedb("cross-encoder").reranker.trust_remote_code is False
    asked_for = open_lancedb("cross-encoder?trust_remote_code=true&batch_size=4").reranker
    assert (asked_for.trust_remote_code, asked_for.batch_size) == (True, 4)


@pytest.mark.parametrize(
    ("spec", "why"),
    [
        ("nobody", "no reranker 'nobody' .*linearcombination"),
        ("", "no reranker ''"),
        ("rrf?depth=3", "no argument 'depth' .one of K"),
        ("rrf?K=many", "K is no int: 'many'"),
        ("rrf?K=0", "K must be greater than 0"),
        ("rrf?K", "bad query field"),
        ("mrr?weight_fts=high", "weight_fts is no float"),
        ("cross-encoder?trust_remote_code=maybe", "trust_remote_code is no bool"),
        ("cohere?column=other", "no argument 'column'"),
        ("cohere?api_key=abc", "put it into the environment"),
        ("voyageai", "model_name"),
    ],
)
def test_what_makes_no_sense_is_a_usage_error(spec, why):
    with pytest.raises(BadUsage, match=why) as raised:
        open_lancedb(spec)
    assert "abc" not in str(raised.value)


class Odd:
    def __init__(self, result):
        self.result = result

    def rerank_vector(self, query, table):
        return self.result


@pytest.mark.parametrize(
    "result", [None, pa.table({"text": ["a"]}), {"_rowid": [0], "_relevance_score": [1.0]}]
)
def test_a_result_without_rows_and_scores_is_an_invalid_answer(result):
    with pytest.raises(InvalidAnswer, match="gave no table"):
        LanceScorer(Odd(result), "odd").score("q", hits("a"))


def test_a_score_that_is_missing_is_none():
    table = pa.table({"_rowid": [1, 0], "text": ["b", "a"], "_relevance_score": [0.5, None]})
    scores = LanceScorer(Odd(table), "odd").score("q", hits("a", "b"))
    assert math.isnan(scores[0])
    assert scores[1] == 0.5
