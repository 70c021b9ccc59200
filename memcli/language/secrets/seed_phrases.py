"""
Seed phrases: twelve or more words in a row that only a wallet puts one behind the other.

Nobody's sentence has so many words of BIP-39's list in a row; where the words are of another list,
they are a seed if they stand alone on their line, have no word of talk among them and are as many
as those of a seed.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Final

from memcli.language.data import words as words_of
from memcli.language.patterns import lazy_pattern
from memcli.language.secrets.cues import vocabulary
from memcli.language.secrets.values import is_seed

# Lines of 12, 15, 18, 21 or 24 words of three to eight letters, as the words of wallets are.
_LINE = lazy_pattern(
    r"(?:^|[:\n(])[ \t]{0,8}((?:[a-z]{3,8} ){11,23}[a-z]{3,8})"
    r"(?=[ \t]{0,8}(?:$|[\n.,;)\u2014\u2013]))"
)
LENGTHS: Final = (12, 15, 18, 21, 24)
LEAST: Final = 12
# So many of them may be said twice.
MOST_TWICE: Final = 2
# Words one after the other, with no more between than commas, line ends and numbers.
_ROW = lazy_pattern(
    r"(?<![A-Za-z])[A-Za-z]{3,8}(?:[ ,\n\t]{1,3}(?:(?:#|\d{1,2}[.):-]?)"
    r"[ \t]{0,2})?[A-Za-z]{3,8}(?![A-Za-z])){11,60}"
)
_WORD = lazy_pattern(r"[A-Za-z]+")


def bare_seed_phrases(text: str, folded: str = "") -> Iterator[tuple[int, int]]:
    """
    Yield where seed phrases stand without a word that says so.

    folded: the text in small letters, where that is known.
    """
    if len(text.replace(",", " ").split()) < LEAST:
        return
    found = {
        line.span(1)
        for line in _LINE.finditer(text)
        if line[1].count(" ") + 1 in LENGTHS and is_seed(line[1])
    }
    if len(vocabulary(folded or text.lower()) & wallet_words()) >= LEAST - MOST_TWICE:
        for row in _ROW.finditer(text):
            found.update(_listed(text, *row.span()))
    yield from sorted(found)


def _listed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the rows of words of the list within a row of words."""
    row: list[tuple[int, int]] = []
    for word in [*_WORD.finditer(text, start, end), None]:
        if word is not None and word[0].lower() in wallet_words():
            row.append(word.span())
            continue
        if len(row) >= LEAST:
            yield row[0][0], row[-1][1]
        row = []


@cache
def wallet_words() -> frozenset[str]:
    """Return the words of BIP-39."""
    return words_of("seed_words", "words")
