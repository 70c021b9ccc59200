"""
Choose what matters most and says different things.

The order is that of maximal marginal relevance (see `diversity`), over centred vectors: what all
texts share, such as the name of the person that they are about, does not make them alike.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from memcli.algorithms.diversity import mmr_order

FloatArray = NDArray[np.float64]
# The weight of relevance against difference: profiles are short, so difference counts.
TRADE_OFF = 0.8
# Above this cosine of centred vectors two short texts say the same in other words.
TOO_LIKE = 0.92
# The mean of fewer texts is mostly what they say, not what they share.
LEAST_TO_CENTRE = 8


def pick_distinct(
    scores: ArrayLike, vectors: ArrayLike, limit: int, too_like: float = TOO_LIKE
) -> list[int]:
    """
    Return the indices of what to show, the best first.

    scores: float [n], 0 or more, how much each matters; vectors: float [n, d], of any length, zero
    for what is like nothing; limit: at most so many, 0 or more; too_like: what is at least so
    similar to one that was taken is left out. Of equals the first index is taken. Raises
    ValueError when the lengths differ.
    """
    relevance = np.asarray(scores, dtype=np.float64)
    rows = np.asarray(vectors, dtype=np.float64)
    if len(relevance) != len(rows):
        raise ValueError(f"{len(relevance)} scores of {len(rows)} vectors")
    unit = unit_rows(centred(rows)) if len(rows) else rows
    picked: list[int] = []
    for index in mmr_order(relevance, unit, None, TRADE_OFF).tolist():
        if len(picked) >= limit:
            break
        if not picked or np.max(unit[picked] @ unit[index]) < too_like:
            picked.append(index)
    return picked


def centred(rows: FloatArray) -> FloatArray:
    """Return rows, float [n, d], without their mean where they are enough to have one."""
    return rows - rows.mean(axis=0) if len(rows) >= LEAST_TO_CENTRE else rows


def unit_rows(rows: FloatArray) -> FloatArray:
    """Return rows, float [n, d], at length one; those that are zero stay so."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    unit: FloatArray = np.divide(rows, lengths, out=np.zeros_like(rows), where=lengths > 1e-12)
    return unit
