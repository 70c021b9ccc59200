"""Maximum spanning tree of dependency scores, where the best head of each word makes a circle."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def spanning_tree(scores: NDArray[np.float64]) -> NDArray[np.int64]:
    """
    Return the head of each of n words, 0 the root, as int64 [n]: the best tree with one root.

    scores: float [n, n + 1], of head h (column) for word d + 1 (row). Chu and Liu (1965), Edmonds
    (1967), as McDonald et al., "Non-projective dependency parsing" (2005); of all words that may
    be the root, the one with the best tree is (Zmigrod, Vieira, Cotterell 2020: each tried).
    """
    n = len(scores)
    square = np.full((n + 1, n + 1), -np.inf)
    square[1:] = scores
    np.fill_diagonal(square, -np.inf)
    heads = _arborescence(square)
    if (heads[1:] == 0).sum() == 1:
        return heads[1:]
    trees = [_rooted(square, int(root)) for root in np.flatnonzero(heads[1:] == 0) + 1]
    best = max(trees, key=lambda tree: square[np.arange(1, n + 1), tree[1:]].sum())
    return best[1:]


def has_circle(heads: NDArray[np.int64]) -> bool:
    """Tell whether int [n] heads, counted from 1, are no tree with one root."""
    return int((heads == 0).sum()) != 1 or _circle(np.concatenate(([0], heads))) is not None


def _rooted(square: NDArray[np.float64], root: int) -> NDArray[np.int64]:
    only = square.copy()
    only[:, 0] = -np.inf
    only[root, 0] = 0.0
    return _arborescence(only)


def _arborescence(square: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the heads of the best tree over nodes 0..n; square[d, h], node 0 the root."""
    heads: NDArray[np.int64] = square.argmax(axis=1)
    heads[0] = 0
    circle = _circle(heads)
    if circle is None:
        return heads
    inside = np.zeros(len(square), bool)
    inside[circle] = True
    outside = np.flatnonzero(~inside)
    kept = square[circle, heads[circle]]
    # Into the circle: what is lost by breaking it at one of its words; out of it: its best word.
    entering = square[np.ix_(circle, outside)] - kept[:, None]
    leaving = square[np.ix_(outside, circle)]
    m = len(outside)
    small = np.full((m + 1, m + 1), -np.inf)
    small[:m, :m] = square[np.ix_(outside, outside)]
    small[m, :m], small[:m, m] = entering.max(axis=0), leaving.max(axis=1)
    tree = _arborescence(small)
    heads[outside[1:]] = [
        outside[h] if h < m else circle[leaving[d].argmax()]
        for d, h in zip(range(1, m), tree[1:m], strict=True)
    ]
    broken = circle[entering[:, tree[m]].argmax()]
    heads[broken] = outside[tree[m]]
    return heads


def _circle(heads: NDArray[np.int64]) -> NDArray[np.int64] | None:
    """Return the nodes of a circle, if there is one that does not hold the root."""
    state = np.zeros(len(heads), np.int64)
    state[0] = -1
    for start in range(1, len(heads)):
        node, path = start, []
        while state[node] == 0:
            state[node] = start
            path.append(node)
            node = int(heads[node])
        if state[node] == start:
            return np.array(path[path.index(node) :])
    return None
