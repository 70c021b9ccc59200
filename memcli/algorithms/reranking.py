"""
Reranking: the scores of a second judge interpolated with those of the search.

A cross-encoder reads question and text together and judges finer than any score of the two apart
(Nogueira and Cho, "Passage re-ranking with BERT", 2019), but it sees one text alone: not the turns
around it, not the session, not who is asked about. Its order by itself also gets worse the more
texts it is given ("Drowning in documents", Jacob et al., 2024). So both scores are interpolated, as
Birch does for documents (Akkalyoncu Yilmaz et al., EMNLP 2019).
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from memcli.algorithms.fusion import fuse, relative, scaled

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


class Reranked(NamedTuple):
    """The hits of a search in their new order.

    order: int [n], indices of the hits, best first; scores: float [n], in [0, 1].
    shares: `first` and `rerank`, float [n]; they sum to the score. Scores and shares keep the
    order of the hits as they were given.
    """

    order: IntArray
    scores: FloatArray
    shares: dict[str, FloatArray]


def interpolate(first: ArrayLike, reranker: ArrayLike, weight: float) -> Reranked:
    """Order hits by (1 - weight) x relative score of the search + weight x that of the reranker.

    first: float [n], scores of the search in [0, 1]; reranker: float [n] in any unit, higher is
    better, NaN for hits that it did not see; weight: in [0, 1].
    The reranker's scores are stretched over the range that the search gives to the hits seen, so
    that the weight means the same for every question and scale, and hits that are behind those seen
    stay there. Of equal sums the reranker's better comes first, then what came first. The best hit
    gets the best score of the search, so that a threshold on scores says the same of a question
    with a reranker and without.
    """
    if not 0.0 <= weight <= 1.0:
        raise ValueError(f"weight out of [0, 1]: {weight}")
    scores = np.asarray(first, dtype=np.float64)
    found = relative(scores)
    seen = np.isfinite(np.asarray(reranker, dtype=np.float64))
    floor = found[seen].min(initial=1.0)
    judged = np.where(seen, floor + (1.0 - floor) * spread_out(reranker), 0.0)
    counts = weight if seen.any() else 0.0
    fused = fuse({"first": found, "rerank": judged}, {"first": 1.0 - counts, "rerank": counts})
    best = fused.score.max(initial=0.0)
    level = scores.max(initial=0.0) / best if best > 0.0 else 0.0
    return Reranked(np.lexsort((-judged, -fused.score)), *scaled(fused.shares, level))


def spread_out(values: ArrayLike) -> FloatArray:
    """Stretch the scores of one question over [0, 1]: the best gets 1, the worst 0.

    values: float [n] in any unit. What is not finite was not seen and gets 0; where all that were
    seen are equal, they get 1. Logits have no natural zero, and on texts unlike those that a model
    was trained on all of a question's may lie far below it, where a sigmoid would make them equal;
    their distances still tell (min-max, as in Bruch, Gai and Ingber, "An analysis of fusion
    functions for hybrid retrieval", 2022).
    """
    given = np.asarray(values, dtype=np.float64)
    seen = np.isfinite(given)
    stretched = np.zeros(given.shape)
    if not seen.any():
        return stretched
    # Halved, so that no difference of finite numbers overflows.
    halves = given[seen] / 2.0
    above = halves - halves.min()
    widest = above.max()
    stretched[seen] = above / widest if widest > 0.0 else 1.0
    return stretched


def discounted(n: int, ranked: Sequence[int]) -> FloatArray:
    """Turn a list of places, best first, into scores: 1 / log2(rank + 1), 0 for what is not in it.

    n: number of hits; ranked: distinct indices in [0, n). Returns float [n] in [0, 1]. The discount
    is that of DCG (Järvelin and Kekäläinen, 2002): it sets what was chosen well above the rest,
    and the first few apart from each other.
    """
    values = np.zeros(n)
    values[list(ranked)] = 1.0 / np.log2(np.arange(len(ranked)) + 2.0)
    return values


def windows(n: int, size: int, step: int) -> Iterator[tuple[int, int]]:
    """Yield ranges [start, end) of at most `size` of n hits, from the last to the first.

    step: in [1, size], by how much each window lies before the last one; where they overlap, what
    is best can climb from the end to the top (RankGPT, Sun et al., EMNLP 2023). Nothing for n = 0.
    """
    end = n
    while end > 0:
        start = max(0, end - size)
        yield start, end
        if start == 0:
            return
        end -= step
