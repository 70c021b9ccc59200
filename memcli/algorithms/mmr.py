"""
Maximal marginal relevance: what is relevant, unlike what was taken before, and short.

Each next one has the highest lambda x relevance - (1 - lambda) x likeness to the nearest that was
taken (Carbonell and Goldstein, 1998). As the list is to fill a budget, what it gains is divided by
a power of what it costs (Lin and Bilmes, 2010). Texts of one person are centred first: what all
share, such as the name, does not make them alike.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]

# Over judged conversations, at 1,000 and 1,250 tokens: the lowest lambda at which evidence held
# stays within half a point of lambda 1, and of powers from 0 to 0.5 the one that holds most there.
TRADE_OFF = 0.9
COST_POWER = 0.1
# The weight of relevance against difference: profiles are short, so difference counts.
SHORT_TRADE_OFF = 0.8
# Above this cosine of centred vectors two short texts say the same in other words.
TOO_LIKE = 0.92
# The mean of fewer texts is mostly what they say, not what they share.
LEAST_TO_CENTRE = 8


def mmr_order(
    relevance: NDArray[np.floating],
    vectors: NDArray[np.floating],
    costs: NDArray[np.integer] | None = None,
    trade_off: float = TRADE_OFF,
) -> NDArray[np.int64]:
    """
    Return the indices of all candidates, int [n], the one to take first at the front.

    relevance: [n], 0 or more, taken in relation to the highest; vectors: [n, d], of unit length or
    zero; costs: [n], 1 or more, all the same when None. trade_off is lambda, in [0, 1]: 1 is
    relevance alone. Equals come in their given order. Raises ValueError for what is out of range.
    """
    n = len(relevance)
    if not 0.0 <= trade_off <= 1.0:
        raise ValueError(f"out of range: trade_off {trade_off}")
    if n and (np.min(relevance) < 0.0 or (costs is not None and np.min(costs) < 1)):
        raise ValueError("relevance is 0 or more and a cost 1 or more")
    highest = float(np.max(relevance, initial=0.0))
    scaled = np.asarray(relevance, np.float64) / (highest or 1.0)
    price = np.ones(n) if costs is None else np.asarray(costs, np.float64) ** COST_POWER
    base = np.asarray(vectors, np.float64)
    nearest, left = np.zeros(n), np.ones(n, bool)
    order = np.zeros(n, np.int64)
    for place in range(n):
        # 1 - nearest in place of -nearest: the same order, and never below 0 when divided.
        gain = (trade_off * scaled + (1.0 - trade_off) * (1.0 - nearest)) / price
        best = int(np.argmax(np.where(left, gain, -1.0)))
        order[place], left[best] = best, False
        nearest = np.maximum(nearest, np.clip(base @ base[best], 0.0, 1.0))
    return order


def pick_distinct(scores: ArrayLike, vectors: ArrayLike, limit: int) -> list[int]:
    """
    Return the indices of what to show, the best first.

    scores: float [n], 0 or more, how much each matters; vectors: float [n, d], of any length, zero
    for what is like nothing; limit: at most so many, 0 or more. What is TOO_LIKE one that was
    taken is left out. Of equals the first index is taken. Raises
    ValueError when the lengths differ.
    """
    relevance = np.asarray(scores, dtype=np.float64)
    rows = np.asarray(vectors, dtype=np.float64)
    if len(relevance) != len(rows):
        raise ValueError(f"{len(relevance)} scores of {len(rows)} vectors")
    unit = unit_rows(centred(rows)) if len(rows) else rows
    picked: list[int] = []
    for index in mmr_order(relevance, unit, None, SHORT_TRADE_OFF).tolist():
        if len(picked) >= limit:
            break
        if not picked or np.max(unit[picked] @ unit[index]) < TOO_LIKE:
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
