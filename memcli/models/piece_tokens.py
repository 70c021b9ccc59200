"""
Piece tokens: the tokens of many texts at a time, each piece that recurs cut once.

Words recur. What lies between the places where no token can cross is cut once and then known: a
third of the processor time that the tokenizers library takes, which is not even loaded unless there
is a text whose spelling is not sure.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain, islice
from typing import Any, Final

from memcli.models.plain_tokenizers import PlainTokenizer

# Characters of pieces that are remembered before all are forgotten: some 20 MB with their tokens.
MOST_CHARACTERS: Final = 600_000


class PieceTokens:
    """Cuts texts into the tokens of one vocabulary, as its library would, and remembers pieces."""

    def __init__(self, library: Callable[[], Any], plain: PlainTokenizer, max_tokens: int) -> None:
        """`library` gives a Tokenizer that cuts texts at max_tokens; `plain` is of its file."""
        self._library, self._plain, self._max_tokens = library, plain, max_tokens
        self._known: dict[str, list[int]] = {}
        self._size = 0

    def tokens(self, texts: Sequence[str]) -> list[list[int]]:
        """Return the token ids of each text, max_tokens at most."""
        sure = [bool(text) and self._plain.is_sure(text) for text in texts]
        rest = [text for text, is_sure in zip(texts, sure, strict=True) if not is_sure]
        cut = iter(self._cut([text for text, is_sure in zip(texts, sure, strict=True) if is_sure]))
        left = iter(
            self._library().encode_batch_fast(rest, add_special_tokens=False) if rest else ()
        )
        return [next(cut) if is_sure else next(left).ids for is_sure in sure]

    def _cut(self, texts: list[str]) -> list[list[int]]:
        """Return the tokens of texts whose pieces are sure."""
        pieces = self._plain.many_pieces(texts)
        # Another thread may forget all meanwhile, but not what is in this dictionary.
        known = self._known
        if new := set(chain.from_iterable(pieces)) - known.keys():
            known.update((piece, self._plain.piece_tokens(piece)) for piece in new)
            self._size += sum(map(len, new))
        if self._size > MOST_CHARACTERS:
            self._known, self._size = {}, 0
        tokens = (chain.from_iterable(map(known.__getitem__, some)) for some in pieces)
        return [list(islice(ids, self._max_tokens)) for ids in tokens]
