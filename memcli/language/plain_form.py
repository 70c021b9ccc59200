"""
Plain form of a text, by which the same is known again however it is written.

Case, accents put together or apart, widths, spacing, punctuation and symbols do not count, nor
which it is of several letters that look the same; letters, the marks that belong to them and digits
do.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import cache, lru_cache

from memcli.language.data import read_data, words
from memcli.language.words import FUNCTION_WORDS

# Folding can make what normalizing changes again, and the other way round, a few times at most.
MOST_ROUNDS = 4
_NO_ASCII_WORD = re.compile(r"[^a-z0-9]+")


def plain_form(text: str) -> str:
    """Plain form of a text: its words in lower case, with one space between; may be empty."""
    if text.isascii():
        return _NO_ASCII_WORD.sub(" ", text.lower()).strip()
    return " ".join("".join(map(_kept, _folded(text))).split())


def _folded(text: str) -> str:
    """Return a text in one case and one of its equal spellings, with Latin letters for such."""
    # A vowel below a letter is one of its own when folded.
    text = unicodedata.normalize("NFD", text)
    for _ in range(MOST_ROUNDS):
        folded = unicodedata.normalize("NFKC", text.casefold().translate(_look_alikes()))
        if folded == text:
            break
        text = folded
    return text


@cache
def _look_alikes() -> Mapping[int, str]:
    """Return for letters of other scripts the Latin ones that they are taken for."""
    return {ord(other): latin for other, latin in read_data("look_alikes")["letters"].split()}


@lru_cache(maxsize=8_192)
def _kept(char: str) -> str:
    """Return a character that counts; nothing for one that is not seen, a space for all others."""
    category = unicodedata.category(char)
    if category[0] in "LNM":
        return char
    return "" if category == "Cf" else " "


def says_something(plain: str) -> bool:
    """Say whether a plain form is more than yes, no, thanks or a greeting, which anybody says."""
    return not _nothing_told().issuperset(plain.split())


@cache
def _nothing_told() -> frozenset[str]:
    """Return the words that tell nothing, in plain form."""
    return frozenset(map(plain_form, FUNCTION_WORDS | words("small_talk", "words")))
