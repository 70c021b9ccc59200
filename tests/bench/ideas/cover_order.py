"""Hits that cover the question as a set."""

from typing import Final

import numpy as np
from ideas.rounds import Coverage
from numpy.typing import ArrayLike, NDArray

from memcli.algorithms.fusion import relative

IntArray = NDArray[np.int64]
# From the middle of 0.1 to 0.4, over which no set of judged conversations loses.
COVER_WEIGHT: Final = 0.2


def cover_order(
    relevance: ArrayLike, found: Coverage, weight: float = COVER_WEIGHT, kept: float = 0.0
) -> IntArray:
    """Return the order in which hits say most of the question as a set, int [h], first to show.

    relevance: float [h] >= 0, taken in relation to the best; each next hit has the highest sum of
    that and weight x the share of the question that it says, of which a term counts `kept` (in
    [0, 1]) times as much each time that a hit taken before says it. Equals come in their given
    order. `Coverage` may be made of any matches in [0, 1], such as those of late interaction and
    their rarity. Greedy choice as for weighted coverage (Nemhauser, Wolsey and Fisher, 1978).
    """
    base = relative(relevance)
    left = np.ones(len(base), bool)
    worth = found.weight.copy()
    order = np.zeros(len(base), np.int64)
    for place in range(len(base)):
        gain = np.where(left, base + weight * (found.said @ worth), -1.0)
        best = int(np.argmax(gain))
        order[place], left[best] = best, False
        worth = worth * (1.0 - (1.0 - kept) * found.said[best])
    return order
