"""
An order of candidates that are relevant, unlike each other and short.

Maximal marginal relevance (Carbonell and Goldstein, 1998): each next one has the highest
lambda x relevance - (1 - lambda) x likeness to the nearest that was taken. As the list is to fill a
budget, what it gains is divided by a power of what it costs (Lin and Bilmes, 2010).
"""

import numpy as np
from numpy.typing import NDArray

# Over judged conversations, at 1,000 and 1,250 tokens: the lowest lambda at which evidence held
# stays within half a point of lambda 1, and of powers from 0 to 0.5 the one that holds most there.
TRADE_OFF = 0.9
COST_POWER = 0.1


def mmr_order(
    relevance: NDArray[np.floating],
    vectors: NDArray[np.floating],
    costs: NDArray[np.integer] | None = None,
    trade_off: float = TRADE_OFF,
    cost_power: float = COST_POWER,
) -> NDArray[np.int64]:
    """
    Return the indices of all candidates, int [n], the one to take first at the front.

    relevance: [n], 0 or more, taken in relation to the highest; vectors: [n, d], of unit length or
    zero; costs: [n], 1 or more, all the same when None. trade_off is lambda, in [0, 1]: 1 is
    relevance alone. Equals come in their given order. Raises ValueError for what is out of range.
    """
    n = len(relevance)
    if not 0.0 <= trade_off <= 1.0 or cost_power < 0.0:
        raise ValueError(f"out of range: trade_off {trade_off}, cost_power {cost_power}")
    if n and (np.min(relevance) < 0.0 or (costs is not None and np.min(costs) < 1)):
        raise ValueError("relevance is 0 or more and a cost 1 or more")
    highest = float(np.max(relevance, initial=0.0))
    scaled = np.asarray(relevance, np.float64) / (highest or 1.0)
    price = np.ones(n) if costs is None else np.asarray(costs, np.float64) ** cost_power
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
