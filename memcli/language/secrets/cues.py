"""
Cues: the words that stand beside secrets, by class and place, in all languages at once.

A word is looked up as a whole, by its beginning and by its end, as languages inflect and compound:
"Haustür" ends with a lock. The lists are data.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from typing import Final, NamedTuple

from memcli.language.data import read_data
from memcli.language.patterns import lazy_pattern

CLASSES: Final = (
    "password pin code number key hash paper lock keypad net device card account sent bring"
    " enter open sign wants works change turn button other"
    " user answer theme serial factor backup words spell back fob spoken asker spare"
).split()
# No entry is longer.
LONGEST: Final = 24
WORDLESS: Final = ("zh", "ja", "ko", "hi", "bn", "ta", "th", "pictures")
# "2fa" is the one word with a digit.
_WORD = lazy_pattern(r"[^\W\d_\u2e80-\uffff]+(?:['-][^\W\d_\u2e80-\uffff]+)*|\b2fa\b")
# The same for texts in ASCII: the ranges above take 4 ms to compile.
_ASCII_WORD = lazy_pattern(r"[a-zA-Z]+(?:['-][a-zA-Z]+)*|\b2fa\b")
_NONE: Final[frozenset[str]] = frozenset()


class Cue(NamedTuple):
    """Where a word of some classes begins and ends."""

    start: int
    end: int
    classes: frozenset[str]


def cues_in(folded: str, offset: int = 0) -> Iterator[Cue]:
    """Yield the cues of a stretch of text in small letters, which stands at `offset`."""
    for start, end, classes in _cues(folded):
        yield Cue(start + offset, end + offset, classes)


def classes_between(folded: str) -> frozenset[str]:
    """Return the classes of the cues of a short text in small letters."""
    return frozenset().union(*(cue.classes for cue in cues_in(folded)))


def classes_in(folded: str) -> frozenset[str]:
    """Return the classes that a text in small letters may have cues of; each word is read once."""
    words, phrases = vocabulary(folded), _lists().phrases
    found = frozenset().union(*filter(None, map(classes_of, words)))
    begun = words & phrases.keys()
    # Each word of a phrase is there, in whatever order.
    found = found.union(
        name for word in begun for rest, name in phrases[word] if words.issuperset(rest)
    )
    if not folded.isascii():
        wordless = _lists().wordless
        found = found.union(*(wordless[entry] for entry in set(_wordless().findall(folded))))
    return found


def words_of(folded: str, wanted: frozenset[str]) -> frozenset[str]:
    """Return the words of a text in small letters that have one of some classes, or begin one."""
    lists = _lists()
    found = {
        word
        for word in vocabulary(folded)
        if not wanted.isdisjoint(classes_of(word))
        or any(name in wanted for _, name in lists.phrases.get(word, ()))
    }
    if not folded.isascii():
        entries = set(_wordless().findall(folded))
        found |= {entry for entry in entries if not wanted.isdisjoint(lists.wordless[entry])}
    return frozenset(found)


@lru_cache(maxsize=4)
def vocabulary(folded: str) -> frozenset[str]:
    """Return the words of a text in small letters, each once, as cues are looked for."""
    find = _words_of(folded).findall
    return frozenset(word for chunk in set(folded.split()) for word in find(chunk))


def _words_of(folded: str) -> re.Pattern[str]:
    """Return what finds the words of a text."""
    return _ASCII_WORD if folded.isascii() else _WORD


def _cues(folded: str) -> Iterator[Cue]:
    words = [(match[0], *match.span()) for match in _words_of(folded).finditer(folded)]
    for number, (word, start, end) in enumerate(words):
        if classes := classes_of(word):
            yield Cue(start, end, classes)
        for rest, name in _lists().phrases.get(word, ()):
            following = words[number + 1 : number + 1 + len(rest)]
            if [each[0] for each in following] == rest:
                yield Cue(start, following[-1][2], frozenset((name,)))
    if not folded.isascii():
        for found in _wordless().finditer(folded):
            yield Cue(*found.span(), _lists().wordless[found[0]])


@lru_cache(maxsize=20_000)
def classes_of(word: str) -> frozenset[str]:
    """Return the classes of a word in small letters, and of the parts that hyphens join."""
    lists = _lists()
    found = set(lists.whole.get(word, _NONE))
    for length in range(2, min(len(word), LONGEST) + 1):
        found |= lists.starts.get(word[:length], _NONE)
        found |= lists.ends.get(word[-length:], _NONE)
    for part in re.split("['-]", word) if "-" in word or "'" in word else ():
        found |= classes_of(part)
    return frozenset(found)


class _Lists(NamedTuple):
    whole: Mapping[str, set[str]]
    starts: Mapping[str, set[str]]
    ends: Mapping[str, set[str]]
    phrases: Mapping[str, list[tuple[list[str], str]]]
    wordless: Mapping[str, frozenset[str]]


@cache
def _lists() -> _Lists:
    lists = _Lists({}, {}, {}, {}, {})
    for language, name, entry in _entries():
        if language in WORDLESS and not entry.isascii():
            entry = entry.replace("_", " ")
            lists.wordless[entry] = lists.wordless.get(entry, _NONE) | {name}  # type: ignore[index]
        elif "_" in entry:
            first, *rest = entry.split("_")
            lists.phrases.setdefault(first, []).append((rest, name))  # type: ignore[attr-defined]
        else:
            table = lists.whole
            if "*" in entry:
                table = lists.starts if entry.endswith("*") else lists.ends
            table.setdefault(entry.strip("*"), set()).add(name)  # type: ignore[attr-defined]
    return lists


def _entries() -> Iterator[tuple[str, str, str]]:
    """Yield language, class and entry of the data."""
    for data in ("secrets_evidence", "secrets_told", "secrets_more", "secrets_hasty"):
        for language, classes in read_data(data).items():
            for name in CLASSES if language not in _OTHER else ():
                yield from ((language, name, entry) for entry in classes.get(name, "").split())


_OTHER: Final = frozenset(("weights", "beside", "between", "letters", "runs", "wordless"))


@cache
def _wordless() -> re.Pattern[str]:
    known = sorted(_lists().wordless, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, known)))


@cache
def digits_of(language: str) -> Sequence[str]:
    """Return the words of digits of a language."""
    words: str = read_data("secrets_evidence")[language]["digit"]
    return words.split()


@cache
def listed(name: str) -> frozenset[str]:
    """Return a list of the words beside values."""
    return frozenset(read_data("secrets_evidence")["beside"][name].split())


@cache
def copulas() -> frozenset[str]:
    """Return the words that say what a thing is, in any language."""
    return frozenset(read_data("secrets_told")["between"]["copula"].split())


@cache
def languages() -> Sequence[str]:
    """Return the languages that have cues."""
    return [name for name in read_data("secrets_evidence") if name not in _OTHER]
