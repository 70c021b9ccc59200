"""
Unigram lattice: many texts cut into the tokens of a unigram vocabulary at once, in arrays.

The likeliest cut (Kudo, "Subword regularization", ACL 2018) by Viterbi's algorithm, as
`subwords.unigram` finds it. All stretches of text that some token bridges are worked on in step, a
character of each at a time, by NumPy, which lets other threads run meanwhile. Where two ways are
alike, the last bit of all that was summed before decides, so that such a piece is cut once more,
from its beginning, by `unigram` itself: one in ten thousand.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from memcli.algorithms.subwords import unigram

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.uint32]

N_CODES: Final = 0x110000
CODE_BITS: Final = np.uint64(21)
# Slots of the table for each edge of the trie: so many of the first ones looked at are right.
SLOTS_AN_EDGE: Final = 3
# Of Fibonacci hashing (Knuth, The Art of Computer Programming 3, 6.4).
FACTOR: Final = np.uint64(0x9E3779B97F4A7C15)
NOTHING: Final = -1
# Log probabilities nearer to one another than this may change places by what was summed before.
ALIKE: Final = 1e-6


def code_points(text: str) -> Codes:
    """Return the code points of a text, uint32 [characters]."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


class Edges(NamedTuple):
    """The tokens that stand in a text: first place, place behind, and id (NOTHING: unknown)."""

    starts: Ints
    ends: Ints
    tokens: Ints


