"""
Retention: how much of a memory is left, as a pure function of when it was made and recalled.

Nothing here is added up from run to run: the same anchors and the same moment give the same
number, however often and at whatever times it was computed before.

Every policy is a dataclass of its parameters; of `Anchors` it makes a number in [0, 1] that never
rises while time passes without a recall and never falls by one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int64]

# Power laws have no value at the moment itself: nothing counts as younger than a minute.
YOUNGEST_DAYS: Final = 1 / 1440
MAX_LINKS: Final = 10.0


class Recalls(NamedTuple):
    """When memories were recalled: owner int [m], index of the memory; age_days float [m]."""

    owner: IntArray
    age_days: FloatArray


class Anchors(NamedTuple):
    """
    What is stored of memories, float [n] each.

    age_days: since they were made, >= 0; importance in [0, 1]; links: how many lead to or from one;
    length: of how many turns one is made; recalls: in any order, none older than its memory;
    surprise, rarity: how little it was to be expected, and how rare its words are, where they are
    asked for: only what is learned rests on them.
    """

    age_days: FloatArray
    importance: FloatArray
    links: FloatArray
    length: FloatArray
    recalls: Recalls
    surprise: FloatArray | None = None
    rarity: FloatArray | None = None

    @property
    def idle_days(self) -> FloatArray:
        """Time since the last recall, or since a memory was made, float [n]."""
        idle: FloatArray = self.age_days.copy()
        np.minimum.at(idle, self.recalls.owner, self.recalls.age_days)
        return idle


class Encounters(NamedTuple):
    """The making and the recalls of memories, oldest first: owner int [k], age and weight [k]."""

    owner: IntArray
    age_days: FloatArray
    weight: FloatArray


@dataclass(frozen=True)
class Policy:
    """
    What every law of forgetting shares; each has its own parameters and `retention` beside it.

    spacing_days: recalls closer together than this count little; importance_gain, link_gain:
    importance of 1, and each link up to ten, slow time down by so much.
    """

    spacing_days: float = 1.0
    importance_gain: float = 1.0
    link_gain: float = 0.05

    def retention(self, anchors: Anchors) -> FloatArray:
        """Return how much is left at ages as they feel to each memory, float [n]; any range."""
        raise NotImplementedError


def retention(anchors: Anchors, policy: Policy) -> FloatArray:
    """Return how much of each memory is left, float [n] in [0, 1]."""
    slowed = in_own_time(anchors, policy)
    # Extreme settings may overflow on the way to 0 or 1.
    with np.errstate(over="ignore", invalid="ignore"):
        left = policy.retention(slowed)
    clipped: FloatArray = np.clip(np.nan_to_num(left, nan=1.0), 0.0, 1.0)
    return clipped


def in_own_time(anchors: Anchors, policy: Policy) -> Anchors:
    """Return anchors with ages as they feel to a memory: what matters and is tied ages slower."""
    pace = 1.0 + policy.importance_gain * np.clip(anchors.importance, 0.0, 1.0)
    pace += policy.link_gain * np.clip(anchors.links, 0.0, MAX_LINKS)
    owner, ages = anchors.recalls
    return anchors._replace(
        age_days=np.maximum(anchors.age_days, 0.0) / pace,
        recalls=Recalls(owner, np.maximum(ages, 0.0) / pace[owner]),
    )


def encounters(anchors: Anchors, spacing_days: float) -> Encounters:
    """
    Return every encounter with a memory, weighted by the time until the next one.

    The last one counts 1, one that is followed after a gap g counts 1 - exp(-g / spacing): massed
    repetitions count as one, spaced ones in full (the spacing effect: Cepeda et al., "Distributed
    practice in verbal recall tasks", 2006). Since the weight of a burst is at its end, one more
    encounter never takes anything away.
    """
    n = len(anchors.age_days)
    owner = np.concatenate([np.arange(n), anchors.recalls.owner])
    ages = np.concatenate([anchors.age_days, anchors.recalls.age_days])
    order = np.lexsort((-ages, owner))
    owner, ages = owner[order], ages[order]
    last = np.append(owner[1:] != owner[:-1], np.ones(min(n, 1), bool))
    gaps = np.append(ages[:-1] - ages[1:], np.zeros(min(n, 1)))
    spacing = max(spacing_days, np.finfo(np.float64).tiny)
    weight = np.where(last, 1.0, -np.expm1(-np.maximum(gaps, 0.0) / spacing))
    return Encounters(owner, ages, weight)


def spaced_recalls(anchors: Anchors, spacing_days: float) -> FloatArray:
    """Return how many recalls there were, massed ones counting little, float [n]."""
    # Most memories were never recalled: only the others are sorted.
    recalled, owner = np.unique(anchors.recalls.owner, return_inverse=True)
    mine = Recalls(owner.astype(np.int64), anchors.recalls.age_days)
    met = encounters(
        anchors._replace(age_days=anchors.age_days[recalled], recalls=mine), spacing_days
    )
    spaced: FloatArray = np.zeros(len(anchors.age_days))
    counts = np.bincount(met.owner, met.weight, minlength=len(recalled))
    spaced[recalled] = np.maximum(counts - 1.0, 0.0)
    return spaced


@dataclass(frozen=True)
class Ebbinghaus(Policy):
    """
    The curve exp(-t / S), t the time since the last recall, S the stability.

    Zhong et al., "MemoryBank", 2024: S starts at one unit and gains one by each recall, which sets
    t to 0; a unit is five days in their code (where a missing bracket turns the law around).
    initial_days, recall_days: stability at first, and what a well-spaced recall adds.
    """

    initial_days: float = 5.0
    recall_days: float = 5.0

    def stability_days(self, anchors: Anchors) -> FloatArray:
        """Return S of the forgetting curve in days, float [n]: it grows with every recall."""
        return self.initial_days + self.recall_days * spaced_recalls(anchors, self.spacing_days)

    def retention(self, anchors: Anchors) -> FloatArray:
        """Return exp(-t / S), float [n]."""
        return np.exp(-anchors.idle_days / self.stability_days(anchors))


@dataclass(frozen=True)
class Power(Policy):
    """
    The chance of recall 1 / (1 + exp((tau - B) / s)), B = ln of the sum of t^-d.

    The base-level activation of ACT-R over all encounters (Anderson and Schooler, "Reflections of
    the environment in memory", 1991), a power law of time as Wickelgren found (1974); tau is such
    that one encounter is kept by half at `half_days`. exponent, noise: d and s of ACT-R.
    """

    exponent: float = 0.5
    half_days: float = 30.0
    noise: float = 0.4

    def retention(self, anchors: Anchors) -> FloatArray:
        """Return the chance of recall, float [n]."""
        met = encounters(anchors, self.spacing_days)
        terms = met.weight * np.maximum(met.age_days, YOUNGEST_DAYS) ** -self.exponent
        strength = np.bincount(met.owner, terms, minlength=len(anchors.age_days))
        threshold = self.half_days**-self.exponent
        odds = (strength / threshold) ** (1.0 / self.noise)
        chance: FloatArray = 1.0 - 1.0 / (1.0 + odds)
        return chance


@dataclass(frozen=True)
class Layered(Policy):
    """
    The exponential forgetting of three layers, each slower than the one above.

    Yu et al., "FinMem", 2023, and Li et al., "TradingGPT", 2023: exp(-t / Q) with Q of 14, 90 and
    365 days. Importance in points decides on the layer; recalls add points and so promote, time
    takes them and so demotes. The moments at which a memory falls to the next layer follow from its
    points, so the time that it spends in each is known without a step for every day.
    short_days, mid_days, long_days: time constants of the layers; mid_points, long_points:
    importance in points of 100 from which one is in them; recall_points: what a spaced recall adds;
    short_kept, mid_kept, long_kept: share of the points that is kept from day to day.
    """

    short_days: float = 14.0
    mid_days: float = 90.0
    long_days: float = 365.0
    mid_points: float = 60.0
    long_points: float = 80.0
    recall_points: float = 5.0
    short_kept: float = 0.9
    mid_kept: float = 0.967
    long_kept: float = 0.988

    def retention(self, anchors: Anchors) -> FloatArray:
        """Return what the time in each layer leaves, float [n]."""
        points = 100.0 * np.clip(anchors.importance, 0.0, 1.0)
        points = points + self.recall_points * spaced_recalls(anchors, self.spacing_days)
        idle = anchors.idle_days
        in_long = np.minimum(_days_above(self.long_points, points, self.long_kept), idle)
        entered = np.where(points > self.long_points, self.long_points, points)
        in_mid = _days_above(self.mid_points, entered, self.mid_kept)
        in_mid = np.minimum(in_mid, idle - in_long)
        in_short = idle - in_long - in_mid
        spent = in_long / self.long_days + in_mid / self.mid_days + in_short / self.short_days
        return np.exp(-spent)


def _days_above(points: float, start: FloatArray, share: float) -> FloatArray:
    """Return the days in which `start` points, of which a day keeps a share, fall to `points`."""
    above = np.maximum(start / points, 1.0) if points > 0 else np.full_like(start, np.inf)
    days: FloatArray = np.log(above) / max(-np.log(share), np.finfo(np.float64).tiny)
    return days


@dataclass(frozen=True)
class Heat(Policy):
    """
    How hot memories are: alpha * visits + beta * length + gamma * recency.

    Kang et al., "MemoryOS", 2025: promoted from 5 on. There heat stays as it was when it was last
    computed; here visits and length cool with the time since the last visit as well.
    visits, length, recency: alpha, beta and gamma; recency_days, cooling_days: the time constants
    of recency, and of visits and length.
    """

    visits: float = 1.0
    length: float = 1.0
    recency: float = 1.0
    recency_days: float = 1.0
    cooling_days: float = 30.0

    def heat(self, anchors: Anchors) -> FloatArray:
        """Return the heat, float [n] >= 0."""
        idle = anchors.idle_days
        spaced = spaced_recalls(anchors, self.spacing_days)
        charge = self.visits * spaced + self.length * anchors.length
        cooled = charge * np.exp(-idle / self.cooling_days)
        return cooled + self.recency * np.exp(-idle / self.recency_days)

    def retention(self, anchors: Anchors) -> FloatArray:
        """Return 1 - exp(-heat), which brings heat into [0, 1), float [n]."""
        return -np.expm1(-self.heat(anchors))


@dataclass(frozen=True)
class Age(Policy):
    """Age-weighted pruning (Ahn, "HEMA", 2025): recalls do not matter. rate: what a day takes."""

    rate: float = 0.01

    def retention(self, anchors: Anchors) -> FloatArray:
        """Return exp(-rate * age), float [n]."""
        return np.exp(-self.rate * anchors.age_days)


@dataclass(frozen=True)
class Unfading(Policy):
    """Nothing is ever forgotten."""

    def retention(self, anchors: Anchors) -> FloatArray:
        """Return 1 for every memory."""
        return np.ones(len(anchors.age_days))


POLICIES: Final[dict[str, type[Policy]]] = {
    "ebbinghaus": Ebbinghaus,
    "power": Power,
    "layered": Layered,
    "heat": Heat,
    "age": Age,
    "none": Unfading,
}


@dataclass(frozen=True)
class Thresholds:
    """
    Where retention has effects.

    dormant_below, archive_below: retention under which a memory ranks lower, and is archived;
    importance_floor: what matters at least so much is never archived.
    """

    dormant_below: float = 0.1
    archive_below: float = 0.01
    importance_floor: float = 0.3


ACTIVE, DORMANT, ARCHIVED = 0, 1, 2


def steps(
    left: ArrayLike, importance: ArrayLike, is_protected: ArrayLike, thresholds: Thresholds
) -> IntArray:
    """
    Return ACTIVE, DORMANT or ARCHIVED for each memory, int [n].

    left: retention; importance in [0, 1]; is_protected: bool, what may never fade.
    """
    retention = np.asarray(left, np.float64)
    faded = (retention < thresholds.dormant_below) & ~np.asarray(is_protected, bool)
    gone = faded & (retention < thresholds.archive_below)
    gone &= np.asarray(importance, np.float64) < thresholds.importance_floor
    return np.where(gone, ARCHIVED, np.where(faded, DORMANT, ACTIVE)).astype(np.int64)


def active_age_days(since: ArrayLike, now: float, active_days: ArrayLike) -> FloatArray:
    """
    Return the ages of moments by a store's own clock, float [n].

    since, now: days since 1970 with fractions; active_days: sorted whole days on which the store
    was used. A day without use does not count, and of the others at most as much as has passed: an
    idle store does not forget, as its owner was not there to be reminded of anything.
    """
    moments = np.asarray(since, np.float64)
    days = np.asarray(active_days, np.float64)
    passed = np.maximum(now - moments, 0.0)
    used = np.searchsorted(days, np.floor(now), "right") - np.searchsorted(
        days, np.floor(moments), "right"
    )
    ages: FloatArray = np.minimum(passed, np.maximum(used, 0).astype(np.float64))
    return ages
