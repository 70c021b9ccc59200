"""
Let the best hits speak for the question: pseudo-relevance feedback by meaning and by words.

By meaning, one step of a modern Hopfield network (Ramsauer et al., "Hopfield networks is all you
need", 2021) moves the question's vector towards the stored ones that it is like. By words, RM3
(Abdul-Jaleel et al., "UMass at TREC 2004"; Lavrenko and Croft, "Relevance-based language models",
2001) adds what the best hits say to what the question says.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]

# Cosines of texts differ by some tenths, so this lets a handful of them take part.
BETA: Final = 16.0
MIXTURE: Final = 0.3
TERMS: Final = 8
ORIGINAL_WEIGHT: Final = 0.6


def hopfield_query(
    query: ArrayLike, stored: ArrayLike, beta: float = BETA, mixture: float = MIXTURE
) -> FloatArray:
    """Return a question's vector after one step towards what is stored, float [d].

    query: float [d]; stored: float [n, d], unit rows or zero; beta: 0 or more, the higher the fewer
    rows take part; mixture: share of the step in [0, 1]. The step is stored^T softmax(beta stored
    query), its length made 1; the mixture of both also has length 1, or is the query as it was if
    there is nothing to move to. Raises ValueError for what is out of range.
    """
    if beta < 0.0 or not 0.0 <= mixture <= 1.0:
        raise ValueError(f"out of range: beta {beta}, mixture {mixture}")
    asked, rows = np.asarray(query, np.float64), np.asarray(stored, np.float64)
    if not len(rows):
        return asked
    logits = beta * (rows @ asked)
    shares = np.exp(logits - logits.max())
    recalled = _unit(shares @ rows / shares.sum())
    moved = _unit((1.0 - mixture) * _unit(asked) + mixture * recalled)
    return moved if moved.any() else asked


def _unit(vector: FloatArray) -> FloatArray:
    length = np.linalg.norm(vector)
    scaled: FloatArray = vector / length if length > 0.0 else vector
    return scaled


def expansion_terms(
    question: Sequence[str],
    hits: Sequence[Sequence[str]],
    scores: ArrayLike,
    rarity: Mapping[str, float] | None = None,
    n_terms: int = TERMS,
    original_weight: float = ORIGINAL_WEIGHT,
) -> dict[str, float]:
    """Return the terms of RM3 with their weights, the heaviest first; the weights sum to 1.

    question: its terms; hits: the terms of each hit, scores: float [n] >= 0 of each; rarity: of a
    term, 0 or more, such as its inverse document frequency, 1 where none is given (then it is RM3
    as published, which the commonest words win); n_terms: how many to add, those of the question
    included if hits say them; original_weight: share in [0, 1] of the question's own terms.
    Terms of equal weight come in the order of the alphabet.
    """
    asked = _model({term: float(count) for term, count in Counter(question).items()})
    said: dict[str, float] = {}
    for terms, score in zip(hits, np.asarray(scores, np.float64).tolist(), strict=True):
        for term, count in Counter(terms).items():
            weight = 1.0 if rarity is None else rarity.get(term, 0.0)
            said[term] = said.get(term, 0.0) + max(score, 0.0) * weight * count / len(terms)
    best = sorted((term for term in said if said[term] > 0.0), key=lambda t: (-said[t], t))
    added = _model({term: said[term] for term in best[: max(n_terms, 0)]})
    share = 1.0 if not added else original_weight if asked else 0.0
    mixed = {
        term: share * asked.get(term, 0.0) + (1.0 - share) * added.get(term, 0.0)
        for term in {**asked, **added}
    }
    return dict(sorted(mixed.items(), key=lambda item: (-item[1], item[0])))


def _model(weights: Mapping[str, float]) -> dict[str, float]:
    """Scale weights to the sum 1."""
    total = sum(weights.values())
    return {term: weight / total for term, weight in weights.items()}
