"""
Amounts in a text: numbers in digits and words, and times of day, by value.

"18k" is 18,000, "twenty-five" 25, "3 pm" 15:00. A key is a value as text: `18000.0`, `15:00`, or
`h3` for the hour of a clock.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from memcli.language.data import read_data

__all__ = ["NUMBER_WORDS", "Amount", "amounts"]

_DATA: Final = read_data("grounding")["numbers"]
_SCALES: Final[dict[str, int]] = _DATA["scales"]
_ALSO: Final[dict[str, float]] = _DATA["also"]
_UNITS: Final[dict[str, int]] = {
    **{word: value for value, word in enumerate(_DATA["units"].split())},
    **{word: 10 * value for value, word in enumerate(_DATA["tens"].split(), 2)},
}
NUMBER_WORDS: Final = frozenset(_UNITS) | {word for word in _SCALES if len(word) > 2}
_UNCHECKED: Final = frozenset(_DATA["unchecked"].split())
_SMALL, _LARGE = ("|".join(sorted(words, key=len, reverse=True)) for words in (_UNITS, _SCALES))
_AMOUNT = re.compile(
    r"(?<![\w:])(?P<hour>[01]?\d|2[0-3])(?:[:.h](?P<minute>[0-5]\d))?\s?(?P<half>[ap])\.?m\b\.?"
    r"|(?<![\w:])(?P<hour24>[01]?\d|2[0-3]):(?P<minute24>[0-5]\d)(?![\d:])"
    rf"|(?P<digits>\d+(?:[.,]\d+)*)(?P<scales>(?:[ -]?(?:{_LARGE})\b)*)"
    rf"|\b(?P<words>(?:{_SMALL}|{_LARGE})"
    rf"(?:(?:[ -]|(?<=hundred) and (?!one\b))(?:{_SMALL}|{_LARGE}))*)\b"
    rf"|\b(?P<also>{'|'.join(_ALSO)}|noon|midnight)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[a-z]+")


class Amount(NamedTuple):
    """An amount as written and where; the keys that it says, and one of which it needs."""

    written: str
    place: int
    says: frozenset[str]
    needs: frozenset[str]


def amounts(text: str) -> Iterator[Amount]:
    """Yield the amounts of a text in order; those that need no source have no `needs`."""
    for found in _AMOUNT.finditer(text):
        says, needs = _keys(found)
        yield Amount(found[0], found.start(), frozenset(says), frozenset(needs))


def _keys(found: re.Match[str]) -> tuple[set[str], set[str]]:
    """Return the keys that an amount says and needs."""
    if found["hour"] or found["hour24"]:
        return _clock(found)
    if found["digits"]:
        values = _digits(found["digits"])
        for scale in _WORD.findall(found["scales"].lower()):
            values = {value * _SCALES[scale] for value in values}
    elif found["words"]:
        words = _WORD.findall(found["words"].lower().replace(" and ", " "))
        if len(words) == 1 and words[0] in _UNCHECKED | (_SCALES.keys() - NUMBER_WORDS):
            return {"1.0"}, set()
        whole = _spelled_out(words)
        return {str(whole), *(str(_spelled_out([word])) for word in words)}, {str(whole)}
    else:
        word = found["also"].lower()
        return {str(float(_ALSO[word]))} if word in _ALSO else {"12:00", "0:00"}, set()
    keys = {str(value) for value in values}
    return keys, keys | {f"h{value:g}" for value in values}


def _clock(found: re.Match[str]) -> tuple[set[str], set[str]]:
    """Return the keys of a time of day; without am or pm, up to twelve may be both."""
    hour = int(found["hour"] or found["hour24"])
    minute = found["minute"] or found["minute24"] or "00"
    if found["half"]:
        hours = {hour % 12 + (12 if found["half"].lower() == "p" else 0) if hour <= 12 else hour}
    else:
        hours = {hour, (hour + 12) % 24} if hour <= 12 else {hour}
    times = {f"{each}:{minute}" for each in hours}
    shown = {hour, *(each % 12 or 12 for each in hours), *hours}
    # "At 3" may be what is told as 15:00.
    bare = {str(float(each)) for each in shown} if minute == "00" else set()
    return times | {f"h{each}" for each in shown}, times | bare


def _digits(written: str) -> set[float]:
    """Return the values of digits: a comma or full stop before three digits may group."""
    grouped = re.sub(r"[.,](?=\d{3}(?:\D|\Z))", "", written)
    plain = re.sub(r",(?=\d{3}(?:\D|\Z))", "", written).replace(",", ".")
    try:
        return {float(plain), float(grouped.replace(",", "."))}
    except ValueError:  # 1.2.3 is a version or a date: its digits tell it apart from others
        return {float("".join(filter(str.isdecimal, plain)) or 0)}


def _spelled_out(words: list[str]) -> float:
    """Return the value of number words that stand together."""
    total = current = 0.0
    for word in words:
        if word in _UNITS:
            current += _UNITS[word]
        else:
            current = (current or 1.0) * _SCALES[word]
            if _SCALES[word] >= 1_000:
                total, current = total + current, 0.0
    return total + current
