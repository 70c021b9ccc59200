"""
Word vectors, for comparing a question with what was found word by word.

A word has one vector in an encoder that is a table of token vectors. Where a store's encoder is
none, the bundled table takes its place: words are compared with words only.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Final

import numpy as np

from memcli.algorithms.late_interaction import WordBags
from memcli.language.splitting import split_words
from memcli.language.stemming import stemmed
from memcli.language.word_variants import plain_form
from memcli.language.words import FUNCTION_WORDS
from memcli.models.encoder import DEFAULT_ENCODER, Encoder

if TYPE_CHECKING:
    from memcli.algorithms.late_interaction import SingleArray

# Words kept between questions: 100 MB of vectors at the most, and the words of a large store.
MAX_WORDS: Final = 100_000
# What is longer is no word of a language, and its letters would be many tokens.
MAX_LETTERS: Final = 64


class _Codes(dict[str, int]):
    """The index of each word that was met, -1 for one that is not worth comparing."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []

    def __missing__(self, word: str) -> int:
        if word in FUNCTION_WORDS:
            code = -1
        elif (plain := plain_form(word)) != word:
            code = self[plain]
        else:
            code = len(self.words)
            self.words.append(word)
        self[word] = code
        return code


class WordVectors:
    """The vectors of words that were met, kept from one question to the next."""

    def __init__(self, encoder: Callable[[], Encoder]) -> None:
        self._encoder_of_store = encoder
        self._encoder: Encoder | None = None
        self._codes = _Codes()
        self._table: SingleArray = np.zeros((0, 0), np.float32)
        self._room: SingleArray = self._table

    def of_question(self, question: str) -> SingleArray:
        """Return the vectors of the words of a question that are worth comparing, each once."""
        codes = self._codes_of(question)
        return self.table[codes]

    def words_of(self, question: str) -> list[str]:
        """Return the words of a question that are worth comparing, as they are compared."""
        return [self._codes.words[code] for code in self._codes_of(question)]

    def _codes_of(self, question: str) -> list[int]:
        return list(dict.fromkeys(self.bags([question]).words.tolist()))

    def bags(self, texts: Sequence[str]) -> WordBags:
        """Return the words of texts as indices into `table`; "went" is "go"."""
        if len(self._codes) > MAX_WORDS:
            self._codes, self._room = _Codes(), self._room[:0]
            self._table = self._room
        codes = self._codes
        found = [[codes[word] for word in split_words(text)] for text in texts]
        lengths = np.fromiter(map(len, found), np.int64, len(found))
        words = np.fromiter(chain.from_iterable(found), np.int64, int(lengths.sum()))
        owners = np.repeat(np.arange(len(found)), lengths)
        kept = words >= 0
        counts = np.bincount(owners[kept], minlength=len(found))
        return WordBags(words[kept], np.concatenate([[0], np.cumsum(counts)]))

    def stems(self, bags: WordBags, language: str) -> WordBags:
        """Return bags, just made here, with a number for all words of one stem, from 0 on."""
        used, at = np.unique(bags.words, return_inverse=True)
        stems = stemmed([self._codes.words[code] for code in used.tolist()], language)
        numbers: dict[str, int] = {}
        stem_of = [numbers.setdefault(stem, len(numbers)) for stem in stems]
        return WordBags(np.array(stem_of, np.int64)[at], bags.starts)

    @property
    def table(self) -> SingleArray:
        """The vectors of all words that were met, [words, d], of unit length or zero."""
        new = self._codes.words[len(self._table) :]
        if new:
            self._append(self._loaded().encode([word[:MAX_LETTERS] for word in new]))
        return self._table

    def _append(self, vectors: SingleArray) -> None:
        """Add rows to the table; its room doubles, for to copy it each time would cost more."""
        used, needed = len(self._table), len(self._table) + len(vectors)
        if needed > len(self._room):
            room = np.empty((max(needed, 2 * used), vectors.shape[1]), np.float32)
            room[:used] = self._table if used else vectors[:0]
            self._room = room
        self._room[used:needed] = vectors
        self._table = self._room[:needed]

    def _loaded(self) -> Encoder:
        if self._encoder is None:
            of_store = self._encoder_of_store()
            self._encoder = Encoder.load(DEFAULT_ENCODER) if of_store.special else of_store
        return self._encoder