class UnigramLattice:
    """A vocabulary as a trie, whose edges lie in one table where their hash says."""

    def __init__(self, scores: Mapping[str, float], unknown: int, unknown_score: float) -> None:
        """`scores`: the log probability of each token, in the order of ids; `unknown`: an id."""
        self._given, self._unknown, self._unknown_score = scores, unknown, unknown_score
        self._longest = max(map(len, scores), default=1)
        # The last one is that of NOTHING.
        self._scores = np.array([*scores.values(), unknown_score], np.float64)
        self._roots = np.zeros(N_CODES, np.int32)
        self._build(list(scores))

    # ---------------------------------------------------------------- the trie

    def _build(self, tokens: list[str]) -> None:
        """Number the beginnings of tokens, a length at a time; 0 is none."""
        codes = code_points("".join(tokens))
        lengths = np.fromiter(map(len, tokens), np.int64, len(tokens))
        starts = np.cumsum(lengths) - lengths
        here = np.zeros(len(tokens), np.int64)
        keys, n_nodes, ends_in = [], 1, [np.array([NOTHING])]
        for length in range(1, self._longest + 1):
            some = np.flatnonzero(lengths >= length)
            found, which = np.unique(
                _edge_keys(here[some], codes[starts[some] + length - 1]), return_inverse=True
            )
            here[some] = n_nodes + which
            ended = np.full(len(found), NOTHING)
            whole = some[lengths[some] == length]
            ended[here[whole] - n_nodes] = whole
            n_nodes += len(found)
            keys.append(found)
            ends_in.append(ended)
        self._roots[keys[0]] = np.arange(1, 1 + len(keys[0])) if keys else 0
        self._token_of = np.concatenate(ends_in)
        self._hash(np.concatenate(keys[1:] or [np.zeros(0, np.uint64)]), 1 + len(keys[0]))

    def _hash(self, keys: npt.NDArray[np.uint64], first_child: int) -> None:
        """Put the edges where their hash says, or in the next slot that is free."""
        bits = max(4, (SLOTS_AN_EDGE * len(keys)).bit_length())
        self._shift = np.uint64(64 - bits)
        self._keys, self._children = np.zeros(1 << bits, np.uint64), np.zeros(1 << bits, np.int32)
        self._has_child = np.zeros(len(self._token_of), bool)
        self._has_child[keys >> CODE_BITS] = True
        left, slots = np.arange(len(keys)), self._slots(keys)
        while len(left):
            free = self._keys[slots] == 0
            self._keys[slots[free]] = keys[left[free]]  # of two the last stays
            placed = self._keys[slots] == keys[left]
            self._children[slots[placed]] = first_child + left[placed]
            left, slots = left[~placed], (slots[~placed] + 1) & (len(self._keys) - 1)

    def _slots(self, keys: npt.NDArray[np.uint64]) -> Ints:
        return (keys * FACTOR >> self._shift).astype(np.int64)

    def _next(self, nodes: Ints, codes: Codes | np.uint32) -> Ints:
        """Return the node behind each of some nodes by a character; 0 where there is none."""
        keys = _edge_keys(nodes, codes)
        slots = self._slots(keys)
        found = self._keys[slots]
        left = np.flatnonzero((found != keys) & (found != 0))
        while len(left):
            slots[left] = (slots[left] + 1) & (len(self._keys) - 1)
            again = self._keys[slots[left]]
            found[left] = again
            left = left[(again != keys[left]) & (again != 0)]
        children: Ints = np.where(found == keys, self._children[slots], 0)
        return children

    # ---------------------------------------------------------------- the cut

    def cut(self, codes: Codes, joins: Bools) -> tuple[Ints, Ints]:
        """
        Return where the tokens of a text begin, in order, and their ids, each int64 [tokens].

        codes: the characters, uint32 [n]; joins: whether a token may have both a character and the
        next one, bool [n]. Unknown characters that follow one another are one token.
        """
        edges = self._edges(codes, joins)
        tokens = self._token_of[self._roots[codes]]
        begins = np.ones(len(codes), bool)
        bridged = _bridged(edges, len(codes))
        if len(edges.starts):
            chosen, alike = self._best(edges, tokens, bridged)
            begins[bridged[:-1]] = False
            begins[chosen.starts] = True
            tokens[chosen.starts] = chosen.tokens
            for start, end in _pieces_of(alike, joins):
                begins[start:end] = False
                at, tokens[start:end] = self._of_piece(codes[start:end])
                begins[start + at] = True
        lost = begins & (tokens == NOTHING)
        begins[1:] &= ~(lost[1:] & lost[:-1] & joins[:-1])
        places = np.flatnonzero(begins)
        found = tokens[places]
        return places, np.where(found == NOTHING, self._unknown, found)

    def _edges(self, codes: Codes, joins: Bools) -> Edges:
        """Return the tokens of two characters or more that stand in a text."""
        nodes: Ints = self._roots[codes].astype(np.int64)
        at = np.flatnonzero(joins & self._has_child[nodes])
        nodes, length = nodes[at], 1
        found = [Edges(*(np.zeros(0, np.int64),) * 3)]
        while len(at):
            nodes = self._next(nodes, codes[at + length])
            there = np.flatnonzero(nodes)
            at, nodes, length = at[there], nodes[there], length + 1
            tokens = self._token_of[nodes]
            whole = np.flatnonzero(tokens != NOTHING)
            found.append(Edges(at[whole], at[whole] + length, tokens[whole]))
            more = np.flatnonzero(self._has_child[nodes] & joins[at + length - 1])
            at, nodes = at[more], nodes[more]
        return Edges(*map(np.concatenate, zip(*found, strict=True)))

    def _best(self, long: Edges, tokens: Ints, bridged: Bools) -> tuple[Edges, Ints]:
        """
        Return the edges of the likeliest way through each stretch that tokens bridge.

        With them the places on the way to which another one leads that is as likely.
        """
        edges, steps = _in_order(long, tokens, bridged)
        scores = self._scores[edges.tokens]
        first = ~bridged[edges.starts]
        best, by = np.zeros(len(bridged)), np.zeros(len(bridged), np.int64)
        alike = np.zeros(len(bridged), bool)
        # Where the edges to a place begin, among all.
        groups = np.flatnonzero(np.diff(edges.ends, prepend=NOTHING))
        bounds = np.searchsorted(groups, steps)
        for (low, high), (begin, end) in zip(pairwise(steps), pairwise(bounds), strict=True):
            ways = np.where(first[low:high], 0.0, best[edges.starts[low:high]]) + scores[low:high]
            inner = groups[begin:end]
            likeliest = np.maximum.reduceat(ways, inner - low)
            sizes = np.diff(inner, append=high)
            near = low + np.flatnonzero(ways > np.repeat(likeliest - ALIKE, sizes))
            ends = edges.ends[near]
            by[ends], best[edges.ends[inner]] = near, likeliest
            if len(near) > len(inner):
                alike[ends[1:][ends[1:] == ends[:-1]]] = True
        chosen = _path(edges, by, np.flatnonzero(bridged[:-1] & ~bridged[1:]) + 1, first)
        ends = edges.ends[chosen]
        return Edges(*(values[chosen] for values in edges)), ends[alike[ends]]

    def _of_piece(self, codes: Codes) -> tuple[Ints, Ints]:
        """Return where the tokens of one piece begin, and their ids where they do, int64 [n]."""
        piece = codes.tobytes().decode("utf-32-le", "surrogatepass")
        parts = unigram(piece, self._given, self._longest, self._unknown_score)
        at = np.cumsum([0, *map(len, parts[:-1])])
        tokens = np.full(len(codes), NOTHING)
        tokens[at] = [self._id(code_points(part)) for part in parts]
        return at, tokens

    def _id(self, codes: Codes) -> int:
        """Return the id of a token; NOTHING for what is none."""
        nodes = self._roots[codes[:1]].astype(np.int64)
        for code in codes[1:]:
            nodes = self._next(nodes, code)
        return int(self._token_of[nodes[0]])


