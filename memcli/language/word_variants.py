"""
Word variants: British and American spelling, irregular forms, numbers in words and digits.

Stemming joins "boat" and "boats" only. One way of writing stands for all where words are compared,
and full-text search looks for all of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Final

from memcli.language.data import read_data, words
from memcli.language.verb_forms import PLAIN_FORMS

LONGEST: Final = 24


@lru_cache(maxsize=50_000)
def plain_form(word: str) -> str:
    """Return the one way of writing that stands for a lower-case word: "coloured" is "colored"."""
    return PLAIN_FORMS.get(word) or _whole().get(word) or _spelled(word, _british()) or word


def variants(word: str) -> tuple[str, ...]:
    """Return the other ways to write a lower-case word: "go" for "went", "2" for "two"."""
    plain = plain_form(word)
    american, british = _spelled(word, _british()), _spelled(word, _american())
    found = {plain, *_forms_of().get(plain, ()), american or word, british or word}
    return tuple(sorted(found - {word}))


def with_variants(query: str) -> str:
    """Return the words of a query, each followed by the other ways to write it."""
    return " ".join(each for word in query.split() for each in (word, *variants(word.casefold())))


def _rows(key: str) -> Iterator[list[str]]:
    for row in read_data("word_variants")[key].replace("\n", "|").split("|"):
        if row.strip():
            yield row.split()


@cache
def _whole() -> dict[str, str]:
    """The plain form of irregular plurals and of numbers in digits."""
    return {
        form: row[0] for key in ("plurals", "numbers") for row in _rows(key) for form in row[1:]
    }


@cache
def _forms_of() -> dict[str, list[str]]:
    """The other forms of plain forms."""
    forms: dict[str, list[str]] = {}
    for form, plain in [*PLAIN_FORMS.items(), *_whole().items()]:
        forms.setdefault(plain, []).append(form)
    return forms


@cache
def _british() -> dict[str, str]:
    """How words begin in British spelling, and how in American."""
    return {row[0]: row[1] for row in _rows("spellings")}


@cache
def _american() -> dict[str, str]:
    return {american: british for british, american in _british().items()}


def _spelled(word: str, beginnings: dict[str, str]) -> str | None:
    """Return a word in the other spelling, by the longest beginning that has one."""
    if len(word) > LONGEST or word in words("word_variants", "no_form"):
        return None
    endings = words("word_variants", "endings")
    for length in range(len(word), 2, -1):
        other = beginnings.get(word[:length])
        if other and (length == len(word) or word[length:] in endings):
            return other + word[length:]
    return None
