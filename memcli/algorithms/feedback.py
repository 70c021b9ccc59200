"""
Relevance feedback: how much each signal of a search counts, and how much a memory.

Retrospective reflection (Tan et al., "In prospect and retrospect: reflective memory management",
ACL 2025) rewards what an answer used and punishes what it did not. The same verdicts move here the
mixture weights of the fusion, for which no network is needed: each pair of a used and an unused hit
is a comparison, and the gradient of its logistic loss (RankNet: Burges et al., ICML 2005) is taken
by exponentiated gradient (Kivinen and Warmuth, 1997), which keeps weights positive and their scale
fixed. Pairs that stand in the right order by far move nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from memcli.algorithms.contiguity import contiguity_kernel
from memcli.algorithms.weights import Weights

FloatArray = NDArray[np.float64]
Shares = Mapping[str, float]

# The evidence of a memory itself and its keys, whose weights are divided by their sum.
OWN: Final = ("dense", "lexical", "interaction", "speaker", "statement_lexical", "segment")
# What is around it, weighed against its own evidence.
CONTEXT: Final = ("contiguity", "session")
SIGNALS: Final = OWN + CONTEXT
# The fields of Weights that the factor of a signal multiplies, where they are not of its name.
FIELDS: Final = {"contiguity": ("forward", "backward", "exchange")}


@dataclass(frozen=True)
class Learning:
    """
    How fast feedback moves what it moves, and how far.

    rate: > 0, the most that the logarithm of a factor moves in one step, but for what keeps the
    scale; forgetting: in [0, 1), the part of it that each step takes back; bound: > 1, factors stay
    in [1 / bound, bound]; softness: > 0, the difference of two scores, as a part of the best, at
    which their order is 73 % sure.
    """

    rate: float = 0.3
    forgetting: float = 0.02
    bound: float = 2.0
    softness: float = 0.3

    def __post_init__(self) -> None:
        """Refuse values with which factors would leave their bounds or never settle."""
        if not (
            self.rate > 0 and 0 <= self.forgetting < 1 and self.bound > 1 and self.softness > 0
        ):
            raise ValueError(f"learning out of range: {self}")


DEFAULT_LEARNING: Final = Learning()


def weights_with(factors: Mapping[str, float], weights: Weights) -> Weights:
    """
    Return weights with each signal's multiplied by its factor, 1 where it has none.

    Names that are no signals are passed over; factors are taken into DEFAULT_LEARNING's bounds.
    """
    bound = DEFAULT_LEARNING.bound
    changed = {
        field: getattr(weights, field) * float(np.clip(factors[name], 1 / bound, bound))
        for name in SIGNALS
        if name in factors
        for field in FIELDS.get(name, (name,))
    }
    return replace(weights, **changed)


def learn_factors(
    factors: Mapping[str, float],
    used: Sequence[Shares],
    unused: Sequence[Shares],
    weights: Weights,
    learning: Learning = DEFAULT_LEARNING,
) -> dict[str, float]:
    """
    Move the factors of the signals by what one query's used and unused hits show; one step.

    factors: signal -> factor, 1 where missing. used, unused: of each hit, signal -> its share of
    the score, in any order. weights: what the factors multiply.
    Returns a factor for each of SIGNALS, in the bounds, such that the own weights keep their sum.
    Without a difference between used and unused hits the factors stay what they are, with those
    of signals that there are no more, which go as soon as others move.
    """
    before = {name: float(factors.get(name, 1.0)) for name in SIGNALS}
    gradient = _gradient(used, unused, weights_with(before, weights), learning.softness)
    if not gradient.any():
        return {**factors, **before}
    logs = np.log([before[name] for name in SIGNALS])
    moved = (1.0 - learning.forgetting) * logs + learning.rate * gradient
    return dict(zip(SIGNALS, _balanced(moved, weights, learning.bound).tolist(), strict=True))


def _gradient(
    used: Sequence[Shares], unused: Sequence[Shares], weights: Weights, softness: float
) -> FloatArray:
    """
    Return how the mean log-likelihood of the pairs' order grows with each log weight, [signals].

    The score is a convex combination of signals; by the logarithm of a weight with the part p of
    the sum, it grows by the signal's share less p times the score. Each component is in [-1, 1].
    """
    good, bad = _matrix(used), _matrix(unused)
    everything = np.concatenate([good, bad])
    best = everything.sum(axis=1).max(initial=0.0)
    if not len(good) or not len(bad) or best <= 0.0:
        return np.zeros(len(SIGNALS))
    difference = (good[:, None, :] - bad[None, :, :]) / best
    margin = difference.sum(axis=2)
    doubt = 1.0 / (1.0 + np.exp(margin / softness))
    present = (everything > 0.0).sum(axis=0) > 0
    pull = difference - mixture(weights, present) * margin[:, :, None]
    terms = (doubt[:, :, None] * pull).reshape(-1, len(SIGNALS))
    # Sorted, so that the order in which hits come does not even show in the last digits.
    mean: FloatArray = np.sort(terms, axis=0).sum(axis=0) / len(terms)
    return mean


def _matrix(hits: Sequence[Shares]) -> FloatArray:
    """Return the shares of hits as float [hits, signals]; what is no finite share counts as 0."""
    rows = [[hit.get(name, 0.0) for name in SIGNALS] for hit in hits]
    matrix = np.array(rows, dtype=np.float64).reshape(len(hits), len(SIGNALS))
    return np.maximum(np.nan_to_num(matrix, nan=0.0, posinf=0.0, neginf=0.0), 0.0)


def mixture(weights: Weights, present: NDArray[np.bool_]) -> FloatArray:
    """
    Return the part of the whole that each signal's weight is, float [signals], 0 where not present.

    present: bool [signals], which of SIGNALS the query had. The own signals together weigh 1.
    """
    kernel = contiguity_kernel(weights.forward, weights.backward, weights.decay, weights.window)
    own = np.array([getattr(weights, name) for name in OWN]) * present[: len(OWN)]
    around = np.array([sum(kernel.weights), weights.session]) * present[len(OWN) :]
    parts = np.concatenate([own / (own.sum() or 1.0), around])
    mixed: FloatArray = parts / (parts.sum() or 1.0)
    return mixed


def _balanced(logs: FloatArray, weights: Weights, bound: float) -> FloatArray:
    """
    Return factors in the bounds, [signals], with which the own weights keep their sum.

    A common factor on the own weights says nothing, as they are divided by their sum; it is taken
    out of all factors, by bisection because of the bounds.
    """
    own = np.array([getattr(weights, name) for name in OWN])
    limit = np.log(bound)
    spread = float(np.abs(logs).max()) + limit
    low, high = -spread, spread
    for _ in range(60):
        shift = (low + high) / 2
        total = own @ np.exp(np.clip(logs[: len(OWN)] - shift, -limit, limit))
        low, high = (shift, high) if total > own.sum() else (low, shift)
    factors: FloatArray = np.clip(np.exp(logs - high), 1.0 / bound, bound)
    return factors


@dataclass(frozen=True)
class Valuing:
    """
    How feedback moves importance, which is in [0, 1].

    unknown: of a memory that was not weighed yet; gain: the part of the way to 1 that helping once
    goes; loss: the part that is lost by not helping; least: what not helping takes nothing from.
    """

    unknown: float = 0.4
    gain: float = 0.1
    loss: float = 0.02
    least: float = 0.1

    def __post_init__(self) -> None:
        """Refuse values with which importance would leave [0, 1]."""
        if not all(0.0 <= value <= 1.0 for value in vars(self).values()):
            raise ValueError(f"valuing out of range: {self}")


DEFAULT_VALUING: Final = Valuing()


def raised_importance(importance: float | None, valuing: Valuing = DEFAULT_VALUING) -> float:
    """Return the importance of what helped: nearer to 1, by less the nearer it is already.

    importance: in [0, 1], None where unknown. After RAM ("Towards an ever-improving memory system
    by learning from communications", 2024), which keeps what feedback confirms.
    """
    now = valuing.unknown if importance is None else min(max(importance, 0.0), 1.0)
    return now + valuing.gain * (1.0 - now)


def lowered_importance(
    importance: float | None, valuing: Valuing = DEFAULT_VALUING
) -> float | None:
    """Return the importance of what did not help: a little less, what is least stays.

    Of what was not weighed yet it stays unknown: a hit that did not help is no reason to weigh it.
    """
    if importance is None or importance <= valuing.least:
        return importance
    return max(min(importance, 1.0) * (1.0 - valuing.loss), valuing.least)
