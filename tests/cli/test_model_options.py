"""The options with which a command asks a reranker."""

from __future__ import annotations

import pytest

from memcli.cli.model_options import chosen_reranker
from memcli.cli.with_store import Call
from memcli.search.reranking.base import DEFAULT_DEPTH, DEFAULT_WEIGHT
from store.errors import BadUsage


@pytest.fixture
def call(empty_store):
    return Call("query", "read", {"store": empty_store})


def test_without_the_option_there_is_no_reranker(call):
    assert chosen_reranker(call, None, None, None) is None


@pytest.mark.parametrize("values", [(5, None), (None, 0.0)])
def test_its_settings_without_it_are_a_usage_error(call, values):
    with pytest.raises(BadUsage, match="without --rerank"):
        chosen_reranker(call, None, *values)


def test_settings_that_are_not_given_have_defaults(call):
    plain = chosen_reranker(call, "lancedb:rrf", None, None)
    assert (plain.depth, plain.weight) == (DEFAULT_DEPTH, DEFAULT_WEIGHT)
    given = chosen_reranker(call, "lancedb:rrf", 7, 0.0)
    assert (given.depth, given.weight) == (7, 0.0)
