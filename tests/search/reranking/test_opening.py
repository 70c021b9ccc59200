"""Which reranker a text names, and the reranking of a real search."""

from __future__ import annotations

import subprocess
import sys

import pytest

from memcli.cli.model_options import model_settings
from memcli.cli.with_store import Call
from memcli.memory.filters import Filters
from memcli.models.encoder import Encoder
from memcli.search.reranking import opening
from memcli.search.reranking.cross_encoder import CrossEncoder
from memcli.search.reranking.lancedb import LanceScorer
from memcli.search.reranking.llm import ModelScorer
from memcli.search.retriever import Retriever
from store import Store
from store.errors import BadUsage, RerankerUnavailable, ServiceUnavailable, Untrusted
from store.location import StorePlace
from store.trust import Trust, trust_in
from tests.support.hits import hits
from tests.support.llm_loopback import LoopbackServer
from tests.support.onnx_graphs import cross_encoder_folder
from tests.support.paths import ROOT
from tests.support.trusting import allow

QUESTION = "Why was the crust of the tart a danger for Jonas?"


def open_reranker(spec, opened, say=print, **options):
    """Open a reranker with the language models that --llm can name."""

    call = Call("query", "read", {"store": opened.layout.root})
    vars(call)["store"] = opened

    def settings(named):
        return model_settings(call, named, None)

    return opening.open_reranker(spec, opened, settings, say=say, **options)


@pytest.fixture
def folder(tmp_path):
    return cross_encoder_folder(tmp_path / "cross")


@pytest.fixture
def opened(empty_store):
    return Store.open(empty_store)


@pytest.fixture(scope="module")
def found(sample_once):
    """Return a hundred hits of a search in the sample."""
    snapshot = Store.open(sample_once).snapshot()
    encoder = Encoder.of_stamp(snapshot.encoder)
    return Retriever(snapshot, lambda: encoder).search(QUESTION, 100, Filters())


def test_each_form_opens_its_kind(opened, folder):
    assert isinstance(open_reranker(str(folder), opened).scorer, CrossEncoder)
    assert isinstance(open_reranker(" lancedb:rrf ", opened).scorer, LanceScorer)
    model = open_reranker("model:http://localhost:9/v1#small", opened)
    assert isinstance(model.scorer, ModelScorer)
    assert model.scorer.model.name == "http://localhost:9/v1#small"


def test_depth_and_weight_are_passed_on(opened):
    reranker = open_reranker("lancedb:rrf", opened, depth=7, weight=0.25)
    assert (reranker.depth, reranker.weight) == (7, 0.25)


@pytest.mark.parametrize("options", [{"depth": 0}, {"weight": 1.5}, {"weight": float("nan")}])
def test_depth_and_weight_out_of_range_are_usage_errors(opened, options):
    with pytest.raises(BadUsage):
        open_reranker("lancedb:rrf", opened, **options)


@pytest.mark.parametrize("spec", ["", "  ", "lancedb:", "model:"])
def test_what_names_nothing_is_a_usage_error(opened, spec):
    with pytest.raises(BadUsage):
        open_reranker(spec, opened)


def test_no_such_folder_is_unavailable(opened, tmp_path):
    with pytest.raises(RerankerUnavailable, match=r"no cross-encoder at .*nowhere") as raised:
        open_reranker(str(tmp_path / "nowhere"), opened)
    assert raised.value.status == 69


def test_a_folder_may_be_called_model(opened, folder, monkeypatch):
    monkeypatch.chdir(folder.rename(folder.parent / "model").parent)
    assert isinstance(open_reranker("./model", opened).scorer, CrossEncoder)


def test_the_model_is_that_of_config_toml(opened):
    with pytest.raises(BadUsage, match="no language model is set up"):
        open_reranker("model", opened)
    with LoopbackServer([{"content": {"ranking": ["m2"]}}]) as server:
        config = f'[llm]\nbase_url = "{server.url}"\nmodel = "small"\n'
        opened.layout.config.write_text(config)
        reranker = open_reranker("model", opened)
        assert [hit.text for hit in reranker.rerank("q", hits("a", "b"))] == ["b", "a"]


def test_the_model_of_a_store_is_used_once_it_is_trusted(opened):
    opened.layout.config.write_text('[llm]\ncommand = "cat"\n')
    root = opened.layout.root
    untrusted = Store.open(root, trust=trust_in(StorePlace(root, "option")))
    for spec in ("model", "model:config"):
        with pytest.raises(BadUsage):
            open_reranker(spec, untrusted)
    allow(root)
    assert isinstance(open_reranker("model", untrusted).scorer, ModelScorer)


def test_nothing_is_kept_in_a_store_that_is_only_read(opened):
    doubted = Trust("is not trusted", is_own=False)
    untrusted = Store.open(opened.layout.root, mode="read", trust=doubted)
    with pytest.raises(Untrusted, match="not written to"):
        open_reranker("model:http://localhost:9/v1#small", untrusted)


def test_a_model_that_cannot_be_reached_is_an_error(opened):
    with LoopbackServer([]) as gone:
        url = gone.url
    config = f'[llm]\nbase_url = "{url}"\nmodel = "small"\ntimeout_s = 0.2\n'
    opened.layout.config.write_text(config)
    reranker = open_reranker("model", opened)
    with pytest.raises(ServiceUnavailable, match="cannot reach") as raised:
        reranker.rerank("q", hits("a", "b"))
    assert raised.value.status == 69


def test_an_answer_of_no_use_keeps_the_order_with_one_warning(opened):
    told = []
    with LoopbackServer([{"content": "no idea"}]) as server:
        reranker = open_reranker(f"model:{server.url}#small", opened, say=told.append)
        given = hits("a", "b")
        assert [reranker.rerank(q, given) == given for q in ("q", "r")] == [True, True]
    assert len(told) == 1
    assert "no JSON" in told[0]


@pytest.mark.parametrize("spec", ["folder", "lancedb:rrf", "lancedb:linear-combination?weight=0.5"])
def test_the_hits_of_a_search_are_reordered_with_whole_shares(opened, folder, found, spec):
    reranker = open_reranker(str(folder) if spec == "folder" else spec, opened)
    moved = reranker.rerank(QUESTION, found)
    assert sorted(hit.id for hit in moved) == sorted(hit.id for hit in found)
    assert [hit.rank for hit in moved] == list(range(1, len(found) + 1))
    scores = [hit.score for hit in moved]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] == found[0].score
    assert all(sum(hit.why.values()) == pytest.approx(hit.score, abs=1e-4) for hit in moved)
    # The head is as good as the depth, whatever is asked for behind it.
    again = reranker.rerank(QUESTION, found[:60])
    assert [hit.id for hit in again[:10]] == [hit.id for hit in moved[:10]]


def test_only_the_named_kind_is_loaded(folder):
    script = (
        "import sys; from memcli.search.reranking.opening import open_reranker;"
        "open_reranker(sys.argv[1], None, None);"
        "assert not {'lancedb', 'torch', 'urllib.request'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", script, str(folder)], check=True, cwd=ROOT)
