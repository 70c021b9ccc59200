"""
Restatement: of what one person said of one thing at several times, the newest holds.

"My dentist is Dr Kern", said of another half a year ago, answers "who is her dentist?" as well by
its words, and better where the new one was told in other words ("I changed dentists"). No rule
needs to read the fact: plain assertions of one speaker that are alike are of one thing, and single
linkage of a few steps (Sneath, 1957) finds those that are told in other words. Zep (Rasmussen et
al., 2025) has a language model compare a new fact with the old ones to the same end.
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from memcli.algorithms.late_interaction import SingleArray, WordBags

IntArray = NDArray[np.int64]

# From this cosine on two assertions are alike; what is alike by one between them is of them too.
ALIKE: Final = 0.4
STEPS: Final = 2
# Only what is among the first few hits has restatements.
N_FIRST: Final = 3
# What was said so soon after, in days, belongs to what it follows.
AT_ONCE: Final = 1.0 / 24.0


class Assertions(NamedTuple):
    """
    The plain assertions among the rows that a question brought up.

    rows: int [m], their indices; speaker: int [m], a code for whoever says each; vectors: [m, d],
    of unit length or zero.
    """

    rows: IntArray
    speaker: IntArray
    vectors: SingleArray


class Restated(NamedTuple):
    """Indices of the rows that say what holds, and of those that said so before, int [k] each."""

    newest: IntArray
    older: IntArray


def mean_word_vectors(bags: WordBags, table: SingleArray) -> SingleArray:
    """
    Return the mean of the word vectors of each text, of unit length or zero, [n, d].

    table: [words, d], see `late_interaction.word_matches`.
    """
    vectors = np.zeros((len(bags.starts) - 1, table.shape[1]), np.float32)
    filled = np.flatnonzero(np.diff(bags.starts))
    if len(filled):
        vectors[filled] = np.add.reduceat(table[bags.words], bags.starts[filled], axis=0)
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    norms[norms == 0.0] = 1.0
    vectors /= norms
    return vectors


def restated(
    order: IntArray, asserted: Assertions, said: NDArray[np.floating], named: NDArray[np.bool_]
) -> Restated | None:
    """
    Return what restates the first assertion among the best hits, and what it takes the place of.

    order: int [n], best first; said: float [n], days, not a number where unknown; named: bool [n],
    rows of a speaker whom the question names: where there are some, only these count. None where
    nothing was said again later.
    """
    counts = np.isfinite(said[asserted.rows])
    if named.any():
        counts &= named[asserted.rows]
    place = {int(row): at for at, row in enumerate(asserted.rows) if counts[at]}
    first = next((place[at] for at in order[:N_FIRST].tolist() if at in place), None)
    if first is None:
        return None
    same = np.flatnonzero(counts & (asserted.speaker == asserted.speaker[first]))
    alike = _linked(asserted.vectors[same], int(np.searchsorted(same, first)))
    rows = asserted.rows[same[alike]]
    is_new = said[rows] >= said[rows].max() - AT_ONCE
    return None if is_new.all() else Restated(rows[is_new], rows[~is_new])


def _linked(vectors: SingleArray, first: int) -> NDArray[np.bool_]:
    """Return which vectors [m, d] are alike to one of them within STEPS, itself too, bool [m]."""
    linked: NDArray[np.bool_] = np.arange(len(vectors)) == first
    for _ in range(STEPS):
        linked |= (vectors @ vectors[linked].T >= ALIKE).any(axis=1)
    return linked
