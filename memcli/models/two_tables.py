"""
Two tables of token vectors in one space: one for English texts, one for those in other languages.

The language of a text tells which encodes it: so English is encoded as the English table alone
would, and the other, which is larger, is loaded by the first text that needs it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from memcli.language.languages import ENGLISH, languages_of
from store.errors import EncoderUnavailable

if TYPE_CHECKING:
    import numpy as np

Progress = Callable[[int], None]


class TextTable(Protocol):
    """What encodes the texts of a language or several."""

    name: str
    dimension: int

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> np.ndarray:
        """Return float32 [n, dimension] unit vectors in the order of the texts."""

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return how many tokens each text has."""

    def load_whole(self) -> None:
        """Load what many texts need."""

    def end_session(self) -> None:
        """Leave the memory of the largest batch so far."""


class TwoTables:
    """A table for texts in English, and one for all others that is loaded when one is met."""

    def __init__(self, english: TextTable, load_others: Callable[[], TextTable]) -> None:
        self.english, self._load_others = english, load_others

    @cached_property
    def others(self) -> TextTable:
        """The table for texts in other languages; EncoderUnavailable where it does not fit."""
        table, english = self._load_others(), self.english
        if table.dimension != english.dimension:
            raise EncoderUnavailable(
                f"{table.name} has {table.dimension} dimensions, {english.name} has "
                f"{english.dimension}",
                "name another English table in model.json",
            )
        return table

    def load_whole(self) -> None:
        """Load what many texts in English need; other languages follow with their first text."""
        self.english.load_whole()

    def end_sessions(self) -> None:
        """Leave the memory of the largest batches so far."""
        if "others" in self.__dict__:
            self.others.end_session()
        self.english.end_session()

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> np.ndarray:
        """Return float32 [n, dimension] unit vectors in the order of the texts."""
        import numpy as np

        vectors = np.zeros((len(texts), self.english.dimension), np.float32)
        for table, places in self._divided(texts):
            vectors[places] = table.encode([texts[i] for i in places], progress)
        return vectors

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return how many tokens each text has in the table of its language."""
        counts = [0] * len(texts)
        for table, places in self._divided(texts):
            found = table.count_tokens([texts[i] for i in places])
            for place, n in zip(places, found, strict=True):
                counts[place] = n
        return counts

    def _divided(self, texts: Sequence[str]) -> list[tuple[TextTable, list[int]]]:
        """Return the tables that texts need, each with the indices of its texts."""
        english: list[int] = []
        others: list[int] = []
        for index, language in enumerate(languages_of(texts)):
            (english if language == ENGLISH else others).append(index)
        divided = [(self.english, english)] if english else []
        return [*divided, (self.others, others)] if others else divided
