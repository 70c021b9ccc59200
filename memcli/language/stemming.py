"""
Stems of words by the language of their text, and words that an English index does not find.

Snowball's stemmers (Porter, 2001), accents folded, so that one word in its several forms is one
key. What is looked up goes through the same functions as what is written.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from typing import Final

from Stemmer import Stemmer

from memcli.language.data import read_data
from memcli.language.languages import ENGLISH, language_of, languages_of
from memcli.language.splitting import split_many, split_words

__all__ = ["content_words", "fold", "foreign_keys", "many_foreign_keys", "stemmed"]

ALGORITHMS: Final = {
    "ar": "arabic",
    "ca": "catalan",
    "cs": "czech",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "es": "spanish",
    "fi": "finnish",
    "fr": "french",
    "hi": "hindi",
    "hu": "hungarian",
    "id": "indonesian",
    "it": "italian",
    "nl": "dutch",
    "no": "norwegian",
    "pl": "polish",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sv": "swedish",
    "tr": "turkish",
}
UNSPACED: Final = ("zh", "ja", "th")
# Pairs of characters are keys of every text in these scripts, see store/bigrams.py.
LEAST_CJK: Final = 3
# What is longer is no word of a language.
MAX_LETTERS: Final = 40
# Marks over and under letters that spell; those of Indic and Thai scripts are letters.
_MARK = re.compile("[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670]")
_WORD = re.compile(r"[^\W\d_]+")


def fold(text: str) -> str:
    """Return a text without accents and points: "Häuser" is "Hauser"."""
    if text.isascii():
        return text
    bare = _MARK.sub("", unicodedata.normalize("NFKD", text))
    return unicodedata.normalize("NFC", bare).replace("ß", "ss")


def foreign_keys(text: str) -> list[str]:
    """Return what a text in another language than English is found by beside its words."""
    language = language_of(text)
    if language == ENGLISH:
        return []
    if language in UNSPACED:
        least = 2 if language == "th" else LEAST_CJK
        return [w for w in split_words(text, least) if not w.isascii()]
    if language not in ALGORITHMS:
        return []
    words = [w for w in _WORD.findall(text.casefold()) if len(w) <= MAX_LETTERS]
    stems = _stemmer(language).stemWords(words)
    found = zip(words, map(fold, stems), strict=True)
    return [stem for word, stem in found if stem != word and len(stem) > 1]


def many_foreign_keys(texts: Sequence[str]) -> list[list[str]]:
    """Return the `foreign_keys` of many texts, in less time than one by one."""
    languages = languages_of(texts)
    chinese = [place for place, language in enumerate(languages) if language == "zh"]
    split = split_many([texts[place] for place in chinese], LEAST_CJK)
    found = {
        place: [w for w in words if not w.isascii()]
        for place, words in zip(chinese, split, strict=True)
    }
    for place, language in enumerate(languages):
        if place not in found:
            found[place] = [] if language == ENGLISH else foreign_keys(texts[place])
    return [found[place] for place in range(len(texts))]


def stemmed(words: list[str], language: str) -> list[str]:
    """Return the stem of each word, folded; the word where its language has no stemmer."""
    lowered = [word.casefold() for word in words]
    if language in ALGORITHMS or language == ENGLISH:
        lowered = _stemmer(language).stemWords(lowered)
    return [fold(word) for word in lowered]


def content_words(words: list[str], language: str) -> list[str]:
    """Return words without the function words of a language."""
    function_words = _function_words(language)
    return [word for word in words if word.lower() not in function_words]


@cache
def _stemmer(language: str) -> Stemmer:
    return Stemmer(ALGORITHMS.get(language, "english"))


@cache
def _function_words(language: str) -> frozenset[str]:
    """Return the function words of a language, where they are listed."""
    lists = read_data("languages").get(language, {})
    return frozenset(" ".join(lists.get(name, "") for name in ("telling", "shared")).split())
