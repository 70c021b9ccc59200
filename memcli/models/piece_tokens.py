"""
Piece tokens: the tokens of many texts at a time, each piece that recurs cut once.

Words recur. What lies between the places where no token can cross is given to the tokenizers
library once and then known, which takes a third of the processor time of giving it every text.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, islice
from typing import Any, Final

from memcli.models.plain_tokenizers import PlainTokenizer

# Characters of pieces that are remembered before all are forgotten: some 20 MB with their tokens.
MOST_CHARACTERS: Final = 600_000


class PieceTokens:
    """Cuts texts into the tokens of one vocabulary, as its library would, and remembers pieces."""

    def __init__(self, library: Any, plain: PlainTokenizer, max_tokens: int) -> None:
        """`library`: a tokenizers.Tokenizer that cuts texts at max_tokens; `plain` is of its file."""
        from tokenizers import Tokenizer

        self._library, self._plain, self._max_tokens = library, plain, max_tokens
        # Only the model: a piece is spelled as the vocabulary is, and nothing in it is set apart.
        self._bare = Tokenizer(library.model)
        self._known: dict[str, list[int]] = {}
        self._size = 0

    def tokens(self, texts: Sequence[str]) -> list[list[int]]:
        """Return the token ids of each text, max_tokens at most."""
        sure = [bool(text) and self._plain.is_sure(text) for text in texts]
        rest = [text for text, is_sure in zip(texts, sure, strict=True) if not is_sure]
        cut = iter(self._cut([text for text, is_sure in zip(texts, sure, strict=True) if is_sure]))
        left = iter(self._library.encode_batch_fast(rest, add_special_tokens=False))
        return [next(cut) if is_sure else next(left).ids for is_sure in sure]

    def _cut(self, texts: list[str]) -> list[list[int]]:
        """Return the tokens of texts whose pieces are sure."""
        pieces = self._plain.many_pieces(texts)
        # Another thread may forget all meanwhile, but not what is in this dictionary.
        known = self._known
        if new := list(set(chain.from_iterable(pieces)) - known.keys()):
            found = self._bare.encode_batch_fast(new, add_special_tokens=False)
            known.update(zip(new, (encoding.ids for encoding in found), strict=True))
            self._size += sum(map(len, new))
        if self._size > MOST_CHARACTERS:
            self._known, self._size = {}, 0
        tokens = (chain.from_iterable(map(known.__getitem__, some)) for some in pieces)
        return [list(islice(ids, self._max_tokens)) for ids in tokens]
