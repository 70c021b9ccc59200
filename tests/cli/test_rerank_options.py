"""memcli/cli/rerank_options.py"""

from __future__ import annotations

import pytest

from memcli.cli.rerank_options import chosen_reranker
from memcli.search.reranking.base import DEFAULT_DEPTH, DEFAULT_WEIGHT
from store import Store
from store.errors import BadUsage


@pytest.fixture
def opened(empty_store):
    return Store.open(empty_store)


def test_without_the_option_there_is_no_reranker(opened):
    assert chosen_reranker(None, None, None, opened, None, print) is None


@pytest.mark.parametrize("values", [(5, None), (None, 0.0)])
def test_its_settings_without_it_are_a_usage_error(opened, values):
    with pytest.raises(BadUsage, match="without --rerank"):
        chosen_reranker(None, *values, opened, None, print)


def test_settings_that_are_not_given_have_defaults(opened):
    plain = chosen_reranker("lancedb:rrf", None, None, opened, None, print)
    assert (plain.depth, plain.weight) == (DEFAULT_DEPTH, DEFAULT_WEIGHT)
    given = chosen_reranker("lancedb:rrf", 7, 0.0, opened, None, print)
    assert (given.depth, given.weight) == (7, 0.0)
