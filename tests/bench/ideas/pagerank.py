"""
Let evidence flow along links: personalized PageRank over a small sparse graph.

HippoRAG 2 (Gutierrez et al., "From RAG to memory", 2025) starts a random walk at the names of the
best statements and, with a small weight, at every passage, follows the edges both ways with a
damping of one half, and ranks passages by how often the walk is there. Power iteration as in Page
et al., "The PageRank citation ranking" (1999).
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

# HippoRAG 2's own values: the share of steps that follow an edge, the weight of a passage's score.
DAMPING: Final = 0.5
PASSAGE_WEIGHT: Final = 0.05
# As the walk forgets its past by the factor `damping` a step, this needs 30 steps at one half.
TOLERANCE: Final = 1e-9
MAX_STEPS: Final = 200


class Graph(NamedTuple):
    """A directed graph of `n` nodes, 0 to n - 1, as arrays [m]; edges that repeat add up.

    source, target: int [m]; weight: float [m], 0 or more.
    """

    n: int
    source: IntArray
    target: IntArray
    weight: FloatArray


def as_graph(n: int, source: ArrayLike, target: ArrayLike, weight: ArrayLike = 1.0) -> Graph:
    """Return a graph whose edges are followed both ways, without edges from a node to itself.

    source, target: int [m], in 0 to n - 1; weight: float [m], or one for all. A weight that is not
    finite or not above 0 is no edge. Raises ValueError for a node that is not there.
    """
    ends = np.asarray(source, np.int64).ravel(), np.asarray(target, np.int64).ravel()
    weights = np.broadcast_to(np.asarray(weight, np.float64), ends[0].shape)
    nodes = np.concatenate(ends)
    if len(ends[0]) != len(ends[1]) or (nodes.size and not 0 <= nodes.min() <= nodes.max() < n):
        raise ValueError(f"edges do not fit {n} nodes")
    kept = (ends[0] != ends[1]) & np.isfinite(weights) & (weights > 0.0)
    one, other, weights = ends[0][kept], ends[1][kept], weights[kept]
    both = np.concatenate([one, other]), np.concatenate([other, one])
    return Graph(n, *both, np.concatenate([weights, weights]))


def seed_weights(
    names: ArrayLike, passages: ArrayLike, passage_weight: float = PASSAGE_WEIGHT
) -> FloatArray:
    """Return where the walk starts, for names first and passages after them, float [a + b].

    names: float [a], what the question's best statements bring each name, 0 for most; passages:
    float [b], any scores of a search, scaled to [0, 1] within the query and times passage_weight.
    """
    scores = np.nan_to_num(np.asarray(passages, np.float64), nan=0.0, posinf=0.0, neginf=0.0)
    least, most = scores.min(initial=np.inf), scores.max(initial=-np.inf)
    scaled = (scores - least) / (most - least) if most > least else np.ones_like(scores)
    given = np.nan_to_num(np.asarray(names, np.float64), nan=0.0, posinf=0.0, neginf=0.0)
    return np.concatenate([np.maximum(given, 0.0), passage_weight * scaled])


def personalized_pagerank(
    graph: Graph,
    seeds: ArrayLike,
    damping: float = DAMPING,
    tolerance: float = TOLERANCE,
    max_steps: int = MAX_STEPS,
) -> FloatArray:
    """Return the share of time that a walk which restarts at the seeds spends at each node.

    seeds: float [n], in proportion to which it starts, what is not above 0 counts as 0; damping:
    share in [0, 1) of the steps that follow an edge, by its weight. Where no edge leads on, it
    starts anew. Stops when a step changes the sum by less than `tolerance`. Returns float [n] >= 0
    that sums to 1, or all 0 without a seed. Raises ValueError for what is out of range.
    """
    start = np.asarray(seeds, np.float64)
    if start.shape != (graph.n,) or not 0.0 <= damping < 1.0:
        raise ValueError(f"{start.shape} seeds for {graph.n} nodes, damping {damping}")
    start = np.maximum(np.nan_to_num(start, nan=0.0, posinf=0.0, neginf=0.0), 0.0)
    # By the largest first: the sum of huge seeds overflows.
    largest = start.max(initial=0.0)
    if largest <= 0.0:
        return np.zeros(graph.n)
    start = start / largest
    start /= start.sum()
    leaving = np.bincount(graph.source, weights=graph.weight, minlength=graph.n)
    share = graph.weight / leaving[graph.source]
    stuck = leaving <= 0.0
    rank: FloatArray = start
    for _ in range(max_steps):
        moved = np.bincount(graph.target, weights=share * rank[graph.source], minlength=graph.n)
        following: FloatArray = (
            damping * (moved + rank[stuck].sum() * start) + (1.0 - damping) * start
        )
        following /= following.sum()
        settled = np.abs(following - rank).sum() < tolerance
        rank = following
        if settled:
            break
    return rank
