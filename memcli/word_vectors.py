"""
Vectors of single words, for comparing a question with what was found word by word.

A word has one vector in an encoder that is a table of token vectors. Where a store's encoder is
none, the bundled table takes its place: words are compared with words only.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from memcli.algorithms.late_interaction import Bags
from memcli.algorithms.words import content_words
from memcli.encoder import DEFAULT_ENCODER, Encoder
from memcli.language.verbs import PLAIN_FORMS

if TYPE_CHECKING:
    from memcli.algorithms.late_interaction import SingleArray

# Words kept between questions: 100 MB of vectors at the most, and the words of a large store.
MAX_WORDS: Final = 100_000
# What is longer is no word of a language, and its letters would be many tokens.
MAX_LETTERS: Final = 64


class WordVectors:
    """The vectors of words that were met, kept from one question to the next."""

    def __init__(self, encoder: Callable[[], Encoder]) -> None:
        self._encoder_of_store = encoder
        self._encoder: Encoder | None = None
        self._codes: dict[str, int] = {}
        self._table: SingleArray = np.zeros((0, 0), np.float32)

    def of_question(self, question: str) -> SingleArray:
        """Return the vectors of the words of a question that are worth comparing, [q, d]."""
        codes = self.bags([question]).words
        return self.table[codes]

    def bags(self, texts: Sequence[str]) -> Bags:
        """Return the words of texts as indices into `table`; "went" is "go"."""
        if len(self._codes) > MAX_WORDS:
            self._codes, self._table = {}, self._table[:0]
        each = [content_words(text) for text in texts]
        codes, plain = self._codes, PLAIN_FORMS
        words = [
            codes.setdefault(plain.get(word, word), len(codes)) for words in each for word in words
        ]
        lengths = np.fromiter(map(len, each), np.int64, len(each))
        return Bags(np.array(words, np.int64), np.concatenate([[0], np.cumsum(lengths)]))

    @property
    def table(self) -> SingleArray:
        """The vectors of all words that were met, [words, d], of unit length or zero."""
        new = list(self._codes)[len(self._table) :]
        if new:
            vectors = self._loaded().encode([word[:MAX_LETTERS] for word in new])
            known = self._table if len(self._table) else vectors[:0]
            self._table = np.concatenate([known, vectors])
        return self._table

    def _loaded(self) -> Encoder:
        if self._encoder is None:
            of_store = self._encoder_of_store()
            self._encoder = Encoder.load(DEFAULT_ENCODER) if of_store.special else of_store
        return self._encoder
