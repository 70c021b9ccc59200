"""
Learned retention: a logistic model of what is needed again, where a formula of forgetting stood.

Its terms are those of the formulas (time since a recall, age, spaced recalls, the base-level
activation of ACT-R, importance, links, length), and two that systems with learned keeping have:
surprise (how little a turn was to be expected: SirLLM keeps what has most entropy, Titans what
surprises) and rarity of its words. What is learned is which memories are recalled at a moment, of
all that were there (Mem-alpha and MEM1 learn what to keep from what answers need). The signs of the
terms of time are held, so that nothing rises while time passes, or falls by a recall.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from memcli.algorithms.decay import (
    MAX_LINKS,
    YOUNGEST_DAYS,
    Anchors,
    Ebbinghaus,
    FloatArray,
    Policy,
    encounters,
    in_own_time,
    spaced_recalls,
)
from memcli.algorithms.logistic import fit_logistic, logistic

TERMS: Final = (
    *("idle", "age", "recalls", "fading", "activation", "importance", "links", "length"),
    *("surprise", "rarity"),
)
# Terms that fall or rise with time and by recalls: what the contract of a policy lets them do.
SIGNS: Final[Mapping[str, int]] = {
    "idle": -1,
    "age": -1,
    "recalls": 1,
    "fading": 1,
    "activation": 1,
}
RIDGE: Final = 1.0
# How much steeper or flatter than it was fitted a model is made, at most.
SCALES: Final = (0.2, 5.0)
EXPONENT: Final = 0.5


@dataclass(frozen=True)
class Learned(Policy):
    """
    1 / (1 + exp(-(terms . features + bias))).

    terms: a weight for each of TERMS. Importance and links are among these, so they do not slow
    time down besides.
    """

    terms: tuple[float, ...] = (0.0,) * len(TERMS)
    bias: float = 0.0
    importance_gain: float = 0.0
    link_gain: float = 0.0

    def retention(self, anchors: Anchors) -> FloatArray:
        """Return the chance that a memory is needed again, float [n]."""
        return logistic(features(anchors, self.spacing_days) @ np.array(self.terms) + self.bias)


def features(anchors: Anchors, spacing_days: float = 1.0) -> FloatArray:
    """
    Return the terms of memories, float [n, 10]; surprise and rarity are 0 where not known.

    fading is how far the curve of Ebbinghaus has come down, and activation that of ACT-R, both in
    the memories' own time, as the formulas have them: they carry what importance does to time.
    """
    n = len(anchors.age_days)
    curve = Ebbinghaus(spacing_days=spacing_days)
    slowed = in_own_time(anchors, curve)
    met = encounters(slowed, spacing_days)
    traces = met.weight * np.maximum(met.age_days, YOUNGEST_DAYS) ** -EXPONENT
    strength = np.bincount(met.owner, traces, minlength=n)
    unknown = np.zeros(n)
    columns = [
        np.log1p(anchors.idle_days),
        np.log1p(anchors.age_days),
        np.log1p(spaced_recalls(anchors, spacing_days)),
        -np.log1p(slowed.idle_days / curve.stability_days(slowed)),
        np.log(np.maximum(strength, np.finfo(np.float64).tiny)),
        np.clip(anchors.importance, 0.0, 1.0),
        np.log1p(np.clip(anchors.links, 0.0, MAX_LINKS)),
        np.log(np.maximum(anchors.length, 1.0)),
        unknown if anchors.surprise is None else anchors.surprise,
        unknown if anchors.rarity is None else anchors.rarity,
    ]
    return np.stack(columns, axis=1)


def fit(rows: FloatArray, labels: FloatArray, weights: FloatArray) -> Learned:
    """
    Return the model of rows of `features` [m, 10] with labels in {0, 1} [m] and weights [m].

    A term whose sign is not the one it must have is left out, and the rest is fitted again.
    """
    mean, spread = rows.mean(axis=0), rows.std(axis=0)
    used = spread > 1e-9
    while True:
        scaled = (rows[:, used] - mean[used]) / spread[used]
        ridge = np.append(np.full(int(used.sum()), RIDGE), 0.0)
        found = fit_logistic(np.c_[scaled, np.ones(len(rows))], labels, weights, ridge)
        terms = np.zeros(len(TERMS))
        terms[used] = found[:-1] / spread[used]
        wrong = [SIGNS.get(name, 0) * value < 0 for name, value in zip(TERMS, terms, strict=True)]
        if not any(wrong):
            return Learned(terms=tuple(terms.tolist()), bias=float(found[-1] - terms @ mean))
        used &= ~np.array(wrong)


def as_retention(
    model: Learned, scores: FloatArray, left: FloatArray, dormant_below: float, archive_below: float
) -> Learned:
    """
    Return a model whose numbers mean what those of a formula do.

    scores: ln of the model's odds of memories [n]; left: their retention by the formula. The share
    that is dormant, and the share that is low enough to be archived, stay as they were by that: the
    model says which memories these are, and not how many.
    """
    if not len(scores):
        return model
    low, high = _odds(archive_below), _odds(dormant_below)
    faded, gone = float(np.mean(left < dormant_below)), float(np.mean(left < archive_below))
    at, below = np.quantile(scores, [faded, gone])
    scale = (high - low) / (at - below) if 0 < gone < faded < 1 and at > below else 1.0
    scale = float(np.clip(scale, *SCALES))
    shift = high - scale * float(at) + {0.0: 0.01, 1.0: -0.01}.get(faded, 0.0)
    terms = tuple(scale * value for value in model.terms)
    return Learned(terms=terms, bias=scale * model.bias + shift)


def _odds(share: float) -> float:
    kept = min(max(share, 1e-6), 1 - 1e-6)
    return float(np.log(kept / (1 - kept)))
