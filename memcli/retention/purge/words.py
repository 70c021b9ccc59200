"""
Words that tell of what is gone: its names, and those that no memory that is left has.

Whoever asked "where does Ottilie live?" told of her. So a question, an argument or an answer that
says a word which only purged memories had goes with them.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection
from typing import TYPE_CHECKING, Any, Final

from memcli.jsonl import Row
from memcli.language.words import FUNCTION_WORDS
from memcli.memory.selection import MIN_PREFIX
from store.bigrams import index_keys

if TYPE_CHECKING:
    from store import Snapshot

# What a memory says; attributes, tags and contexts are of memcli's own vocabulary.
OWN_COLUMNS: Final = "text speaker entities value".split()
LEFT_COLUMNS: Final = (
    "id text context keywords tags entities subject attribute value speaker session_id ref metadata"
).split()
_WORD = re.compile(r"\w{2,}")


class TellingWords:
    """What tells of some memories: their ids and refs, and their rare words."""

    def __init__(self, snapshot: Snapshot, gone: Collection[str], said: Collection[str]) -> None:
        """`gone` are the ids of all that goes, `said` those of what had the words of its own."""
        self.ids = frozenset(gone)
        self._sorted = sorted(self.ids)
        own = list(snapshot.rows_of(sorted(said), ["id", "ref", *OWN_COLUMNS]))
        self.refs = {row.pop("ref") for row in own} - {None}
        self.rare = {word for row in own for word in row_words(row)}
        for row in snapshot.rows(LEFT_COLUMNS) if own else ():
            if row["id"] not in self.ids:
                self.refs.discard(row["ref"])
                self.rare -= row_words(row)

    def names(self, text: str) -> bool:
        """Say whether a text is the id of one, the beginning of that, or its ref."""
        folded = text.lower()
        place = bisect_left(self._sorted, folded)
        begins = place < len(self._sorted) and self._sorted[place].startswith(folded)
        return text in self.refs or (begins and len(text) >= MIN_PREFIX)

    def are_in(self, text: str) -> bool:
        """Say whether a text names one, or says a word that only they had."""
        return self.names(text) or not self.rare.isdisjoint(text_words(text))


def row_words(row: Row) -> set[str]:
    """Return the words of all texts of a row, and the pairs of its CJK characters."""
    return text_words(" ".join(v for name in row if name != "id" for v in _texts(row[name])))


def text_words(text: str) -> set[str]:
    """Return the words of a text that are no function words, and the pairs of CJK characters."""
    words = {word.casefold() for word in (*_WORD.findall(text), *index_keys(text))}
    return words - FUNCTION_WORDS


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    return [v for v in value if isinstance(v, str)] if isinstance(value, list) else []
