"""Forms of English time expressions: patterns and numbers as data/time.toml has them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Final

from memcli.language.data import read_data

_DATA: Final = read_data("time")
MONTHS: Final[list[str]] = _DATA["months"].split()
WEEKDAYS: Final[list[str]] = _DATA["weekdays"].split()
MONTH_NUMBERS: Final = {
    name: number
    for number, full in enumerate(MONTHS, start=1)
    for name in (full.lower(), full[:3].lower())
} | {"sept": 9}
WEEKDAY_NUMBERS: Final = {
    name: number
    for number, full in enumerate(WEEKDAYS)
    for name in (full, full[:3], full[:4], full[:5])
}
NUMBERS: Final[dict[str, int]] = _DATA["numbers"]
HOLIDAYS: Final[dict[str, list[int]]] = _DATA["holidays"]
_ORDINALS: Final[list[str]] = _DATA["ordinals"]["to_twenty"].split()
ORDINALS: Final = (
    {word: number for number, word in enumerate(_ORDINALS, start=1)}
    | {f"twenty-{word}": 20 + number for number, word in enumerate(_ORDINALS[:9], start=1)}
    | {"thirtieth": 30, "thirty-first": 31}
)


def _any(words: Iterable[str]) -> str:
    """Return an alternation of words, longer ones first."""
    return "(?:" + "|".join(sorted(words, key=len, reverse=True)) + ")"


def _names(full: Iterable[str], numbers: Iterable[str]) -> str:
    """Return full names or abbreviations, these with or without a full stop."""
    names = [name.lower() for name in full]
    return rf"(?:{_any(names)}|{_any(name for name in numbers if name not in names)}\b\.?)"


_FRAGMENTS: Final = {
    "month": _names(MONTHS, MONTH_NUMBERS),
    "weekday": _names(WEEKDAYS, WEEKDAY_NUMBERS),
    "number": _any(NUMBERS),
    "ordinal": _any(ORDINALS),
}


def filled(pattern: str) -> str:
    """Return a pattern with its {fragments} put in."""
    return re.sub(r"\{([a-z_]+)\}", lambda found: _FRAGMENTS[found[1]], pattern)


for _name, _pattern in _DATA["fragments"].items():
    _FRAGMENTS[_name] = filled(_pattern)

# What may be put at the end of each form: a possessive, but no part of a longer word or number.
_END = r"(?:['\u2019]s)?(?![\w%]|[.,:/-][0-9]|[-\u2013]\w)"
# What may not stand before: part of a word, a price, a path, a decimal.
_START = r"(?:(?<![\w$€£¥#/.-])|(?<=mid-)|(?<=[a-z]\.)|(?<=\.\.))"


def _compiled(form: str) -> re.Pattern[str]:
    spaced = form.replace(" ?", r"\s{0,3}").replace(" ", r"\s{1,3}")
    return re.compile(f"{_START}(?:{spaced}){_END}")


FORMS: Final = {name: filled(form) for name, form in _DATA["forms"].items()}
PATTERNS: Final = {name: _compiled(form) for name, form in FORMS.items()}
# Finds where any form may begin; its groups are unnamed, because names would clash.
SCANNER: Final = _compiled(
    "|".join(re.sub(r"\(\?P<\w+>", "(?:", f"(?:{form})") for form in FORMS.values())
)
UNLESS_BEFORE: Final[dict[str, list[str]]] = _DATA["unless_before"]
UNLESS_AFTER: Final[dict[str, list[str]]] = _DATA["unless_after"]
# Every form holds a digit or one of these; most sentences hold neither.
HINT: Final = re.compile(_DATA["hint"])


@cache
def around(table: str, name: str) -> re.Pattern[str]:
    """Return what stands around a form: by its name in the table before, after or in_sentence."""
    pattern: str = _DATA[table][name]
    return re.compile(f"(?:{pattern})$" if table == "before" else pattern)


def month_number(words: str) -> int:
    """Return 1 to 12 for a month's name or abbreviation as a form matched it."""
    return MONTH_NUMBERS[words.rstrip(".")]


def weekday_number(words: str) -> int:
    """Return 0 (Monday) to 6 for a weekday as a form matched it, in the plural too."""
    name = words.rstrip(".")
    return WEEKDAY_NUMBERS[name if name in WEEKDAY_NUMBERS else name.removesuffix("s")]


def count_range(words: str) -> tuple[int, int]:
    """Return the least and the most that a count means, (0, 0) for a half."""
    for vague, (least, most) in _DATA["counts"].items():
        if vague in words:
            return least, most
    numbers = [NUMBERS.get(each) or int(each) for each in re.findall(r"\d+", words) or [words]]
    return numbers[0], numbers[-1]


def holiday_name(words: str) -> str:
    """Return a holiday's name as HOLIDAYS has it."""
    return " ".join(re.sub(r"['\u2019.]", "", words).split()).removesuffix(" sunday")
