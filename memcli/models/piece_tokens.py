"""
Piece tokens: the tokens of words that recur, each cut once.

A word that is known is looked up in a third of the processor time that the tokenizers library takes
to cut it again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain
from typing import Final

# Characters of pieces that are remembered before all are forgotten: some 20 MB with their tokens.
MOST_CHARACTERS: Final = 600_000


class PieceTokens:
    """Gives the tokens of texts that are parted into pieces, and remembers those of each piece."""

    def __init__(self, cut: Callable[[str], list[int]]) -> None:
        """`cut` gives the tokens of one piece."""
        self._cut = cut
        self._known: dict[str, list[int]] = {}
        self._size = 0

    def tokens(self, texts: Sequence[Sequence[str]]) -> list[list[int]]:
        """Return the token ids of each text, which is given as its pieces."""
        # Another thread may forget all meanwhile, but not what is in this dictionary.
        known = self._known
        if new := set(chain.from_iterable(texts)) - known.keys():
            known.update((piece, self._cut(piece)) for piece in new)
            self._size += sum(map(len, new))
        if self._size > MOST_CHARACTERS:
            self._known, self._size = {}, 0
        return [list(chain.from_iterable(map(known.__getitem__, pieces))) for pieces in texts]
