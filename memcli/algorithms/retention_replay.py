"""
Replay of recalls: would a law of forgetting have kept what was needed afterwards?

At each moment at which something was recalled, every law gives a number to all memories that were
there, from what had happened until then. A law is the better, the more of the recalled ones it
ranks above the others (the area under ROC, .5 by chance), and the more of them are in the half that
it would keep. Moments are in the order of time: what is fitted on the earlier is judged on the
later.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from memcli.algorithms.decay import Anchors, FloatArray, IntArray, Recalls, active_age_days
from memcli.algorithms.logistic import roc_area
from memcli.algorithms.retention_model import features

OTHERS: Final = 500
OTHERS_TO_LEARN: Final = 60
RESAMPLES: Final = 2_000
# Numbers for memories, from their anchors and their places in the history.
Law = Callable[[Anchors, IntArray], FloatArray]


class Moment(NamedTuple):
    """When something was recalled, in days since 1970, and the indices of what."""

    at: float
    recalled: IntArray


@dataclass(frozen=True)
class History:
    """
    Memories [n] with what does not change of them, and all their recalls [m] in any order.

    made, recall_at: days since 1970; space: number of the namespace; may_fade: bool; active_days:
    sorted days on which the store was used, if only these count.
    """

    made: FloatArray
    importance: FloatArray
    links: FloatArray
    length: FloatArray
    surprise: FloatArray
    rarity: FloatArray
    space: IntArray
    may_fade: np.ndarray
    recall_owner: IntArray
    recall_at: FloatArray
    active_days: IntArray | None = None

    def anchors_at(self, at: float, where: IntArray) -> Anchors:
        """Return the anchors of some memories as they were at a moment, before it."""
        place = np.full(len(self.made), -1)
        place[where] = np.arange(len(where))
        mine = (place[self.recall_owner] >= 0) & (self.recall_at < at)
        owner = place[self.recall_owner[mine]]
        since = np.maximum(self.recall_at[mine], self.made[where][owner])
        return Anchors(
            self._age(self.made[where], at),
            self.importance[where],
            self.links[where],
            self.length[where],
            Recalls(owner, self._age(since, at)),
            self.surprise[where],
            self.rarity[where],
        )

    def _age(self, since: FloatArray, at: float) -> FloatArray:
        if self.active_days is None:
            return np.maximum(at - since, 0.0)
        return active_age_days(since, at, self.active_days)

    def there(self, moment: Moment) -> tuple[IntArray, IntArray]:
        """Return what was recalled at a moment, and what else was there and may fade."""
        known = (self.made < moment.at) & self.may_fade
        wanted = moment.recalled[known[moment.recalled]]
        known &= np.isin(self.space, self.space[wanted])
        known[moment.recalled] = False
        return wanted, np.flatnonzero(known)


class Score(NamedTuple):
    """What a law came to at each moment: area under ROC [m], share kept in the upper half [m]."""

    area: FloatArray
    kept: FloatArray


def learning_rows(
    history: History, moments: Sequence[Moment], random: np.random.Generator
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return features, labels and weights: at each moment both sides weigh the same, 1 each."""
    rows, labels, weights = [], [], []
    for moment in moments:
        wanted, others = history.there(moment)
        if not len(wanted) or not len(others):
            continue
        others = random.choice(others, min(OTHERS_TO_LEARN, len(others)), replace=False)
        rows.append(features(history.anchors_at(moment.at, np.append(wanted, others))))
        for some, label in ((wanted, 1.0), (others, 0.0)):
            labels.append(np.full(len(some), label))
            weights.append(np.full(len(some), 1.0 / len(some)))
    if not rows:
        return features(history.anchors_at(0.0, np.zeros(0, np.int64))), np.zeros(0), np.zeros(0)
    return np.concatenate(rows), np.concatenate(labels), np.concatenate(weights)


def replay(
    history: History,
    moments: Sequence[Moment],
    laws: Mapping[str, Law],
    random: np.random.Generator,
) -> dict[str, Score]:
    """Return what each law comes to, all at the same moments against the same others."""
    areas: dict[str, list[float]] = {name: [] for name in laws}
    shares: dict[str, list[float]] = {name: [] for name in laws}
    for moment in moments:
        wanted, others = history.there(moment)
        if not len(wanted) or not len(others):
            continue
        others = random.choice(others, min(OTHERS, len(others)), replace=False)
        where = np.append(wanted, others)
        anchors = history.anchors_at(moment.at, where)
        is_wanted = np.arange(len(where)) < len(wanted)
        for name, law in laws.items():
            left = law(anchors, where)
            areas[name].append(roc_area(left, is_wanted))
            shares[name].append(_kept(left, is_wanted))
    return {name: Score(np.array(areas[name]), np.array(shares[name])) for name in laws}


def _kept(left: FloatArray, is_wanted: np.ndarray) -> float:
    """Return the share of what is wanted in the upper half; what is at its edge counts in part."""
    edge = float(np.median(left))
    above, at = left > edge, left == edge
    room = (len(left) / 2 - above.sum()) / max(int(at.sum()), 1)
    return float(np.mean(np.where(above, 1.0, np.where(at, room, 0.0))[is_wanted]))


def certainty(better: FloatArray, other: FloatArray, random: np.random.Generator) -> float:
    """Return in which share of resamples of moments one law has a greater mean than another."""
    gain = better - other
    if not len(gain):
        return 0.0
    drawn = random.integers(0, len(gain), (RESAMPLES, len(gain)))
    return float(np.mean(gain[drawn].mean(axis=1) > 0))
