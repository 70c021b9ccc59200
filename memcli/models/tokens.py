"""Tokens of several texts in one array, and the padded form in which a model takes them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]


class Padded(NamedTuple):
    """
    Rows of token ids, filled up with zeros to the longest.

    ids: int64 [rows, width]; mask: where there is a token, bool [rows, width].
    """

    ids: Ints
    mask: npt.NDArray[np.bool_]


class Tokens(NamedTuple):
    """Token ids of texts, one after the other: ids, int64 [n]; lengths: int64 [texts]."""

    ids: Ints
    lengths: Ints

    @classmethod
    def of(cls, lists: Sequence[Sequence[int]]) -> Tokens:
        """Return the token ids of texts that are given as lists."""
        lengths = np.fromiter(map(len, lists), np.int64, len(lists))
        return cls(np.fromiter(chain.from_iterable(lists), np.int64, int(lengths.sum())), lengths)

    @classmethod
    def joined(cls, parts: Sequence[Tokens]) -> Tokens:
        """Return the tokens of some texts and of others behind them, one array of all."""
        if not parts:
            return cls.of([])
        return parts[0] if len(parts) == 1 else cls(*map(np.concatenate, zip(*parts, strict=True)))

    def lists(self) -> list[list[int]]:
        """Return the token ids of each text."""
        ids, ends = self.ids.tolist(), np.cumsum(self.lengths)
        return [
            ids[start:end]
            for start, end in zip((ends - self.lengths).tolist(), ends.tolist(), strict=True)
        ]

    def first(self, most: int) -> Tokens:
        """Return the first tokens of each text, so many at most."""
        kept = np.minimum(self.lengths, most)
        return self if (kept == self.lengths).all() else Tokens(self.ids[self._places(kept)], kept)

    def among(self, others: Tokens, are_own: Sequence[bool]) -> Tokens:
        """Return these texts, in their places, among others that stand in all other places."""
        own = np.array(are_own, bool)
        order = np.empty(len(own), np.int64)
        order[own] = np.arange(len(self.lengths))
        order[~own] = len(self.lengths) + np.arange(len(others.lengths))
        both = Tokens.joined([self, others])
        return Tokens(both.ids[both._places(both.lengths[order], order)], both.lengths[order])

    def padded(self, texts: Sequence[int], spare: int = 0) -> Padded:
        """Return the rows of some texts, and so many empty ones behind them."""
        rows = np.asarray(texts, np.int64)
        lengths = np.append(self.lengths[rows], np.zeros(spare, np.int64))
        mask = np.arange(max(1, int(lengths.max()))) < lengths[:, None]
        ids = np.zeros(mask.shape, np.int64)
        ids[mask] = self.ids[self._places(self.lengths[rows], rows)]
        return Padded(ids, mask)

    def _places(self, lengths: Ints, rows: Ints | slice = slice(None)) -> Ints:
        """Return where the first tokens of some texts stand, so many of each, int64 [n]."""
        starts = (np.cumsum(self.lengths) - self.lengths)[rows]
        before = np.cumsum(lengths) - lengths
        places: Ints = np.repeat(starts - before, lengths) + np.arange(int(lengths.sum()))
        return places
