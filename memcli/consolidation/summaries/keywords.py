"""Keywords that tell one piece of a conversation from others of the same people."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from memcli.jsonl import Row
from memcli.language.words import FUNCTION_WORDS

_WORD = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")
# Three letters in scripts that spell; one sign may be a word where they do not.
SHORTEST = 3


def words_of_groups(pieces: Iterable[Sequence[Row]]) -> list[list[str]]:
    """
    Return the keywords of each piece, given as its statements: no names of speakers, no numbers.

    pieces are in the order of time; a name is one from the piece on in which its owner speaks.
    """
    names: set[str] = set()
    found = []
    for statements in pieces:
        for row in statements:
            names.update(_WORD.findall((row["speaker"] or "").casefold()))
        words = dict.fromkeys(
            word
            for row in statements
            for keyword in row["keywords"] or ()
            for word in _WORD.findall(keyword.casefold())
        )
        found.append([word for word in words if word not in names and _is_telling(word)])
    return found


def _is_telling(word: str) -> bool:
    return (len(word) >= SHORTEST or not word.isascii()) and word not in FUNCTION_WORDS
