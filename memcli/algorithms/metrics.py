"""
Ranking metrics: recall, nDCG and the like, given what was relevant.

Standard measures of information retrieval (Manning, Raghavan and Schuetze 2008, chapter 8) with
binary relevance. A ranking is a list of ids, best first; an id that stands in it twice counts at
its first place only.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Sequence

import numpy as np


def unique(ranking: Sequence[Hashable]) -> list[Hashable]:
    """Return a ranking without repetitions."""
    return list(dict.fromkeys(ranking))


def recall(ranking: Sequence[Hashable], relevant: Collection[Hashable], k: int) -> float:
    """Return the share of the relevant ids among the first k; in [0, 1]."""
    return len(set(unique(ranking)[:k]) & set(relevant)) / len(set(relevant))


def hit_rate(ranking: Sequence[Hashable], relevant: Collection[Hashable], k: int) -> float:
    """Return 1 when any relevant id is among the first k, else 0."""
    return float(bool(set(unique(ranking)[:k]) & set(relevant)))


def reciprocal_rank(ranking: Sequence[Hashable], relevant: Collection[Hashable]) -> float:
    """Return 1 / rank of the first relevant id, 0 when there is none."""
    wanted = set(relevant)
    return next((1 / i for i, id_ in enumerate(unique(ranking), 1) if id_ in wanted), 0.0)


def ndcg(ranking: Sequence[Hashable], relevant: Collection[Hashable], k: int) -> float:
    """Return the normalized discounted cumulative gain of the first k; in [0, 1]."""
    wanted = set(relevant)
    gains = np.array([id_ in wanted for id_ in unique(ranking)[:k]], float)
    discounts = 1 / np.log2(np.arange(2, k + 2))
    ideal = discounts[: len(wanted)].sum()
    return float(gains @ discounts[: len(gains)] / ideal)


def measure(
    ranking: Sequence[Hashable], relevant: Collection[Hashable], ks: Sequence[int]
) -> dict[str, float]:
    """Return every measure of one ranking by name, such as `recall@10`."""
    values = {"mrr": reciprocal_rank(ranking, relevant)}
    for k in ks:
        values[f"recall@{k}"] = recall(ranking, relevant, k)
        values[f"hit_rate@{k}"] = hit_rate(ranking, relevant, k)
        values[f"ndcg@{k}"] = ndcg(ranking, relevant, k)
    return values
