"""
Late interaction: each word of a question with the nearest word of a text.

Late interaction (Khattab and Zaharia, "ColBERT", SIGIR 2020) over a table of word vectors, which
knows no context but costs nothing: MaxSim, here squared, so that one word that is there counts for
more than two that are something like it, and weighted by how rare the words of the question are,
as in the alignment of Yadav et al. ("Unsupervised alignment-based iterative evidence retrieval",
ACL 2020). What was said around a turn lends it words, fewer with distance: an answer rarely
repeats those of its question.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from memcli.algorithms.contiguity import Kernel, best_per_place, locate, places_at

FloatArray = NDArray[np.float64]
SingleArray = NDArray[np.float32]

# Two words whose vectors are nearer than this are the same word.
SAME = 0.999


class WordBags(NamedTuple):
    """
    The words of some texts, one text after the other.

    words: int [m], indices into a table of word vectors; starts: int [n + 1], where the words of
    each text begin, with m at the end.
    """

    words: NDArray[np.int64]
    starts: NDArray[np.int64]


def without_last(bags: WordBags) -> tuple[WordBags, NDArray[np.int64]]:
    """Return bags without the last of them, and the words of that in their order, each once."""
    begin = bags.starts[-2]
    words = np.array(list(dict.fromkeys(bags.words[begin:].tolist())), np.int64)
    return WordBags(bags.words[:begin], bags.starts[:-1]), words


def word_matches(bags: WordBags, table: SingleArray, question: SingleArray) -> SingleArray:
    """
    Return how near each word of a question comes to any word of each text, float [n, q] in [0, 1].

    table: [words, d] and question: [q, d], rows of unit length or zero. A text without words
    matches nothing.
    """
    n = len(bags.starts) - 1
    best = np.zeros((n, len(question)), np.float32)
    used, index = _distinct(bags.words, len(table))
    filled = np.flatnonzero(np.diff(bags.starts))
    if len(filled) and len(question):
        cosines = np.clip(table[used] @ question.T, 0.0, 1.0)
        best[filled] = np.maximum.reduceat(cosines[index], bags.starts[filled], axis=0)
    return best


def _distinct(words: NDArray[np.int64], n: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the words below n that come, and for each that comes its place among them."""
    comes = np.zeros(n, bool)
    comes[words] = True
    return np.flatnonzero(comes), (np.cumsum(comes) - 1)[words]


def rarity(matches: ArrayLike) -> FloatArray:
    """
    Return how much each word of a question tells apart the texts, float [q], 0 or more.

    matches: [n, q], see `word_matches`. It is the inverse document frequency of BM25 over these
    texts. Over what a search has found it ranks as it does over the whole store.
    """
    cosines = np.asarray(matches)
    n, having = len(cosines), (cosines > SAME).sum(axis=0)
    weights: FloatArray = np.log1p((n - having + 0.5) / (having + 0.5))
    return weights


def with_neighbours(
    matches: SingleArray, session: ArrayLike, seq: ArrayLike, kernel: Kernel
) -> SingleArray:
    """
    Return the matches [n, q] of each text with those lent by its neighbours in the session.

    session, seq: int [n], see `contiguity.locate`. A word counts once, at its best: lent by a
    neighbour it is worth what it is there times the neighbour's weight in the kernel.
    """
    reach = max((abs(offset) for offset in kernel.offsets), default=0)
    places = locate(session, seq, reach)
    if not len(places.rows) or not matches.shape[1]:
        return matches
    said = best_per_place(matches, places)
    lent = np.zeros_like(said)
    for offset, weight in zip(kernel.offsets, kernel.weights, strict=True):
        there, at = places_at(places.keys, places.keys - offset)
        np.maximum(lent, np.float32(weight) * said[at] * there[:, None], out=lent)
    whole = matches.copy()
    whole[places.rows] = np.maximum(matches[places.rows], lent[places.place])
    return whole


def coverage(matches: ArrayLike, weights: ArrayLike) -> FloatArray:
    """
    Return how much of a question its matches cover, float [n] in [0, 1].

    matches: [n, q] in [0, 1]; weights: [q], 0 or more, see `rarity`. Squares are taken: a word
    that is there counts 1, one that is something like it a quarter.
    """
    squares = np.asarray(matches, np.float64) ** 2
    each = np.asarray(weights, np.float64)
    total = each.sum()
    if total <= 0.0:
        return np.zeros(len(squares))
    covered: FloatArray = squares @ (each / total)
    return np.clip(covered, 0.0, 1.0)
