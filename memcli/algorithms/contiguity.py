"""Contiguity: neighbours in the session, and the session as a whole, speak for a hit.

What happened close together is recalled together, and forward more than backward: the temporal
contiguity of human recall (Howard and Kahana, 2002) that EM-LLM uses to pull in the neighbours of a
retrieved event (Fountas et al., "Human-like episodic memory for infinite context LLMs", 2024). In a
conversation the forward half is the stronger one because an answer follows its question. Where
a life is recorded in many places, what was noted at one time elsewhere is near as well.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


class Kernel(NamedTuple):
    """How much of a turn's score reaches the turn `offset` places later in its session.

    offsets: int [k], never 0, positive for the turns after; weights: float [k], >= 0.
    """

    offsets: tuple[int, ...]
    weights: tuple[float, ...]


class Places(NamedTuple):
    """The distinct (session, seq) places of the rows that belong to a session.

    keys: int [p], ascending, one per place, far apart between sessions; session: int [p];
    rows: int [m], the rows inside a session; place: int [m], index of each one's place.
    """

    keys: IntArray
    session: IntArray
    rows: IntArray
    place: IntArray


def contiguity_kernel(forward: float, backward: float, decay: float, window: int) -> Kernel:
    """Build a kernel: `forward` to the next turn, `backward` to the last, times `decay` a step.

    forward, backward, decay: >= 0; window: turns to either side. Returns 2 x window offsets.
    """
    steps = range(1, window + 1)
    ahead = [forward * decay ** (step - 1) for step in steps]
    behind = [backward * decay ** (step - 1) for step in steps]
    return Kernel((*steps, *(-step for step in steps)), (*ahead, *behind))


def locate(session: ArrayLike, seq: ArrayLike, reach: int = 0) -> Places:
    """Find the places of the rows.

    session: int [n], a code per session, below 0 for a row outside any session; seq: int [n],
    place of the turn in its session; reach: the largest offset that will be looked up.
    """
    codes = np.asarray(session, dtype=np.int64)
    order = np.asarray(seq, dtype=np.int64)
    rows = np.flatnonzero(codes >= 0)
    codes, order = codes[rows], order[rows]
    start = order.min(initial=0)
    stride = order.max(initial=0) - start + 1 + reach
    sessions, dense_codes = np.unique(codes, return_inverse=True)
    keys, place = np.unique(dense_codes * stride + (order - start), return_inverse=True)
    return Places(keys, sessions[keys // stride], rows, place)


def best_per_place(base: ArrayLike, places: Places) -> NDArray[Any]:
    """Reduce rows [n] to places [p] by the best: a turn and what was drawn from it count once.

    base: float [n, ...], >= 0; returns float [p, ...] of the same kind.
    """
    return best_of_groups(np.asarray(base)[places.rows], places.place, len(places.keys))


def best_of_groups(values: NDArray[Any], group: IntArray, n_groups: int) -> NDArray[Any]:
    """Return the greatest of the values of each group, [groups, ...]; 0 for a group without any.

    values: [m, ...], >= 0; group: int [m], below n_groups.
    """
    order = np.argsort(group, kind="stable")
    present, starts = np.unique(group[order], return_index=True)
    best = np.zeros((n_groups, *values.shape[1:]), values.dtype)
    if len(present):
        # Many times faster than maximum.at.
        best[present] = np.maximum.reduceat(values[order], starts, axis=0)
    return best


def spread(base: ArrayLike, session: ArrayLike, seq: ArrayLike, kernel: Kernel) -> FloatArray:
    """Give each row the score that it receives from its neighbours in the session.

    base: float [n], >= 0; session, seq: int [n], see `locate`. A neighbour that is not among the
    rows gives nothing. Returns float [n], at most sum(kernel.weights) x max(base).
    """
    received = np.zeros(len(np.asarray(base)))
    reach = max((abs(offset) for offset in kernel.offsets), default=0)
    places = locate(session, seq, reach)
    best = best_per_place(np.asarray(base, np.float64), places)
    gained = np.zeros_like(best)
    for offset, weight in zip(kernel.offsets, kernel.weights, strict=True):
        there, at = places_at(places.keys, places.keys - offset)
        gained += weight * np.where(there, best[at], 0.0)
    received[places.rows] = gained[places.place]
    return received


def places_at(keys: IntArray, wanted: IntArray) -> tuple[NDArray[np.bool_], IntArray]:
    """
    Look up places by key: whether each of `wanted` is there, and its index (else any), both [p].

    keys: int [p], ascending and distinct, see `Places`.
    """
    found = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return keys[found] == wanted, found


def session_support(base: ArrayLike, session: ArrayLike, seq: ArrayLike, turns: int) -> FloatArray:
    """How well a row's session answers: the mean of its `turns` best places, missing ones being 0.

    base: float [n], >= 0; session, seq: int [n], see `locate`; turns: >= 1. Returns float [n], at
    most max(base), 0 outside sessions. Several good turns count for more than one, and a session
    does not win by its length. MemGAS (2025) scores sessions beside turns to the same end.
    """
    support = np.zeros(len(np.asarray(base)))
    places = locate(session, seq)
    best = best_per_place(np.asarray(base, np.float64), places)
    leading = _rank_within(best, places.session) < turns
    sessions, code = np.unique(places.session, return_inverse=True)
    sums = np.bincount(code[leading], weights=best[leading], minlength=len(sessions))
    support[places.rows] = (sums / turns)[code[places.place]]
    return support


def session_rank(base: ArrayLike, session: ArrayLike, seq: ArrayLike) -> IntArray:
    """Return how many better places each row's session has, int [n]; 0 outside sessions.

    base: float [n], >= 0; session, seq: int [n], see `locate`.
    """
    rank = np.zeros(len(np.asarray(base)), np.int64)
    places = locate(session, seq)
    best = best_per_place(np.asarray(base, np.float64), places)
    rank[places.rows] = _rank_within(best, places.session)[places.place]
    return rank


def session_part(session: ArrayLike, seq: ArrayLike) -> FloatArray:
    """Return the part of all places that each row's session holds, [n] in [0, 1]; 0 outside.

    session, seq: int [n], see `locate`; a row outside any session is a place of its own.
    """
    part = np.zeros(len(np.asarray(session)))
    places = locate(session, seq)
    _, code, count = np.unique(places.session, return_inverse=True, return_counts=True)
    outside = len(part) - len(places.rows)
    part[places.rows] = (count / (len(places.keys) + outside or 1))[code][places.place]
    return part


def _rank_within(best: FloatArray, session: IntArray) -> IntArray:
    """Return how many places of its session are better than each, int [p]; equals in order."""
    descending = np.lexsort((-best, session))
    _, starts, count = np.unique(session, return_index=True, return_counts=True)
    rank = np.zeros(len(best), np.int64)
    rank[descending] = np.arange(len(best)) - np.repeat(starts, count)
    return rank


def elsewhere_support(
    base: ArrayLike, session: ArrayLike, said: ArrayLike, hours: float
) -> FloatArray:
    """
    Give each row the best score of a row of another session, less with the time between the two.

    base: float [n], >= 0; session: int [n], a code per session, each below 0 another one; said:
    float [n], days, not a number where unknown; hours: > 0, in which a score fades to 37 %. What is
    told of a moment in a calendar, a note and a message speaks for one another; where one
    conversation follows another, nothing is near. Returns float [n], at most max(base).
    """
    moments, scores = np.asarray(said, np.float64), np.asarray(base, np.float64)
    support = np.zeros(len(scores))
    known = np.flatnonzero(np.isfinite(moments))
    order = known[np.argsort(moments[known], kind="stable")]
    homes = np.asarray(session, np.int64)
    homes = np.where(homes < 0, -1 - np.arange(len(homes)), homes)
    for rows in (order, order[::-1]):
        fading = np.exp(-np.abs(np.diff(moments[rows], prepend=moments[rows[:1]])) * 24.0 / hours)
        passed = _best_before(scores[rows].tolist(), homes[rows].tolist(), fading.tolist())
        support[rows] = np.maximum(support[rows], passed)
    return support


def _best_before(scores: list[float], homes: list[int], fading: list[float]) -> list[float]:
    """
    Return for each item the best score of those before it that are of another home, faded.

    fading: what is left of a score from one item to the next. The best and the best of any other
    home are all that has to be carried along.
    """
    first, second, home = 0.0, 0.0, None
    found = []
    for score, own, left in zip(scores, homes, fading, strict=True):
        first, second = first * left, second * left
        found.append(second if own == home else first)
        if own == home:
            first = max(first, score)
        elif score > first:
            first, second, home = score, first, own
        else:
            second = max(second, score)
    return found
