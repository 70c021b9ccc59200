"""
Letters: a password that is spelled, one letter, digit and sign after the other, in any language.

"Capital T, r, zero, u, b, dash, nine": units of one letter, a digit, a word for a digit, for a sign
or for a letter, each with a word for its size before or behind it, joined by spaces and commas.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Final

from memcli.language.data import read_data
from memcli.language.patterns import lazy_pattern
from memcli.language.secrets import around
from memcli.language.secrets.cues import WORDLESS, digits_of, languages, vocabulary
from memcli.language.secrets.rules import Found

if TYPE_CHECKING:
    from memcli.language.secrets.evidence import Evidence

LEAST_UNITS: Final = 4
# Of a turn that may tell of letters without a word for passwords.
SHORT: Final = 400
# Of single letters and digits among them; words alone are talk.
LEAST_SINGLE: Final = 2
LEAST_NAMES: Final = 2
NAMING: Final = frozenset(("password", "pin", "spell", "net"))
TELLING: Final = NAMING | {"code", "account", "device", "keypad"}
DIALLED: Final = frozenset(("code", "pin", "lock", "keypad", "password"))
# What a password may be made of: "A-Z and 0-9".
_RANGE = lazy_pattern(r"a ?[-\u2013] ?z")
# Two single characters with no more between them than joins units.
_SINGLES = lazy_pattern(r"(?<!\w)\w[ ,\u2013-]{1,3}\w(?!\w)")


def spelled_out(evidence: Evidence) -> Iterator[Found]:
    """Yield kinds and places of what is spelled beside a word for passwords."""
    if evidence.classes.isdisjoint(TELLING if len(evidence.text) <= SHORT else NAMING):
        return
    if not _SINGLES.search(evidence.folded) and not _has_names(evidence.folded):
        return
    for match in _units().finditer(evidence.folded):
        units = re.findall(r"[^\s,\u2013-]+", match[0])
        n_single = sum(len(unit) == 1 or unit in _names() for unit in units)
        letters = {unit for unit in units if not unit.isdigit() and len(unit) == 1}
        is_measured = len(letters) == 1 and n_single == len(units)
        if (
            len(units) < LEAST_UNITS
            or n_single < LEAST_SINGLE
            or is_measured
            or not any(map(str.isalpha, match[0]))
            or _RANGE.search(match[0])
        ):
            continue
        number = evidence.number_at(match.start())
        classes = evidence.classes_at(number)
        classes |= evidence.asked | evidence.others(number)
        is_mixed = len(letters) < len(units)
        if not (TELLING if is_mixed else NAMING).isdisjoint(classes):
            yield "password", *match.span()


def told_in_numbers(evidence: Evidence) -> Iterator[Found]:
    """Yield three numbers and more that are said in words: "thirty-two, seven, nineteen"."""
    if evidence.classes.isdisjoint(DIALLED) or vocabulary(evidence.folded).isdisjoint(_tens()):
        return
    for match in _numbers().finditer(evidence.folded):
        number = evidence.number_at(match.start())
        classes = evidence.classes_at(number)
        is_amount = around.is_amount(evidence.folded, match.end())
        if not is_amount and not DIALLED.isdisjoint(classes | evidence.asked):
            yield "code", *match.span()


def _has_names(folded: str) -> bool:
    """Tell whether three words are names of letters."""
    return len(vocabulary(folded) & _names()) >= LEAST_NAMES


@cache
def _names() -> frozenset[str]:
    return frozenset(read_data("secrets_told")["letters"]["names"].split())


@cache
def _tens() -> frozenset[str]:
    """Return the words for numbers above nine, and what is joined of them and digits."""
    tens = read_data("secrets_told")["letters"]["numbers"].split()
    digits = {word for name in languages() if name not in WORDLESS for word in digits_of(name)}
    return frozenset(tens) | {f"{ten}-{digit}" for ten in tens for digit in digits}


@cache
def _numbers() -> re.Pattern[str]:
    """Return what matches numbers one after the other, each of one or two words."""
    digits = {word for name in languages() if name not in WORDLESS for word in digits_of(name)}
    tens = read_data("secrets_told")["letters"]["numbers"].split()
    one = "|".join(sorted(map(re.escape, {*digits, *tens}), key=len, reverse=True))
    number = rf"(?:{one})(?:[ -](?:{one}))?(?!\w)"
    return re.compile(rf"(?<![\w'-]){number}(?:(?:, ?| ){number}){{2,5}}")


@cache
def _units() -> re.Pattern[str]:
    """Return what matches units one after the other."""
    data = read_data("secrets_told")["letters"]
    digits = {w for name in languages() if name not in WORDLESS for w in digits_of(name)}
    words = (
        digits | set(data["names"].split()) | {w.replace("_", " ") for w in data["signs"].split()}
    )
    said = "|".join(sorted(map(re.escape, words), key=len, reverse=True))
    size = "|".join(sorted(set(map(re.escape, data["sizes"].split())), key=len, reverse=True))
    like = "|".join(w.replace("_", " ") for w in data["like"].split())
    join = "|".join(map(re.escape, data["join"].split()))
    unit = (
        rf"(?:(?:{size})\s)?(?:{said}|[^\W_]|[!#$%&*+=?@_.])"
        rf"(?:\s(?:{size}))?(?!\w)(?:\s(?:{like})\s\w{{2,12}})?"
    )
    return re.compile(
        rf"(?<![\w'\u2019-]){unit}(?:[ ,\u2013-]{{1,3}}(?:(?:{join})\s)?{unit}){{3,40}}"
    )
