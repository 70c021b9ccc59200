"""
Keywords of a text, and the broad topics that it touches.

Words are ranked by length and place, as in the simplest of the keyword extractors that hold up
without training (TF-IDF with a position term; YAKE, Campos et al. 2020). Topics come from a compact
general lexicon of stems.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Final

from Stemmer import Stemmer

from memcli.language.data import read_data, words
from memcli.language.words import FUNCTION_WORDS

__all__ = ["keywords", "tags"]

LONGEST_TEXT: Final = 20_000  # characters; what comes later adds no keyword
MOST_KEYWORDS: Final = 6
MOST_TAGS: Final = 4
# A word at the end of the text counts this much of one at its beginning.
LAST_PLACE: Final = 0.6
REPEATED: Final = 0.3  # added per repetition, up to three

_WORD = re.compile(r"[^\W_]+(?:['\u2019-][^\W_]+)*")
_SKIPPED: Final = FUNCTION_WORDS | words("keywords", "empty")


def _tables() -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Return whole words and beginnings of words -> topics."""
    whole: dict[str, list[str]] = {}
    begins: dict[str, list[str]] = {}
    for topic, listed in read_data("keywords")["topics"].items():
        for word in listed.split():
            table = begins if word.endswith("*") else whole
            table.setdefault(word.rstrip("*"), []).append(topic)
    return whole, begins


_WHOLE, _BEGINS = _tables()
_STEM_LENGTHS: Final = tuple(sorted({len(stem) for stem in _BEGINS}))


def keywords(text: str) -> list[str]:
    """
    Return up to MOST_KEYWORDS content words of the text in lower case, the most telling first.

    Longer words count as rarer. Of words with one stem, by Snowball's stemmer for English, the
    first is kept. Two capitalised words in a row are one keyword.
    """
    found: dict[str, tuple[str, float, int]] = {}
    stem_of = _stemmer().stemWord
    words = _content(text[:LONGEST_TEXT])
    for index, (word, is_name) in enumerate(words):
        stem = stem_of(word)
        if stem in found:
            first, score, times = found[stem]
            found[stem] = (first, score, times + 1)
            continue
        place = 1.0 - (1.0 - LAST_PLACE) * index / max(len(words) - 1, 1)
        found[stem] = (word, _weight(word, is_name) * place, 0)
    ranked = sorted(found.values(), key=lambda w: -w[1] * (1 + REPEATED * min(w[2], 3)))
    return [word for word, _, _ in ranked[:MOST_KEYWORDS]]


@cache
def _stemmer() -> Stemmer:
    return Stemmer("english")


def stems(words: Iterable[str]) -> set[str]:
    """Stems of words in lower case, as they are compared: "allergies" and "allergy" are one."""
    return set(_stemmer().stemWords(list(words)))


def tags(text: str) -> list[str]:
    """Return up to MOST_TAGS broad topics of a text, by number of words."""
    counts: dict[str, int] = {}
    for match in _WORD.finditer(text[:LONGEST_TEXT].lower()):
        for topic in _topics(match[0]):
            counts[topic] = counts.get(topic, 0) + 1
    return sorted(counts, key=lambda topic: -counts[topic])[:MOST_TAGS]


def _topics(word: str) -> list[str]:
    """Return the topics of a word: its own, or those of the longest stem that it begins with."""
    if word in _WHOLE:
        return _WHOLE[word]
    for length in reversed(_STEM_LENGTHS):
        topics = _BEGINS.get(word[:length]) if length <= len(word) else None
        if topics:
            return topics
    return []


def _content(text: str) -> list[tuple[str, bool]]:
    """Return the content words in lower case, names of two words joined, and whether a name."""
    found: list[tuple[str, bool]] = []
    end, after_name = 0, False
    for match in _WORD.finditer(text):
        word = match[0]
        is_name = word[0].isupper() and match.start() > 0
        plain = word.casefold().removesuffix("'s").removesuffix("\u2019s")
        if plain in _SKIPPED or len(plain) < 2 or (plain.isdigit() and len(plain) < 4):
            after_name = False
            continue
        if is_name and after_name and text[end : match.start()] == " ":
            found[-1] = (f"{found[-1][0]} {plain}", True)
            is_name = False
        else:
            found.append((plain, is_name))
        end, after_name = match.end(), is_name
    return found


def _weight(word: str, is_name: bool) -> float:
    return min(len(word), 10) / 10 * (1.2 if is_name else 1.0)
