"""
Topics: pieces of conversations grouped by what they are about, in the order of time.

MemoryOS (Kang et al., 2025) lets a page join a segment when the cosine of their vectors and the
Jaccard overlap of their keywords sum to 0.6. So here, but for what does not fit short texts: words
that many pieces share say nothing of any, and are left out; the vectors are centred on the mean of
what came before, since all texts of one circle of people are alike; and shared words count by
their rarity. Leader clustering: what is decided of a piece rests on earlier ones only, so a
beginning is grouped as the whole is.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import log

import numpy as np
from numpy.typing import ArrayLike, NDArray

IntArray = NDArray[np.int64]
SingleArray = NDArray[np.float32]

# Components are rounded to 1/512: up to some sizes, products of sums of whole numbers are exact in
# single precision, so no order of adding, of any machine, moves a piece across the threshold.
SCALE = 512
LARGEST = 40
# So many pieces weigh as much as the mean does before there is any: 0.
PRIOR = 32
# How many groups, the nearest by their vectors, are compared by their words.
CANDIDATES = 12
# A word is common that more than so many pieces have, and more than this share of those so far.
COMMON = 8
COMMON_SHARE = 0.04


@dataclass(frozen=True)
class TopicSettings:
    """
    When a piece joins a group.

    threshold: least sum of the cosine with the centroid and of `overlap` times the share of its
    words' rarity that is in the group; min_words: pieces with fewer words are in no group; largest:
    pieces in a group, after which it is closed (at most LARGEST); open_groups: how many groups stay
    open, those longest without a new piece are closed first.
    """

    threshold: float = 0.5
    overlap: float = 0.5
    min_words: int = 4
    largest: int = LARGEST
    open_groups: int = 2_000

    def __post_init__(self) -> None:
        if not 1 <= self.largest <= LARGEST or self.open_groups < 1:
            raise ValueError(f"largest must be in 1..{LARGEST}, open_groups above 0: {self}")


def distinctive_words(pieces: Sequence[Sequence[str]]) -> list[list[str]]:
    """Return the words of each piece that few of the pieces until then have, each once."""
    met: Counter[str] = Counter()
    distinctive = []
    for n, words in enumerate(pieces, 1):
        unique = list(dict.fromkeys(words))
        met.update(unique)
        limit = max(COMMON, COMMON_SHARE * n)
        distinctive.append([word for word in unique if met[word] <= limit])
    return distinctive


def group_topics(
    vectors: ArrayLike, words: Sequence[Sequence[str]], settings: TopicSettings | None = None
) -> IntArray:
    """Return the number of the group of each piece, int [n], -1 for one that says too little.

    vectors: float [n, d], unit rows or zero, in the order of time; words: those that tell a piece
    from others, each once. Groups are numbered as they begin. Cost: n x open_groups x d at most.
    """
    settings = settings or TopicSettings()
    rows = np.asarray(vectors, dtype=np.float64)
    if len(rows) != len(words):
        raise ValueError(f"{len(rows)} vectors of {len(words)} pieces")
    telling = np.array([len(each) >= settings.min_words for each in words], bool)
    if not telling.any():
        return np.full(len(rows), -1)
    points = _centred(rows, telling)
    groups = _Groups(points.shape[1], settings)
    labels = [
        groups.place(point, each) if tells else -1
        for point, each, tells in zip(points, words, telling, strict=True)
    ]
    return np.array(labels, np.int64)


def _centred(rows: NDArray[np.float64], telling: NDArray[np.bool_]) -> SingleArray:
    """Take the mean so far of the rows that tell something from each; whole numbers, [n, d]."""
    rows = np.rint(rows * SCALE)
    sums = np.cumsum(rows * telling[:, None], axis=0)
    counts = np.cumsum(telling)[:, None]
    away = rows - sums / (counts + PRIOR)
    lengths = np.sqrt(np.cumsum(away * away, axis=1)[:, -1:])
    unit = np.divide(away, lengths, out=np.zeros_like(away), where=lengths > 0.0)
    points: SingleArray = np.rint(unit * SCALE).astype(np.float32)
    return points


@dataclass
class _Group:
    """What a group's pieces say: in how many of them each word is."""

    number: int
    words: Counter[str] = field(default_factory=Counter)
    size: int = 0
    met_at: int = 0


