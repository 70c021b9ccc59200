"""
Matching words: where the words of a question stand in a text, in any of their forms.

Words are compared by their stems, as full-text search does; what is written without spaces by
pairs of characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from memcli.language.languages import ENGLISH, language_of
from memcli.language.stemming import fold, stemmed
from memcli.language.words import lexical_query

_WORD = re.compile(r"[^\W_]+")
_UNSPACED = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]{2,}")
# What is longer is looked at no further: nobody reads on.
LONGEST: Final = 200_000


def matching_spans(question: str, text: str) -> list[tuple[int, int]]:
    """Return the places in a text, from left to right, that match words of a question."""
    read = text[:LONGEST]
    language = language_of(read)
    words, pairs = _wanted(question, language)
    return _joined([*_words(read, words, language), *_pairs(read, pairs)])


def _words(text: str, wanted: frozenset[str], language: str) -> Iterator[tuple[int, int]]:
    places = [match.span() for match in _WORD.finditer(text)] if wanted else []
    keys = _keys([text[start:end] for start, end in places], language)
    yield from (place for place, key in zip(places, keys, strict=True) if key & wanted)


def _pairs(text: str, pairs: frozenset[str]) -> Iterator[tuple[int, int]]:
    folded = text.casefold()
    if pairs and len(folded) == len(text):
        yield from ((i, i + 2) for i in range(len(text) - 1) if folded[i : i + 2] in pairs)


@lru_cache(maxsize=32)
def _wanted(question: str, language: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return the keys of a question's words, and its pairs of characters without spaces."""
    words = [word for word in _WORD.findall(lexical_query(question)) if not _UNSPACED.search(word)]
    keys: set[str] = set().union(*_keys(words, language))
    runs = _UNSPACED.findall(question)
    return frozenset(keys), frozenset(run[i : i + 2] for run in runs for i in range(len(run) - 1))


def _keys(words: list[str], language: str) -> list[set[str]]:
    """Return what each word is known by: itself, its English stem and that of its language."""
    plain = [fold(word).casefold() for word in words]
    own, english = stemmed(words, language), stemmed(words, ENGLISH)
    return [set(forms) for forms in zip(plain, own, english, strict=True)]


def _joined(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return spans in order, those that touch or overlap as one."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found
