"""
Needles: which of many texts stand in bytes, in one pass whatever their number.

Looking for each by itself takes minutes where thousands of memories are purged at once. Here the
first eight bytes at every place are compared with those of all texts together, and only where
these are some text's, that text is compared. A few texts are found sooner one after the other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    import pyarrow as pa

HEAD: Final = 8
FEW: Final = 32
# A table of these many entries says whether some text begins with four bytes, or seems to.
TABLE_BITS: Final = 20
_SPREAD: Final = np.uint32(2_654_435_761)
_SHIFT: Final = np.uint32(32 - TABLE_BITS)


class Needles:
    """Texts that are looked for, as bytes."""

    def __init__(self, texts: Sequence[bytes]) -> None:
        wanted = sorted({text for text in texts if text})
        self._alone = [text for text in wanted if len(text) < HEAD or len(wanted) <= FEW]
        self._by_head: dict[bytes, list[bytes]] = defaultdict(list)
        for text in wanted if len(wanted) > FEW else ():
            if len(text) >= HEAD:
                self._by_head[text[:HEAD]].append(text)
        self._heads = np.sort(np.array([*self._by_head], "S8").view("<u8"))
        self._may_begin = np.zeros(1 << TABLE_BITS, bool)
        self._may_begin[_spread(self._heads.astype("<u4"))] = True

    def places(self, data: bytes | memoryview) -> Iterator[tuple[int, bytes]]:
        """Yield where each text stands in bytes, and which; in no stated order."""
        whole = bytes(data)
        for text in self._alone:
            place = whole.find(text)
            while place >= 0:
                yield place, text
                place = whole.find(text, place + 1)
        if self._by_head:
            for place in self._candidates(whole):
                for text in self._by_head.get(whole[place : place + HEAD], ()):
                    if whole.startswith(text, place):
                        yield place, text

    def are_in(self, data: bytes) -> bool:
        """Say whether any of the texts stands in bytes."""
        return next(self.places(data), None) is not None

    def _candidates(self, data: bytes) -> Iterator[int]:
        """Yield the places at which some text may begin."""
        for shift in range(HEAD):
            n = (len(data) - shift) // HEAD
            if n <= 0:
                return
            words = np.frombuffer(data, "<u8", n, shift)
            some = np.flatnonzero(self._may_begin[_spread(words.astype("<u4"))])
            known = np.searchsorted(self._heads, words[some])
            known[known == len(self._heads)] = 0
            for word in some[self._heads[known] == words[some]]:
                yield int(word) * HEAD + shift

    def rows(self, column: pa.Array) -> Iterator[tuple[int, bytes]]:
        """Yield the rows of a column of strings or bytes in which texts stand, and which."""
        import pyarrow as pa

        large = pa.types.is_large_string(column.type) or pa.types.is_large_binary(column.type)
        _, ends, data = column.buffers()
        if data is None or not len(column):
            return
        offsets = np.frombuffer(ends, "<i8" if large else "<i4")
        offsets = offsets[column.offset : column.offset + len(column) + 1]
        start, end = int(offsets[0]), int(offsets[-1])
        for place, text in self.places(memoryview(data)[start:end]):
            row = int(np.searchsorted(offsets, place + start, "right")) - 1
            is_inside = place + start + len(text) <= offsets[row + 1]
            if is_inside and column[row].is_valid:
                yield row, text


def _spread(words: np.ndarray) -> np.ndarray:
    """Return the place in the table of four bytes each."""
    spread: np.ndarray = (words.astype(np.uint32) * _SPREAD) >> _SHIFT
    return spread