class _Groups:
    """The open groups, each with the sum of its points in a row of one matrix."""

    def __init__(self, dimension: int, settings: TopicSettings) -> None:
        self._settings = settings
        self._sums: SingleArray = np.zeros((16, dimension), np.float32)
        self._lengths = np.ones(16)
        self._groups: list[_Group] = []
        self._frequency: Counter[str] = Counter()
        self._pieces = 0
        self._begun = 0

    def place(self, point: SingleArray, words: Sequence[str]) -> int:
        """Put a piece into the group that it is nearest to, or a new one; return its number."""
        self._pieces += 1
        self._frequency.update(words)
        slot = self._nearest(point, words)
        group = self._begin() if slot is None else self._groups[slot]
        at = len(self._groups) - 1 if slot is None else slot
        group.words.update(words)
        group.size += 1
        group.met_at = self._pieces
        self._sums[at] += point
        whole = self._sums[at].astype(np.float64)
        self._lengths[at] = max(1.0, float(np.sqrt(np.dot(whole, whole))))
        if group.size >= self._settings.largest:
            self._close(at)
        return group.number

    def _nearest(self, point: SingleArray, words: Sequence[str]) -> int | None:
        """Return the row of the group that a piece joins."""
        n = len(self._groups)
        whole = point.astype(np.float64)
        length = max(1.0, float(np.sqrt(np.dot(whole, whole))))
        cosines = (self._sums[:n] @ point) / (self._lengths[:n] * length)
        least = self._settings.threshold - self._settings.overlap
        near = [int(i) for i in self._first(cosines) if cosines[i] >= least]
        rarity = {word: self._rarity(word) for word in words}
        total = sum(rarity.values())
        best: tuple[float, int] | None = None
        for at in near:
            shared = self._shared(self._groups[at], rarity) / total if total else 0.0
            score = float(cosines[at]) + self._settings.overlap * shared
            # Of equals the group that began first, wherever its row is.
            rank = (score, -self._groups[at].number)
            if score >= self._settings.threshold and (best is None or rank > best):
                best = rank
        if best is None:
            return None
        return next(i for i in near if self._groups[i].number == -best[1])

    def _first(self, cosines: NDArray[np.float64]) -> IntArray:
        """Return the rows of the nearest groups, ties at the edge included: their order is none."""
        if len(cosines) <= CANDIDATES:
            return np.arange(len(cosines))
        edge = np.partition(cosines, -CANDIDATES)[-CANDIDATES]
        return np.flatnonzero(cosines >= edge)

    def _rarity(self, word: str) -> float:
        return log((self._pieces + 1) / self._frequency[word])

    @staticmethod
    def _shared(group: _Group, rarity: dict[str, float]) -> float:
        """Sum the rarity of the words that a group has, in full for what half of it says."""
        return sum(
            value * min(1.0, 2.0 * group.words[word] / group.size)
            for word, value in rarity.items()
            if word in group.words
        )

    def _begin(self) -> _Group:
        if len(self._groups) >= self._settings.open_groups:
            self._close(min(range(len(self._groups)), key=lambda i: self._groups[i].met_at))
        group = _Group(self._begun)
        self._begun += 1
        self._groups.append(group)
        if len(self._groups) > len(self._sums):
            self._sums = np.concatenate([self._sums, np.zeros_like(self._sums)])
            self._lengths = np.concatenate([self._lengths, np.ones(len(self._lengths))])
        return group

    def _close(self, at: int) -> None:
        """Take a group out; the last row moves into its place."""
        last = len(self._groups) - 1
        self._groups[at] = self._groups[last]
        self._sums[at], self._lengths[at] = self._sums[last], self._lengths[last]
        self._sums[last], self._lengths[last] = 0.0, 1.0
        self._groups.pop()


def shared_words(pieces: Sequence[Sequence[str]], share: float, top_k: int = 6) -> list[str]:
    """Return the words that at least two pieces and this share of them have, most frequent first.

    pieces: the words of each; of equally frequent words the first met comes first.
    """
    met = Counter(word for words in pieces for word in dict.fromkeys(words))
    least = max(2.0, share * len(pieces))
    return [word for word, count in met.most_common() if count >= least][:top_k]
