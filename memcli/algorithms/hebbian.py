"""
Hebbian association: how strongly two memories are tied by having been recalled together.

What fires together wires together (Hebb, 1949), as in Memoria (Park and Bak, 2024): each
co-retrieval raises the weight by eta x (1 - w) x f(rank a) x f(rank b), and between co-retrievals
it decays by exp(-dt / tau). The factor 1 - w keeps it below 1, the part that the rule of Oja (1982)
plays for a neuron. Only the weight at the last co-retrieval and its time are kept, and decay is
computed from these: reading never changes a weight, so twice, or in instalments, is the same.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import exp, log2
from typing import NamedTuple

Pair = tuple[str, str]
DAY_S = 86_400.0


class CoRecall(NamedTuple):
    """Two memories that one query brought up: its time in epoch seconds, ids, ranks from 1."""

    at: float
    a: str
    b: str
    rank_a: int
    rank_b: int


class HebbianWeight(NamedTuple):
    """A weight in [0, 1) as of the last co-retrieval, and its time in epoch seconds."""

    weight: float
    at: float


@dataclass(frozen=True)
class Plasticity:
    """eta: in (0, 1), what one co-retrieval at the top adds; tau_s: > 0, seconds to fade to 1/e."""

    eta: float = 0.2
    tau_s: float = 60.0 * DAY_S

    def __post_init__(self) -> None:
        """Refuse values with which weights would leave [0, 1) or grow by themselves."""
        if not 0.0 < self.eta < 1.0 or not self.tau_s > 0.0:
            raise ValueError(f"eta must be in (0, 1) and tau_s above 0: {self}")


DEFAULT_PLASTICITY = Plasticity()


def co_recalls(at: float, ids: Sequence[str]) -> list[CoRecall]:
    """Return every pair of the memories that one query returned, best first; [k (k - 1) / 2]."""
    ranked = list(enumerate(dict.fromkeys(ids), 1))
    return [CoRecall(at, a, b, i, j) for (i, a), (j, b) in combinations(ranked, 2)]


def rank_factor(rank: int) -> float:
    """Return 1 / log2(1 + rank), the discount of nDCG: 1 at rank 1, 0.63 at 2, 0.29 at 10.

    Raises ValueError for a rank below 1.
    """
    if rank < 1:
        raise ValueError(f"ranks count from 1: {rank}")
    return 1.0 / log2(1 + rank)


def strengthen(
    events: Iterable[CoRecall],
    now: float,
    known: Mapping[Pair, HebbianWeight] | None = None,
    plasticity: Plasticity = DEFAULT_PLASTICITY,
) -> dict[Pair, HebbianWeight]:
    """Add co-retrievals to known strengths; returns those of all pairs, by sorted ids.

    events: in any order; those after `now` and those of a memory with itself do not count. Given
    in instalments, each with the last result as `known`, the events give what they give at once.
    For that they come in order of time; one older than its pair's strength still counts, faded by
    its age at that time, which differs from its exact part only in how it saturates.
    """
    strengths = dict(known or {})
    for pair, at, gain in sorted(_gains(events, now, plasticity.eta)):
        before = strengths.get(pair, HebbianWeight(0.0, at))
        latest = max(before.at, at)
        weight = _faded(before.weight, latest - before.at, plasticity.tau_s)
        gain = _faded(gain, latest - at, plasticity.tau_s)
        strengths[pair] = HebbianWeight(_saturated(weight + gain * (1.0 - weight)), latest)
    return strengths


def _gains(
    events: Iterable[CoRecall], now: float, eta: float
) -> Iterator[tuple[Pair, float, float]]:
    """Yield pair, time and the part of the way to 1 that each event that counts goes."""
    for at, a, b, rank_a, rank_b in events:
        if at <= now and a != b:
            pair = (a, b) if a < b else (b, a)
            yield pair, at, eta * rank_factor(rank_a) * rank_factor(rank_b)


def _faded(value: float, seconds: float, tau_s: float) -> float:
    return value * exp(-seconds / tau_s)


def _saturated(weight: float) -> float:
    # The largest float below 1: rounding would reach 1 after some hundred co-retrievals.
    return min(weight, 1.0 - 2.0**-53)
