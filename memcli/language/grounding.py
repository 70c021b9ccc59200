"""
Grounding: a statement names nothing that its sources do not.

The cheap half of a faithfulness check (HaluMem's hallucinated memories; entity and number precision
as in Nan et al. 2021): invented names, numbers and dates are what does harm in a memory, and they
can be found word by word. Wording may change freely. Scripts without capitals are checked for
numbers only.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
from typing import Final

from memcli.language.names.recognition import NOT_NAMES, canonical

__all__ = ["ungrounded"]

_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:['\u2019][^\W\d_]+)*")
# Two characters of one word or number.
_WORD_SEAM = re.compile(r"\w\w|\d[.,]\d?")
_ISO_DATE = re.compile(r"\b(\d{4})-(\d\d)(?:-(\d\d))?")
_ORDINAL_ENDS: Final = frozenset({"st", "nd", "rd", "th", "s"})
_MONTHS: Final = (
    "january february march april may june july august september october november december".split()
)
_WEEKDAYS: Final = "monday tuesday wednesday thursday friday saturday sunday".split()
_DATE_WORDS: Final = frozenset(_MONTHS) | frozenset(_WEEKDAYS)
_SHORT_DATES: Final = {word[:n]: word for word in (*_MONTHS, *_WEEKDAYS) for n in (3, 4)} | {
    "thurs": "thursday",
    "tues": "tuesday",
}
# One, first and second are also a pronoun and adverbs: they say too little to be checked.
_UNITS: Final = {
    word: value
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
        " fifteen sixteen seventeen eighteen nineteen".split()
    )
} | {
    word: 10 * value
    for value, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)
}
_SCALES: Final = {
    "hundred": 100,
    "thousand": 1_000,
    "million": 1_000_000,
    "billion": 10**9,
    "dozen": 12,
}
_NUMBER_WORDS: Final = _UNITS | _SCALES
_UNCHECKED: Final = frozenset({"one"})
_FIRST_WORDS: Final = NOT_NAMES - _DATE_WORDS


def ungrounded(statement: str, sources: Sequence[str], derived: Collection[str] = ()) -> list[str]:
    """
    Return the names, numbers and dates of a statement that no source has, in order, each once.

    Words are compared without case and punctuation, numbers by value ("three" is 3, "1,000" is
    1000), months also by ISO date. `derived` holds what was inferred rightly: the names of speaker
    and addressee, dates resolved from relative expressions, as text. Names come in canonical form.
    """
    if any(_is_piece(statement, source) for source in sources):
        return []
    said = [_said(text) for text in (*sources, *derived)]
    words = frozenset[str]().union(*(words for words, _ in said))
    numbers = frozenset[float]().union(*(numbers for _, numbers in said))
    missing = [*_missing_words(statement, words), *_missing_numbers(statement, numbers)]
    return list(dict.fromkeys(word for _, word in sorted(missing)))


def _is_piece(statement: str, source: str) -> bool:
    """Tell whole words that stand in the source just so."""
    plain = statement.strip()
    at = source.find(plain)
    end = at + len(plain)
    return (
        at >= 0
        and not _WORD_SEAM.search(source[max(0, at - 1) : at + 1])
        and not (_WORD_SEAM.search(source[max(0, end - 1) : end + 1]))
    )


# The statements of one turn are checked against the same source one after the other.
@lru_cache(maxsize=64)
def _said(text: str) -> tuple[frozenset[str], frozenset[float]]:
    """Return the words and the values of the numbers of a text."""
    words = frozenset((*_plain_words(text), *_months_of_dates(text)))
    return words, frozenset(value for _, value, _ in _numbers(text))


def _plain_words(text: str) -> Iterator[str]:
    """Yield each word in lower case without possessive, dates in full."""
    for token in _TOKEN.findall(text):
        word = _bare(token)
        yield _SHORT_DATES.get(word, word)
        if "'" in word:
            yield from word.split("'")


def _bare(token: str) -> str:
    return token.casefold().replace("\u2019", "'").removesuffix("'s")


def _missing_words(statement: str, words: frozenset[str]) -> Iterator[tuple[int, str]]:
    """Yield place and canonical form of each name or date word that is not among the words."""
    first = True
    for match in _TOKEN.finditer(statement):
        token, opens, first = match[0], first, False
        if not token[0].isupper():
            continue
        word = _bare(token)
        full = _SHORT_DATES.get(word, word)
        if full not in words and not _is_plain_word(word, full, opens):
            yield match.start(), canonical(token)


def _missing_numbers(statement: str, numbers: frozenset[float]) -> Iterator[tuple[int, str]]:
    """Yield place and words of each number whose value is not among the numbers."""
    end = 0
    # A number of several words comes before its parts, which then need no source.
    for written, value, place in sorted(_numbers(statement), key=lambda n: (n[2], -len(n[0]))):
        if place >= end:
            end = place + len(written)
            if value not in numbers:
                yield place, written


def _is_plain_word(word: str, full: str, opens: bool) -> bool:
    """Tell a capitalised word that needs no source: a function word, or one that opens a sentence.

    Number words are checked by their value.
    """
    if word in _NUMBER_WORDS or word in _ORDINAL_ENDS:
        return True
    if full in _DATE_WORDS:
        return False
    stem = word.partition("'")[0]
    return stem in _FIRST_WORDS or (opens and word.endswith(("ing", "ly")))


def _months_of_dates(text: str) -> Iterator[str]:
    """Yield the names of the months in ISO dates."""
    for found in _ISO_DATE.finditer(text):
        month = int(found[2])
        if 1 <= month <= 12:
            yield _MONTHS[month - 1]


def _numbers(text: str) -> Iterator[tuple[str, float, int]]:
    """Yield each number as written, its value and its place; "twenty-five" gives 20, 5 and 25."""
    tokens = list(_TOKEN.finditer(text))
    for index, token in enumerate(tokens):
        value = _value(token[0])
        if value is not None:
            yield token[0], value, token.start()
        if value is None or not _continues(tokens, index, text):
            continue
        said, total = _spelled_out(tokens, index, text)
        if total != value:
            yield said, total, token.start()


def _value(token: str) -> float | None:
    """Return the value of digits or of a number word."""
    if token[0].isdecimal():
        return _digits(token)
    plain = token.casefold()
    return None if plain in _UNCHECKED else _NUMBER_WORDS.get(plain)


def _digits(token: str) -> float:
    """Read digits; a comma before three digits groups, otherwise it is a decimal point."""
    plain = re.sub(r",(?=\d{3}(?:\D|\Z))", "", token).replace(",", ".")
    try:
        return float(plain)
    except ValueError:  # 1.2.3 is a version or a date: its digits tell it apart from others
        return float("".join(filter(str.isdecimal, plain)) or 0)


def _continues(tokens: list[re.Match[str]], index: int, text: str) -> bool:
    """Tell whether a number word begins here that the next word carries on."""
    if tokens[index][0].casefold() not in _NUMBER_WORDS or index + 1 >= len(tokens):
        return False
    # Only the first word of a number counts as its beginning.
    if index and tokens[index - 1][0].casefold() in _NUMBER_WORDS:
        return not _joined(tokens, index - 1, text)
    return _joined(tokens, index, text)


def _joined(tokens: list[re.Match[str]], index: int, text: str) -> bool:
    """Tell whether a token and the next one are words of one number: "forty two", "forty-two"."""
    if index + 1 >= len(tokens) or tokens[index + 1][0].casefold() not in _NUMBER_WORDS:
        return False
    return text[tokens[index].end() : tokens[index + 1].start()] in {" ", "-"}


def _spelled_out(tokens: list[re.Match[str]], index: int, text: str) -> tuple[str, float]:
    """Read number words from a token on: the words and their value."""
    total, current, last = 0, _NUMBER_WORDS[tokens[index][0].casefold()], index
    while _joined(tokens, last, text):
        last += 1
        word = tokens[last][0].casefold()
        current = current * _SCALES[word] if word in _SCALES else current + _UNITS[word]
        if _SCALES.get(word, 0) >= 1_000:
            total, current = total + current, 0
    return text[tokens[index].start() : tokens[last].end()], float(total + current)
