"""
Times in other languages, put into the English that the reader of dates knows.

Only questions are read so: what a statement quotes stays as it was said.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Final

from memcli.language.data import read_data
from memcli.language.languages import ENGLISH, language_of

__all__ = ["in_english", "is_asked"]

SIGNED: Final = ("zh", "ja", "ko")  # years, months and days each have their sign
_FIRST_DAYS: Final = {"early": (1, 10), "mid": (11, 20), "late": (21, 31)}
_DIGITS: Final = {sign: n for n, sign in enumerate("一二三四五六七八九十", start=1)}
_FRAGMENT = re.compile(r"\{([a-z_]+)\}")

Replacer = Callable[[re.Match[str]], str]


def in_english(question: str) -> str:
    """Return a question with its times in English words; one in English as it is."""
    language = language_of(question)
    if language == ENGLISH or language not in _data():
        return question
    if language in SIGNED:
        return _without_signs(question)
    for pattern, words in _rules(language):
        question = pattern.sub(words, question)
    return question


def is_asked(name: str, question: str) -> bool:
    """Tell whether a question of another language asks for `when`, the `latest` or the `first`."""
    language = language_of(question)
    pattern = _data().get(language, {}).get(name) if language != ENGLISH else None
    return bool(pattern and re.search(pattern, question, re.IGNORECASE))


def _data() -> dict[str, Any]:
    return read_data("foreign_time")


@cache
def _rules(language: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    """Return the patterns of a language in Latin or Cyrillic script, and their English."""
    data = _data()[language]
    months = data.get("months", "").split()
    month = "(?:" + "|".join(months) + ")" if months else "(?!)"
    joints = [
        (re.compile(pattern.replace("{month}", month), re.IGNORECASE), words)
        for pattern, words in data.get("joints", ())
    ]
    whole = list(data.get("words", ()))
    whole += zip(data.get("weekdays", "").split(), _english_weekdays(), strict=False)
    whole += zip(months, (f" {name.title()} " for name in _english_months()), strict=False)
    return (*joints, *((re.compile(rf"(?<!\w)(?:{p})(?!\w)", re.IGNORECASE), w) for p, w in whole))


def _english_months() -> list[str]:
    # Only here: questions in English, which are most, need nothing of the grammar of times.
    from memcli.language.time.grammar import MONTHS

    return MONTHS


def _english_weekdays() -> list[str]:
    return [name for name in _data()["weekdays"] if name.endswith("day")]


@cache
def _signed_rules() -> tuple[tuple[re.Pattern[str], str | Replacer], ...]:
    """Return the patterns of times whose parts have signs, and their English."""
    data = _data()
    signs: Mapping[str, str] = data["signs"]
    date = signs["date"]
    while _FRAGMENT.search(date):
        date = _FRAGMENT.sub(lambda found: signs[found[1]], date)
    present = [(re.compile(pattern), f" {words} ") for pattern, words in data["present"]["words"]]
    year = re.compile(signs["year"])
    return (
        (re.compile(date), _date),
        (re.compile(data["weekdays"]["pattern"]), _weekday),
        *present,
        (year, r" in \g<year> "),
    )


def _without_signs(question: str) -> str:
    for pattern, words in _signed_rules():
        question = pattern.sub(words, question)
    return question


def _date(found: re.Match[str]) -> str:
    """Return a date in English: "2025年5月上旬" is "from 1 May 2025 to 10 May 2025"."""
    number = _number(found["month"])
    months = _english_months()
    if not 1 <= number <= len(months):
        return found[0]
    month = months[number - 1].title()
    year = found["year"] or _meaning("relative_years", found["relative"])
    year = f"{year} year" if year and not year.isdigit() else year
    when = f"{month} {year}" if year else month
    edge = _meaning("edges", found["edge"])
    if found["part"]:
        first, last = _FIRST_DAYS[_meaning("parts", found["part"])]
        last = min(last, _length(number))
        return f" from {first} {when} to {last} {when} "
    if found["day"]:
        when = f"{_number(found['day'])} {when}"
    return f" {edge or 'in'} {when} "


def _weekday(found: re.Match[str]) -> str:
    """Return a weekday in English: "上周三" is "last wednesday"."""
    sign = found["day"] or found["sun"] or found["korean"]
    which = _meaning("weekdays", (found["which"] or "")[:1])
    return f" {which} {_meaning('weekdays', sign)} "


def _meaning(table: str, word: str | None) -> str:
    """Return the English of a word of a table, or nothing."""
    entries: Mapping[str, str] = _data()[table]
    found = (english for english, words in entries.items() if word and word in words.split())
    return next(found, "")


def _number(written: str) -> int:
    """Return a number below a hundred, in digits or as 二十三."""
    if written.isdigit():
        return int(written)
    tens, ten, ones = written.rpartition("十")
    whole = 10 * _DIGITS.get(tens, 1) if ten else 0
    return whole + _DIGITS.get(ones, 0)


def _length(month: int) -> int:
    """Return how many days a month has in every year."""
    return 28 if month == 2 else 30 if month in (4, 6, 9, 11) else 31
