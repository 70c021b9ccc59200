"""
Sentence centrality: LexRank, and an extractive summary within a budget.

Erkan and Radev, "LexRank: graph-based lexical centrality as salience in text summarization" (2004),
in the continuous form: edges carry the cosine. The summary adds maximal marginal relevance
(Carbonell and Goldstein, 1998) against saying the same twice.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from memcli.algorithms.fusion import length_factor

FloatArray = NDArray[np.float64]
SingleArray = NDArray[np.float32]

# Up to so many sentences the whole matrix is kept (16 MB); beyond, blocks are computed anew.
BLOCK = 2_000
# Cosines below it are no edges.
THRESHOLD = 0.1
# The share that follows the edges, 1 - d of the paper; the rest jumps anywhere.
DAMPING = 0.85
MAX_STEPS = 100
TOLERANCE = 1e-5
# Sentences as alike as this say the same: the second one adds nothing to a summary.
SAME = 0.98
# Scale of what a sentence says by its words, and the least share of that of the longest one:
# without it a budget is filled up with "thanks!".
WORDS = 8.0
LEAST = 0.5


def lexrank(vectors: ArrayLike) -> FloatArray:
    """Rank sentences by how many others, themselves central, are like them.

    vectors: float [n, d], unit rows or zero. Returns float [n] >= 0 that sums to 1. There are no
    edges from a sentence to itself: with them, as in the paper, one that is like no other keeps an
    average rank. A row without edges, such as a zero row, passes on as a jump does.
    """
    rows = np.asarray(vectors, dtype=np.float32)
    if not len(rows):
        return np.zeros(0)
    jump = np.full(len(rows), 1.0 / len(rows))
    spread = _edges(rows)
    degree = spread(np.ones(len(rows)))
    linked = degree > 0.0
    rank = jump
    for _ in range(MAX_STEPS):
        passed = np.divide(rank, degree, out=np.zeros_like(rank), where=linked)
        lost = rank[~linked].sum()
        following = DAMPING * (spread(passed) + lost * jump) + (1.0 - DAMPING) * jump
        following /= following.sum()
        settled = np.abs(following - rank).sum() < TOLERANCE
        rank = following
        if settled:
            break
    return rank


def _edges(rows: SingleArray) -> Callable[[FloatArray], FloatArray]:
    """Return the product of the symmetric matrix of edges and a vector [n], in bounded memory."""
    n = len(rows)
    if n <= BLOCK:
        whole = _edge_block(rows, 0, n)
        return lambda values: (whole @ values.astype(np.float32)).astype(np.float64)
    size = max(1, BLOCK * BLOCK // n)

    def blockwise(values: FloatArray) -> FloatArray:
        single = values.astype(np.float32)
        blocks = (_edge_block(rows, i, min(i + size, n)) for i in range(0, n, size))
        return np.concatenate([block @ single for block in blocks]).astype(np.float64)

    return blockwise


def _edge_block(rows: SingleArray, start: int, end: int) -> SingleArray:
    """Rows start..end of the matrix of edges, float32 [end - start, n]."""
    block: SingleArray = rows[start:end] @ rows.T
    block[block < THRESHOLD] = 0.0
    block[np.arange(end - start), np.arange(start, end)] = 0.0
    return block


def pick_summary(
    vectors: ArrayLike,
    lengths: ArrayLike,
    budget_words: int,
    salience: ArrayLike | None = None,
) -> list[int]:
    """Choose sentences by centrality x salience x length, each unlike those chosen, in a budget.

    vectors: float [n, d], unit rows or zero; lengths: int [n], words; salience: float [n] >= 0, 1
    where none. Likeness to what is chosen counts as much as relevance. Returns ascending indices.
    A sentence that does not fit is passed over for one that does; one without words, of salience 0,
    much shorter than the others (`length_factor` below half of that of the longest) or the same as
    a chosen one is never taken.
    """
    rows = np.asarray(vectors, dtype=np.float64)
    words = np.asarray(lengths, dtype=np.int64)
    if not len(rows):
        return []
    telling = length_factor(words, WORDS)
    value = _relevance(rows, telling, salience)
    open_ = (words > 0) & (value > 0.0) & (telling >= LEAST * telling.max())
    alike = np.zeros(len(rows))
    chosen, left = list[int](), budget_words
    while (candidates := np.flatnonzero(open_ & (words <= left))).size:
        gain = value[candidates] - alike[candidates]
        best = int(candidates[np.argmax(gain)])
        chosen.append(best)
        left -= int(words[best])
        alike = np.maximum(alike, rows @ rows[best])
        open_ &= alike < SAME
        open_[best] = False
    return sorted(chosen)


def _relevance(rows: FloatArray, telling: FloatArray, salience: ArrayLike | None) -> FloatArray:
    """Centrality x salience x how much a sentence tells, scaled to a maximum of 1, float [n]."""
    value = lexrank(rows) * telling
    if salience is not None:
        given = np.asarray(salience, dtype=np.float64)
        value *= np.maximum(np.nan_to_num(given, nan=0.0, posinf=0.0, neginf=0.0), 0.0)
    best = value.max()
    return value / best if best > 0.0 else value
