"""What a reranker of another package has to hold to, for its own tests: check_reranker."""

from __future__ import annotations

import math
from collections.abc import Sequence

from memcli.records import Hit
from memcli.search.reranking.base import Scorer


def check_reranker(scorer: Scorer, hits: Sequence[Hit], query: str = "Who has a boat?") -> None:
    """
    Raise AssertionError, with a sentence, where a reranker breaks its contract.

    hits: two or more of a search. There is one number a hit, NaN where it has none, the same each
    time, for one hit and for many; what it used is told in words or not at all.
    """
    assert len(hits) > 1, "it takes two hits to see an order"
    for some in (hits, hits[:1]):
        scores = [float(score) for score in scorer.score(query, some)]
        assert len(scores) == len(some), "there is one number a hit"
        assert not any(map(math.isinf, scores)), "a number is finite, or NaN where there is none"
        again = [float(score) for score in scorer.score(query, some)]
        assert str(scores) == str(again), "the same question and hits have the same numbers"
    used = scorer.usage()
    assert used is None or isinstance(used, str), "usage is a text, or None"
