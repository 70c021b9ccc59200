"""`memcli query --rerank` and `memcli eval --rerank`"""

from __future__ import annotations

import json

import pytest

from memcli.models.encoder import encoder_folder
from tests.support.llm_loopback import LoopbackServer
from tests.support.onnx_graphs import cross_encoder_folder

QUESTION = "Why was the crust of the tart a danger for Jonas?"


@pytest.fixture
def folder(tmp_path):
    return cross_encoder_folder(tmp_path / "cross")


def test_a_cross_encoder_has_its_share_and_the_best_score_stays(run, sample, folder):
    asked = ("query", QUESTION, "--store", sample, "-k", 5, "--no-touch")
    plain, result = run(*asked), run(*asked, "--rerank", folder, "--explain")
    hits = result.records
    assert [hit["rank"] for hit in hits] == [1, 2, 3, 4, 5]
    assert hits[0]["score"] == plain.records[0]["score"]
    assert all(abs(sum(hit["why"].values()) - hit["score"]) < 1e-4 for hit in hits)
    assert all(hit["why"]["rerank"] > 0 and "rerank" in hit["signals"] for hit in hits)
    assert "reranked 1 questions" in result.stderr


def test_a_shorter_list_is_the_head_of_a_longer_one(run, sample, folder):
    few, many = (
        run("query", "the boathouse", "--store", sample, "-k", k, "--rerank", folder).records
        for k in (3, 60)
    )
    assert [hit["id"] for hit in few] == [hit["id"] for hit in many[:3]]
    assert len(many) == 60


def test_what_cannot_rerank_is_an_error_and_no_hit_is_shown(run, sample, tmp_path):
    asked = ("query", "tart", "--store", sample, "--rerank")
    for what in (tmp_path / "nowhere", "lancedb:cohere", encoder_folder("minilm-l6-v2")):
        result = run(*asked, what, status=69)
        assert (result.stdout, result.stderr.count("\n")) == ("", 1)
    assert "no reranker" in run(*asked, "lancedb:nobody", status=2).stderr
    assert "--rerank" in run("query", "x", "--store", sample, "--rerank-depth", 5, status=2).stderr


def test_a_model_reranks_and_one_that_answers_nothing_of_use_warns(run, sample):
    asked = ("query", QUESTION, "--store", sample, "-k", 3, "--no-touch")
    first = run(*asked).records
    with LoopbackServer([{"content": {"ranking": ["m3"]}}]) as server:
        result = run(*asked, "--rerank", f"model:{server.url}#small")
    assert result.records[0]["id"] == first[2]["id"]
    assert result.stderr == ""
    with LoopbackServer([{"content": "no idea"}]) as server:
        result = run(*asked, "--rerank", f"model:{server.url}#other")
    assert [hit["id"] for hit in result.records] == [hit["id"] for hit in first]
    assert result.stderr.count("\n") == 1


def test_eval_takes_it_too(run, sample, folder):
    judgment = {"kind": "judgment", "v": 1, "query": QUESTION, "relevant": ["mj/2:5"]}
    result = run(
        "eval", "-", "--store", sample, "-k", 5, "--rerank", folder, stdin=json.dumps(judgment)
    )
    assert result.records[0]["counts"]["recall@5"] == 1
    assert "reranked 1 questions" in result.stderr
