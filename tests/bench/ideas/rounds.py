"""
Iterative retrieval: is the evidence split, what to ask next, how to join both rounds.

A question that needs several memories names things that no one of them says together. Then a second
round asks with the names and dates that the first brought up (iterative retrieval as in the study
"On the structural memory of LLM agents", Zeng et al. 2024, and in "CoAT", Pan et al. 2025, there
with a language model that decides; here how the hits cover the question's words does).
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from memcli.algorithms.fusion import relative

FloatArray = NDArray[np.float64]

# A hit that says this share of a question by the rarity of its words answers it by itself.
WHOLE: Final = 0.7
# Hits that together say this much more than the best of them are about its different parts.
GAIN: Final = 0.1
SECOND_WEIGHT: Final = 0.2


class Coverage(NamedTuple):
    """How far hits say each term of a question.

    said: float [h, t] in [0, 1], 1 where the hit has the term; weight: float [t] >= 0 of each term,
    sums to 1, or all 0.
    """

    said: FloatArray
    weight: FloatArray

    @property
    def best(self) -> float:
        """The greatest share of the question that one hit says; in [0, 1]."""
        return float((self.said @ self.weight).max(initial=0.0))

    @property
    def together(self) -> float:
        """The share of the question that the hits say between them; in [0, 1]."""
        return float(self.said.max(axis=0, initial=0.0) @ self.weight)


def coverage(
    terms: Sequence[str], hits: Sequence[Collection[str]], rarity: Mapping[str, float]
) -> Coverage:
    """Return which terms of a question its hits say.

    terms: of the question, repetitions count once; hits: the terms of each of the best hits;
    rarity: of a term, such as its inverse document frequency; one that is not given, which no
    memory says, is as rare as the rarest.
    """
    asked = list(dict.fromkeys(terms))
    rarest = max(rarity.values(), default=1.0)
    weight = np.array([max(rarity.get(term, rarest), 0.0) for term in asked], np.float64)
    total = weight.sum()
    said = np.array([[term in hit for term in asked] for hit in hits], np.float64)
    return Coverage(said.reshape(len(hits), len(asked)), weight / total if total > 0.0 else weight)


def is_split(coverage: Coverage, whole: float = WHOLE, gain: float = GAIN) -> bool:
    """Say whether no hit answers the question by itself while several say different parts of it.

    whole: share in [0, 1] of the question that a hit which answers it says; gain: by how much more
    hits have to say together than the best one says.
    """
    return coverage.best < whole and coverage.together - coverage.best > gain


def second_terms(
    question: str, names: Sequence[Sequence[str]], scores: ArrayLike, n_terms: int = 4
) -> list[str]:
    """Return the names and dates of the first round's hits to ask with in the second, best first.

    names: those in each hit, as written; scores: float [h] >= 0 of the hits, which a name gets from
    each hit that has it. What the question has already, in any case, is left out. Equals come in
    the order of the alphabet.
    """
    asked = question.casefold()
    weights: dict[str, float] = {}
    written: dict[str, str] = {}
    for inside, score in zip(names, np.asarray(scores, np.float64).tolist(), strict=True):
        for name in sorted(set(inside)):
            key = name.casefold()
            if key.strip() and key not in asked:
                written.setdefault(key, name)
                weights[key] = weights.get(key, 0.0) + max(score, 0.0)
    best = sorted(weights, key=lambda key: (-weights[key], key))
    return [written[key] for key in best[: max(n_terms, 0)]]


def fuse_rounds(
    first: ArrayLike, second: Sequence[ArrayLike], weight: float = SECOND_WEIGHT
) -> FloatArray:
    """Return scores of the rows of all rounds, float [n] in [0, 1].

    first: float [n] >= 0, 0 where the first round did not bring a row; second: the same for each
    query of the second round, of which the mean counts with `weight` >= 0. Each is taken in
    relation to its best row.
    """
    start = relative(first)
    if not second or weight <= 0.0:
        return start
    after = np.mean([relative(scores) for scores in second], axis=0)
    joined: FloatArray = (start + weight * after) / (1.0 + weight)
    return joined
