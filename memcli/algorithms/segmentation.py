"""
Topic segmentation of a conversation: by surprise, change of topic and pauses.

Events end where what comes is surprising: EM-LLM (Fountas et al., "Human-like episodic memory for
infinite context LLMs", 2024) puts a boundary where the surprise of a token exceeds mean + gamma x
standard deviation of its surroundings, and then moves it to where the similarity graph falls apart
best. There are no token likelihoods here, so surprise is how far a turn's vector lies from a
decayed mean of the turns before, with the momentum of Titans (Behrouz et al., 2024). It is combined
with the depth score of TextTiling (Hearst, 1997) and with pauses.

Every step looks at a bounded neighbourhood, so turns appended at the end leave the boundaries as
they were, but for those in the last turns before: the longest and the shortest segment, what a
score is made of, and how far a boundary is moved.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from memcli.algorithms.fusion import length_factor

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True)
class SegmentationSettings:
    """How a conversation is cut.

    min_turns, max_turns: of a segment; a conversation shorter than min_turns is one segment.
    gamma: standard deviations above the mean of the surroundings at which a boundary is due.
    contrast: least height above that mean.
    surroundings: turns to either side that give mean and deviation.
    window: turns to either side that are compared for a change of topic.
    decay: factor on what came before, a turn, in the mean that a turn is compared with.
    momentum: share of the past surprise, the eta of Titans.
    surprise, depth, pause: weights of the three signals.
    words: scale below which a turn says too little to count, see `length_factor`.
    short_s, long_s: seconds; a pause counts from short_s on and in full from long_s on.
    reach: turns by which refinement may move a boundary; measure: what it optimizes.
    """

    min_turns: int = 4
    max_turns: int = 24
    gamma: float = 0.8
    contrast: float = 0.2
    surroundings: int = 16
    window: int = 4
    decay: float = 0.7
    momentum: float = 0.2
    surprise: float = 1.0
    depth: float = 2.0
    pause: float = 1.0
    words: float = 8.0
    short_s: float = 300.0
    long_s: float = 7200.0
    reach: int = 2

    def __post_init__(self) -> None:
        """Refuse values with which no cutting can keep to the limits."""
        if self.min_turns < 1 or self.max_turns < 2 * self.min_turns:
            raise ValueError(f"max_turns must be at least twice min_turns, 1 or more: {self}")
        if min(self.window, self.surroundings) < 1 or self.reach < 0:
            raise ValueError(f"window and surroundings must be 1 or more, reach 0: {self}")
        if not 0 <= self.decay < 1 or not 0 <= self.momentum < 1 or self.short_s <= 0:
            raise ValueError(f"decay and momentum must be in [0, 1), short_s above 0: {self}")
        if self.long_s <= self.short_s:
            raise ValueError(f"long_s must be above short_s: {self}")


DEFAULT_SETTINGS = SegmentationSettings()


# From this pause score on a boundary is not moved.
EVIDENT_PAUSE = 0.5


class Scores(NamedTuple):
    """How much speaks for a boundary before each turn, float [n]; whether it is due, bool [n]."""

    values: FloatArray
    due: BoolArray


def segment(
    vectors: ArrayLike,
    gaps_s: ArrayLike,
    lengths: ArrayLike,
    settings: SegmentationSettings = DEFAULT_SETTINGS,
) -> list[tuple[int, int]]:
    """Cut turns into segments: half-open ranges that cover 0..n in order.

    vectors: float [n, d], unit rows or zero; gaps_s: float [n], seconds since the turn before
    (the first is ignored, NaN is no pause); lengths: int [n], words. Each range holds min_turns to
    max_turns turns, unless there are fewer than min_turns in all. Time O(n x window x d).
    """
    rows = np.asarray(vectors, dtype=np.float64)
    if not len(rows):
        return []
    weights = length_factor(lengths, settings.words)
    pauses = pause_scores(gaps_s, settings)
    topic = settings.surprise * surprise(rows, weights, settings.decay, settings.momentum)
    topic += settings.depth * depth_scores(rows, weights, settings.window)
    cuts = boundaries(due_scores(topic + settings.pause * pauses, settings), settings)
    cuts = refine(rows * weights[:, None], cuts, pauses, settings)
    return list(zip([0, *cuts], [*cuts, len(rows)], strict=True))


def surprise(vectors: FloatArray, weights: FloatArray, decay: float, momentum: float) -> FloatArray:
    """Tell how little each turn was to be expected from those before.

    vectors: float [n, d], unit rows or zero; weights: float [n] in [0, 1], how much a turn says.
    Novelty is 1 - cosine to the mean of the turns before, weighted by `decay` a turn, times the
    turn's own weight; surprise is momentum x the last surprise + (1 - momentum) x novelty.
    Returns float [n] in [0, 2], 0 for the first turn and for one that is zero.
    """
    result = np.zeros(len(vectors))
    context = np.zeros(vectors.shape[1])
    past = 0.0
    for t, (row, weight) in enumerate(zip(vectors, weights, strict=True)):
        norm = float(np.sqrt(context @ context))
        known = norm > 0.0 and bool(row.any())
        novelty = weight * (1.0 - float(row @ context) / norm) if known else 0.0
        past = momentum * past + (1.0 - momentum) * novelty
        result[t] = past
        context = decay * context + weight * row
    return np.clip(result, 0.0, 2.0)


def depth_scores(vectors: FloatArray, weights: FloatArray, window: int) -> FloatArray:
    """Give the depth of the valley of similarity before each turn (TextTiling).

    vectors: float [n, d]; weights: float [n]; window: turns on each side that are compared, and the
    most steps climbed to the peaks left and right. Returns float [n] >= 0, the mean height of the
    two peaks above the valley; 0 for the first turn.
    """
    likeness = _likeness_across(vectors * weights[:, None], window)[1:]
    left = _climb(likeness, window) - likeness
    right = _climb(likeness[::-1], window)[::-1] - likeness
    # Where one side says nothing, nothing is known to change.
    first = np.zeros(min(len(vectors), 1))
    depth: FloatArray = np.nan_to_num(np.concatenate([first, (left + right) / 2.0]), nan=0.0)
    return depth


def _likeness_across(weighted: FloatArray, window: int) -> FloatArray:
    """Cosine between the sums of the `window` turns before and from each turn on, float [n].

    NaN where one of them is zero.
    """
    before, after = np.zeros_like(weighted), weighted.copy()
    for step in range(1, min(window, len(weighted) - 1) + 1):
        before[step:] += weighted[:-step]
        if step < window:
            after[:-step] += weighted[step:]
    squares = np.einsum("ij,ij->i", before, before) * np.einsum("ij,ij->i", after, after)
    products = np.einsum("ij,ij->i", before, after)
    unknown = np.full(len(weighted), np.nan)
    cosines: FloatArray = np.divide(products, np.sqrt(squares), out=unknown, where=squares > 1e-12)
    return cosines


def _climb(heights: FloatArray, steps: int) -> FloatArray:
    """Height reached by walking towards the first element while it does not go down."""
    peak = heights.copy()
    climbing = np.ones(len(heights), dtype=bool)
    for step in range(1, min(steps, len(heights) - 1) + 1):
        climbing[:step] = False
        climbing[step:] &= heights[:-step] >= peak[step:]
        peak[step:] = np.where(climbing[step:], heights[:-step], peak[step:])
    return peak


def pause_scores(
    gaps_s: ArrayLike, settings: SegmentationSettings = DEFAULT_SETTINGS
) -> FloatArray:
    """Tell how long the pause before each turn is against what is usual there.

    gaps_s: float [n], seconds. Returns float [n] in [0, 1]: 0 up to short_s, or up to the usual
    pause where that is longer, then with the logarithm to 1 at long_s / short_s times that. The
    usual pause is the geometric mean of up to `surroundings` others on each side: in a thread of
    one letter a day, a day is no pause.
    """
    gaps = np.nan_to_num(np.asarray(gaps_s, dtype=np.float64), nan=0.0, posinf=1e12, neginf=0.0)
    logs = np.log(np.maximum(gaps, settings.short_s) / settings.short_s)[1:]
    total, count = np.zeros_like(logs), np.zeros_like(logs)
    for step in range(1, min(settings.surroundings, len(logs) - 1) + 1):
        total[step:] += logs[:-step]
        total[:-step] += logs[step:]
        count[step:] += 1.0
        count[:-step] += 1.0
    above = logs - total / np.maximum(count, 1.0)
    full = np.log(settings.long_s / settings.short_s)
    return np.concatenate([np.zeros(min(len(gaps), 1)), np.clip(above / full, 0.0, 1.0)])


def due_scores(values: FloatArray, settings: SegmentationSettings = DEFAULT_SETTINGS) -> Scores:
    """Mark peaks above mean + gamma x standard deviation of the surroundings.

    values: float [n], how much speaks for a boundary before each turn. A peak is no lower than
    the value before and higher than the one after, so that a plateau is one boundary. Where all
    is much the same, one value is always above by some deviations, hence the least `contrast`.
    """
    mean, deviation = _local_moments(values, settings.surroundings)
    before, after = np.r_[-np.inf, values[:-1]], np.r_[values[1:], -np.inf]
    high = values > mean + np.maximum(settings.gamma * deviation, settings.contrast)
    return Scores(values, high & (values >= before) & (values > after))


def _local_moments(values: FloatArray, reach: int) -> tuple[FloatArray, FloatArray]:
    """Mean and standard deviation of the values up to `reach` places to either side."""
    padded = np.pad(values, reach, constant_values=np.nan)
    views = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1)
    return np.nanmean(views, axis=1), np.nanstd(views, axis=1)


def boundaries(scores: Scores, settings: SegmentationSettings = DEFAULT_SETTINGS) -> list[int]:
    """Choose boundaries from left to right, each the first turn of a segment.

    From the last boundary the first one that is due and leaves min_turns on both sides is taken,
    or a higher one that is due within min_turns of it; if there is none within max_turns, the
    highest score there.
    """
    n, start, cuts = len(scores.values), 0, list[int]()
    while n - start >= 2 * settings.min_turns:
        low = start + settings.min_turns
        high = min(start + settings.max_turns, n - settings.min_turns)
        due = low + np.flatnonzero(scores.due[low : high + 1])
        if len(due):
            rivals = due[due < due[0] + settings.min_turns]
            cut = int(rivals[np.argmax(scores.values[rivals])])
        elif n - start > settings.max_turns:
            cut = low + int(np.argmax(scores.values[low : high + 1]))
        else:
            break
        cuts.append(cut)
        start = cut
    return cuts


def refine(
    vectors: FloatArray,
    cuts: Sequence[int],
    pauses: FloatArray,
    settings: SegmentationSettings = DEFAULT_SETTINGS,
) -> list[int]:
    """Move each boundary by up to `reach` turns to where the similarity graph splits best.

    vectors: float [n, d]; cuts: ascending; pauses: float [n] in [0, 1]. The graph is that of
    `window` turns to either side: with the whole segments, as in EM-LLM, the measures pull the
    boundary to the middle. A boundary at a pause is evident and stays, and the limits on the turns
    of a segment are kept.
    """
    moved = list(cuts)
    for i, cut in enumerate(cuts):
        if pauses[cut] < EVIDENT_PAUSE:
            first = moved[i - 1] if i else 0
            last = cuts[i + 1] if i + 1 < len(cuts) else len(vectors)
            moved[i] = _best_split(vectors, (first, cut, last), settings)
    return moved


def _best_split(
    vectors: FloatArray, places: tuple[int, int, int], settings: SegmentationSettings
) -> int:
    """Return where to cut between first and last, near cut."""
    first, cut, last = places
    reach = min(settings.reach, settings.window)
    low = max(cut - reach, first + settings.min_turns, last - settings.max_turns)
    high = min(cut + reach, first + settings.max_turns, last - settings.min_turns)
    start, end = max(first, cut - settings.window), min(last, cut + settings.window)
    values = split_values(vectors[start:end])
    best = low + int(np.argmax(values[low - start : high - start + 1]))
    # Among equals the boundary stays.
    return best if values[best - start] > values[cut - start] + 1e-9 else cut


def split_values(vectors: FloatArray) -> FloatArray:
    """Tell how good it is to split the turns in two before each of them.

    vectors: float [n, d]. Returns float [n], the modularity (Newman, 2006) of the graph weighted by
    the products above 0.
    """
    graph = np.maximum(vectors @ vectors.T, 0.0)
    np.fill_diagonal(graph, 0.0)
    total = graph.sum()
    if total <= 0.0:
        return np.zeros(len(vectors))
    volume = np.r_[0.0, np.cumsum(graph.sum(axis=1))[:-1]] / total
    # Edges inside the turns before t: twice the sum of the lower triangle's first t rows.
    inside = np.r_[0.0, np.cumsum(2.0 * np.tril(graph).sum(axis=1))[:-1]] / total
    cut = volume - inside
    modularity: FloatArray = 1.0 - 2.0 * cut - volume**2 - (1.0 - volume) ** 2
    return modularity