def _edge_keys(nodes: Ints, codes: Codes | np.uint32) -> npt.NDArray[np.uint64]:
    """Return the number of each edge of a trie: from a node, by a character."""
    keys: npt.NDArray[np.uint64] = nodes.astype(np.uint64) << CODE_BITS | codes
    return keys


def _bridged(edges: Edges, n: int) -> Bools:
    """Return whether an edge begins before each place and ends behind it, bool [n + 1]."""
    opened = np.bincount(edges.starts + 1, minlength=n + 1)
    closed = np.bincount(edges.ends, minlength=n + 1)
    return np.cumsum(opened - closed) > 0


def _pieces_of(places: Ints, joins: Bools) -> list[tuple[int, int]]:
    """Return the beginnings and ends of the pieces that have a character before some places."""
    if not len(places):
        return []
    ends = np.flatnonzero(~joins) + 1
    which = np.unique(np.searchsorted(ends, places))
    starts = np.append(0, ends)[which]
    return list(zip(starts.tolist(), ends[which].tolist(), strict=True))


def _in_order(long: Edges, tokens: Ints, bridged: Bools) -> tuple[Edges, Ints]:
    """
    Return the edges of all stretches in the order in which they are needed, and the steps' bounds.

    A step has the edges that end so many characters behind the beginning of their stretch, those to
    one place from the longest on.
    """
    alone = np.flatnonzero(bridged[:-1] | bridged[1:])
    starts, ends = np.append(long.starts, alone), np.append(long.ends, alone + 1)
    known = np.append(long.tokens, tokens[alone])
    places = np.arange(len(bridged))
    origins = np.maximum.accumulate(np.where(bridged, 0, places))
    step = ends - origins[starts]
    longest = int((ends - starts).max()) + 1
    order = np.argsort((step * len(bridged) + ends) * longest + longest - (ends - starts))
    sizes = np.bincount(step)[1:]
    return (
        Edges(starts[order], ends[order], known[order]),
        np.concatenate(([0], np.cumsum(sizes))),
    )


def _path(edges: Edges, by: Ints, places: Ints, first: Bools) -> Ints:
    """Return the edges that lead to some places, each from the beginning of its stretch."""
    chosen = []
    while len(places):
        edge = by[places]
        chosen.append(edge)
        places = edges.starts[edge[~first[edge]]]
    return np.concatenate(chosen)
