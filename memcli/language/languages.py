"""
Language of a text, by its script and by its function words.

Function words tell languages of one script apart in a sentence or less (Grefenstette, "Comparing
two language identification schemes", 1995). In doubt a text is English.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final

from memcli.language.data import read_data
from memcli.language.words import FUNCTION_WORDS

if TYPE_CHECKING:
    import numpy as np

__all__ = ["ENGLISH", "language_of", "languages_of"]

ENGLISH: Final = "en"
# Characters that are looked at: a language shows in a paragraph.
ENOUGH: Final = 600
# One word in Latin script is a name as well as anything.
FEWEST: Final = 2
# A script shows sooner.
SCRIPT_SHOWS: Final = 200
# In a text of so few words, one that tells a language is enough where none is English.
SHORT: Final = 8
# A character of these scripts says as much as so many letters.
IDEOGRAPH_LETTERS: Final = 3

_WORD = re.compile(r"[^\W\d_]+")
_HAN: Final = "[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]"
# Of several scripts in a text the first listed counts: Japanese is written with Han, too.
_SCRIPTS: Final = {
    "ja": "[\u3040-\u30ff\uff66-\uff9f]",
    "ko": "[\uac00-\ud7af]",
    "zh": _HAN,
    "th": "[\u0e00-\u0e7f]",
    "ru": "[\u0400-\u04ff]",
    "ar": "[\u0600-\u06ff]",
    "el": "[\u0370-\u03ff\u1f00-\u1fff]",
    "he": "[\u0590-\u05ff]",
    "hi": "[\u0900-\u097f]",
}
_DENSE: Final = ("ja", "ko", "zh")
_OTHER_SCRIPT: Final = "[\u0370-\u1cff\u1f00-\u1fff\u3040-\ud7af\uf900-\ufaff\uff66-\uff9f]+"
HAN, OTHER = 1, 2
# Texts that are told at once: arrays of many more are so large that the system clears their pages
# anew each time, which takes four times as long.
AT_ONCE: Final = 256
# Texts whose language is remembered: a writer asks for it with the words and with the vector.
REMEMBERED: Final = 4_096


def language_of(text: str) -> str:
    """Return the code (ISO 639-1) of the language of a text, `en` where no other shows."""
    if text.isascii() and text.isalpha():
        return ENGLISH  # one word
    return _language_of(text[:ENOUGH])


def languages_of(texts: Sequence[str]) -> list[str]:
    """Return the `language_of` of many texts; what is plainly Chinese is told all at once."""
    foreign = [place for place, text in enumerate(texts) if not text.isascii()]
    found: dict[int, bool] = {}
    for start in range(0, len(foreign), AT_ONCE):
        some = foreign[start : start + AT_ONCE]
        found |= zip(some, _plainly_chinese([texts[place] for place in some]), strict=True)
    return ["zh" if found.get(place) else language_of(text) for place, text in enumerate(texts)]


def _plainly_chinese(texts: Sequence[str]) -> list[bool]:
    """Say of each text whether Han is all that is in another script, and enough to tell by."""
    import numpy as np

    heads = [text[:SCRIPT_SHOWS] for text in texts]
    codes = np.frombuffer("".join(heads).encode("utf-32-le", "surrogatepass"), np.uint32)
    scripts = _script_of()[codes]
    sizes = np.fromiter(map(len, heads), np.int64, len(heads))
    ends = np.cumsum(sizes)
    totals = [np.append(0, np.cumsum(scripts == script)) for script in (HAN, OTHER)]
    han, others = (total[ends] - total[ends - sizes] for total in totals)
    plain: list[bool] = (
        (han > 0) & (others == 0) & (2 * IDEOGRAPH_LETTERS * han >= sizes - han)
    ).tolist()
    return plain


@cache
def _script_of() -> np.ndarray:
    """Return for each code point whether it is HAN, of an OTHER script, or 0, uint8 [0x110000]."""
    import numpy as np

    scripts = np.zeros(0x110000, np.uint8)
    for pattern, script in ((_OTHER_SCRIPT, OTHER), (_HAN, HAN)):
        for first, last in re.findall("(.)-(.)", pattern):
            scripts[ord(first) : ord(last) + 1] = script
    return scripts


@lru_cache(REMEMBERED)
def _language_of(text: str) -> str:
    if not text.isascii() and re.search(_OTHER_SCRIPT, text) and (written := _by_script(text)):
        return written
    words = set(_WORD.findall(text.lower()))
    if len(words) < FEWEST:
        return ENGLISH
    found = words & _known().keys()
    english = words & FUNCTION_WORDS - found
    accented = 0 if text.isascii() else sum(not word.isascii() for word in words - found)
    # Most texts end here: the rest takes ten times as long.
    if 2 * (len(found) + accented) < len(english):
        return ENGLISH
    return _by_words(words, found, english)


def _by_script(text: str) -> str | None:
    """Return the language whose script a third of the text or more is in, if it is not Latin."""
    text = text[:SCRIPT_SHOWS]
    written = "".join(re.findall(_OTHER_SCRIPT, text))
    # What most texts in Chinese are is told in a third of the time: letters are no more than signs.
    others = len(text) - len(written)
    if 2 * IDEOGRAPH_LETTERS * len(written) >= others and re.fullmatch(f"{_HAN}+", written):
        return "zh"
    counts = _script_counts(written)
    weight = {c: n * (IDEOGRAPH_LETTERS if c in _DENSE else 1) for c, n in counts.items()}
    foreign = sum(weight.values())
    letters = sum(map(len, _WORD.findall(text))) - sum(counts.values())
    if not foreign or 2 * foreign < letters:
        return None
    # Hardly a sentence of Japanese is without kana, and Chinese has none but in names.
    if 10 * counts["ja"] > counts["zh"] > 0 and counts["ko"] < counts["ja"]:
        return "ja"
    return max(weight, key=lambda code: weight[code])


@cache
def _known() -> dict[str, tuple[str, ...]]:
    """Return the languages of each function word."""
    known: dict[str, tuple[str, ...]] = {}
    for code, lists in read_data("languages").items():
        for word in f"{lists['telling']} {lists['shared']}".split():
            known[word] = (*known.get(word, ()), code)
    return known


@cache
def _telling() -> frozenset[str]:
    """Return the function words that tell a language alone."""
    return frozenset(
        word for lists in read_data("languages").values() for word in lists["telling"].split()
    )


def _script_counts(foreign: str) -> dict[str, int]:
    """Return how many characters of each script there are; most texts have one, Han most often."""
    counts = dict.fromkeys(_SCRIPTS, 0)
    left = len(foreign)
    for code in ("zh", *_SCRIPTS):
        if not left:
            break
        if not counts[code]:
            counts[code] = len(re.findall(_SCRIPTS[code], foreign))
            left -= counts[code]
    return counts


def _by_words(words: set[str], found: set[str], english: set[str]) -> str:
    """Return the language of most function words, if they are more than the English ones."""
    known, telling, data = _known(), _telling(), read_data("languages")
    counts: Counter[str] = Counter()
    for word in found:
        for code in known[word]:
            counts[code] += 2 if word in telling else 1
    for word in words - found:
        if not word.isascii():
            counts.update(code for code in data if not _letters(code).isdisjoint(word))
    if not counts:
        return ENGLISH
    best = max(data, key=lambda code: counts[code])
    # Words that English text has too prove nothing beside as many English ones.
    sure = any(best in known[word] for word in found & telling)
    others = len(english - set(data[best]["homographs"].split()))
    enough = 2 if len(words) <= SHORT and not others else 4
    if counts[best] < max(enough, 2 * others + 1) or (not sure and counts[best] <= len(english)):
        return ENGLISH
    return best


@cache
def _letters(language: str) -> frozenset[str]:
    return frozenset(read_data("languages")[language]["letters"])
