"""
Many tokens: what the tokenizers library gives of many texts, for the most part without it.

It is not even loaded unless there is a text whose spelling is not sure.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import compress
from typing import Any

from memcli.models.plain_tokenizers import PlainTokenizer
from memcli.models.tokens import Tokens


class ManyTokens:
    """Cuts texts into the tokens of one vocabulary, as its library would."""

    def __init__(self, library: Callable[[], Any], plain: PlainTokenizer, max_tokens: int) -> None:
        """`library` gives a Tokenizer that cuts texts at max_tokens; `plain` is of its file."""
        self._library, self._plain, self._max_tokens = library, plain, max_tokens

    def tokens(self, texts: Sequence[str]) -> Tokens:
        """Return the token ids of each text, max_tokens at most."""
        are_sure = [bool(text) and self._plain.is_sure(text) for text in texts]
        cut = self._plain.many_tokens(list(compress(texts, are_sure))).first(self._max_tokens)
        if all(are_sure):
            return cut
        left = [text for text, is_sure in zip(texts, are_sure, strict=True) if not is_sure]
        rest = self._library().encode_batch_fast(left, add_special_tokens=False)
        return cut.among(Tokens.of([found.ids for found in rest]), are_sure)
