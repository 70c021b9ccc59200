"""Our own rerankers hold to the contract of plug-ins."""

from memcli.search.reranking.contract import check_reranker
from memcli.search.reranking.cross_encoder import CrossEncoder
from memcli.search.reranking.lancedb import open_lancedb
from tests.support.hits import hits
from tests.support.onnx_graphs import cross_encoder_folder

FOUND = hits("We named the boat Zwaluw.", "It rained.", "The boat lies at the quay.")


def test_a_cross_encoder_holds_to_the_contract(tmp_path):
    check_reranker(CrossEncoder(cross_encoder_folder(tmp_path / "cross")), FOUND)


def test_rerankers_of_lancedb_hold_to_the_contract():
    check_reranker(open_lancedb("rrf"), FOUND)
