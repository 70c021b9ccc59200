"""
Grounding: a statement names nothing that its sources do not.

The cheap half of a faithfulness check (HaluMem's hallucinated memories; entity and number precision
as in Nan et al. 2021): invented names, numbers and dates are what does harm in a memory, and they
can be found word by word. Wording may change freely. Scripts without capitals are checked for
numbers only.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Final

from memcli.language.amounts import NUMBER_WORDS, amounts
from memcli.language.data import read_data, words
from memcli.language.names.recognition import NOT_NAMES, canonical
from memcli.language.names.words import GIVEN_NAMES

__all__ = ["name_words", "ungrounded"]

_TOKEN = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)*")
_COMPOUND = re.compile(r"(?<!\w)\w++(?:[-/]\w++)+")
# Two characters of one word or number.
_WORD_SEAM = re.compile(r"\w\w|\d[.,]\d?")
# What stands before the first word of a sentence or of a point of a list.
_OPENS = re.compile(r"(?:\A|[.!?:;)\n])[\s\"'\u2018\u201c*(-]{0,4}\Z")
_ISO_DATE = re.compile(r"\b\d{4}-(\d\d)(?:-\d\d)?")
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
_FIRST_WORDS: Final = NOT_NAMES - _DATE_WORDS
_COMMON_ENDINGS: Final = tuple(words("grounding", "common_endings"))
_CLOCK_WORDS: Final = frozenset({"am", "pm"})
# Letters of an abbreviation: small words of its long form have none in it.
_ABBREVIATION = re.compile(r"[A-Z]{2,5}")
_LONG_FORM = re.compile(r"\b[A-Z]\w++(?:[ -](?:(?:of|the|and|for) )?[A-Z]\w++){1,4}")
_BETWEEN: Final = r"\w*+[ -](?:(?:of|the|and|for) )?"
_SAME: Final[list[list[str]]] = read_data("grounding")["same"]
_SAME_OF: Final = {form.casefold(): group for group in _SAME for form in group}


def _either(in_capitals: bool) -> str:
    """Return a pattern of the forms that are all capitals, or of the others but for signs."""
    forms = [form for group in _SAME for form in group if form[0].isalpha()]
    chosen = sorted((f for f in forms if f.isupper() == in_capitals), key=len, reverse=True)
    return "|".join(map(re.escape, chosen))


_FORM = re.compile(
    rf"(?<!\w)(?=[^\W\d_])(?:{_either(True)}|(?i:{_either(False)}))(?!\w)"
    rf"|[{''.join(form for group in _SAME for form in group if not form[0].isalpha())}]"
)


def ungrounded(
    statement: str,
    sources: Sequence[str],
    derived: Collection[str] = (),
    meant: Mapping[str, Collection[str]] | None = None,
) -> list[str]:
    """
    Return the names, numbers and dates of a statement that no source has, in order, each once.

    Words are compared without case, accents and punctuation, numbers by value ("three" is 3, "18k"
    18,000, "3 pm" 15:00), months also by ISO date, abbreviations by their long form. `derived`
    holds what was inferred rightly: names of who speaks, dates resolved from relative expressions.
    meant: for words of names (see `name_words`), other words that mean the same one ("sister").
    Names come in canonical form.
    """
    if any(_is_piece(statement, source) for source in sources):
        return []
    said = [_said(text) for text in (*sources, *derived)]
    known = frozenset[str]().union(*(own for own, _ in said))
    known |= {word for word, others in (meant or {}).items() if not known.isdisjoint(others)}
    values = frozenset[str]().union(*(own for _, own in said))
    missing = [*_missing_words(statement, known, sources), *_missing_amounts(statement, values)]
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
def _said(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return the words and the amounts of a text, with what says the same."""
    same = (form for found in _FORM.findall(text) for form in _SAME_OF[found.casefold()])
    own = frozenset((*name_words(text), *(word for form in same for word in name_words(form))))
    return own, frozenset(key for amount in amounts(text) for key in amount.says)


def name_words(text: str) -> Iterator[str]:
    """Yield the forms by which each word of a text is compared."""
    for token in _TOKEN.findall(text):
        yield from _forms(token)
    for compound in _COMPOUND.findall(text):
        yield _joined(compound)
    for found in _ISO_DATE.findall(text):
        if 1 <= int(found) <= 12:
            yield _MONTHS[int(found) - 1]


def _forms(token: str) -> Iterator[str]:
    """Yield a word as it is compared, its singular, and the parts around an apostrophe."""
    word = _bare(token)
    yield _SHORT_DATES.get(word, word)
    yield _singular(word)
    if "'" in word:
        yield from word.split("'")


def _bare(token: str) -> str:
    return _folded(token).replace("\u2019", "'").removesuffix("'s")


def _joined(compound: str) -> str:
    return _folded(re.sub(r"\W", "", compound))


def _folded(word: str) -> str:
    """Return a word in lower case without accents."""
    if word.isascii():
        return word.lower()
    parts = unicodedata.normalize("NFKD", word.casefold())
    return "".join(each for each in parts if not unicodedata.combining(each))


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    return word[:-1] if word.endswith("s") and len(word) > 3 else word


def _missing_words(
    statement: str, known: frozenset[str], sources: Sequence[str]
) -> Iterator[tuple[int, str]]:
    """Yield place and canonical form of each name or date word that is not among the known."""
    compounds = [m for m in _COMPOUND.finditer(statement) if _joined(m[0]) in known]
    said = {place for compound in compounds for place in range(*compound.span())}
    for match in _TOKEN.finditer(statement):
        word = _bare(match[0])
        if (
            match[0][0].isupper()
            and match.start() not in said
            and known.isdisjoint((_SHORT_DATES.get(word, word), _singular(word)))
            and not _is_plain_word(
                word,
                opens=bool(_OPENS.search(statement[max(0, match.start() - 6) : match.start()])),
            )
            and not _is_abbreviated(match, statement, sources)
        ):
            yield match.start(), canonical(match[0])


def _is_plain_word(word: str, opens: bool) -> bool:
    """Tell a capitalised word that needs no source: a function word, or one that opens a sentence.

    Number words are checked by their value.
    """
    if word in NUMBER_WORDS or word in _ORDINAL_ENDS or word in _CLOCK_WORDS:
        return True
    if _SHORT_DATES.get(word, word) in _DATE_WORDS:
        return False
    is_common = word.endswith(_COMMON_ENDINGS) and word not in GIVEN_NAMES
    return word.partition("'")[0] in _FIRST_WORDS or (opens and is_common)


def _is_abbreviated(word: re.Match[str], statement: str, sources: Sequence[str]) -> bool:
    """Tell an abbreviation of words of a source, or a word of what a source abbreviates."""
    if _ABBREVIATION.fullmatch(word[0]):
        long_form = rf"\b{_BETWEEN.join(word[0])}"
        return any(re.search(long_form, source, re.IGNORECASE) for source in sources)
    around = (m for m in _LONG_FORM.finditer(statement) if m.start() <= word.start() < m.end())
    initials = ("".join(re.findall(r"\b[A-Z]", name[0])) for name in around)
    return any(re.search(rf"\b{short}\b", source) for short in initials for source in sources)


def _missing_amounts(statement: str, said: Collection[str]) -> Iterator[tuple[int, str]]:
    """Yield place and words of each amount that is not among those said."""
    for amount in amounts(statement):
        if amount.needs and amount.needs.isdisjoint(said):
            yield amount.place, amount.written
