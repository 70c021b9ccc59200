"""
Feedback on a question: what helped with it stands higher when nearly the same is asked again.

After ReLoop2 (Zhu et al. 2023), which keeps errors in a memory beside the model and looks them up
by hashes of the input, and the retrospective half of RMM (Tan et al. 2025). A question is kept as
the signs of its vector on random hyperplanes (SimHash: Charikar, STOC 2002): enough to tell how
near another question is, and no text.
"""

from collections.abc import Iterable
from functools import cache
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

N_BITS: Final = 512
# Questions whose cosine is below are other questions; at ALIKE they are the same one.
OTHER: Final = 0.8
ALIKE: Final = 0.95
HALF_LIFE_DAYS: Final = 90.0
# By how much of the best score a memory moves at the most.
BOUND: Final = 0.5


class Given(NamedTuple):
    """A verdict on a memory: the signature of its question, and how many days ago it was given."""

    question: str
    id: str
    helped: bool
    age_days: float


def signature(vector: ArrayLike) -> str:
    """Return the signs of a vector, float [d], on N_BITS random hyperplanes, as hex digits."""
    point = np.asarray(vector, np.float64)
    signs = _hyperplanes(len(point)) @ point > 0.0
    return np.packbits(signs).tobytes().hex()


@cache
def _hyperplanes(dimension: int) -> NDArray[np.float64]:
    """Return the same normals each time, [N_BITS, dimension]."""
    return np.random.default_rng(0).standard_normal((N_BITS, dimension))


def likeness(one: str, other: str) -> float:
    """Return an estimate of the cosine of two vectors from their signatures, in [-1, 1]."""
    bits = [np.unpackbits(np.frombuffer(bytes.fromhex(each), np.uint8)) for each in (one, other)]
    if len(bits[0]) != len(bits[1]):
        return 0.0
    return float(np.cos(np.pi * np.mean(bits[0] != bits[1])))


def leanings(verdicts: Iterable[Given], asked: str) -> dict[str, float]:
    """
    Return by memory how far verdicts on questions like the one asked lean to it, in [-1, 1].

    Each counts by how alike the questions are, halved every HALF_LIFE_DAYS; 1 is helpful.
    """
    sums: dict[str, float] = {}
    near: dict[str, float] = {}
    for given in verdicts:
        if given.question not in near:
            alike = likeness(given.question, asked)
            near[given.question] = float(np.clip((alike - OTHER) / (ALIKE - OTHER), 0.0, 1.0))
        count = near[given.question] * 0.5 ** (max(given.age_days, 0.0) / HALF_LIFE_DAYS)
        if count > 0.0:
            sums[given.id] = sums.get(given.id, 0.0) + (count if given.helped else -count)
    return {id_: float(np.clip(total, -1.0, 1.0)) for id_, total in sums.items()}


def moved_by(scores: ArrayLike, leaning: ArrayLike) -> NDArray[np.float64]:
    """
    Return what leanings, float [n] in [-1, 1], add to scores, float [n] in [0, 1].

    At most BOUND of the best score; no score leaves [0, 1].
    """
    before = np.asarray(scores, np.float64)
    change = BOUND * before.max(initial=0.0) * np.asarray(leaning, np.float64)
    added: NDArray[np.float64] = np.clip(before + change, 0.0, 1.0) - before
    return added
