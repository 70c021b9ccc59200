"""
Words around a value: the last before it and the first behind it, and what they say of a number.

A number of something ("page 4471", "4471 people") is no code; what goes on behind it without a
noun ("4471 and then", "4471 turns it off") may be one.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from memcli.language.data import read_data
from memcli.language.patterns import lazy_pattern
from memcli.language.secrets.cues import classes_of, copulas, listed
from memcli.language.words import FUNCTION_WORDS

# What is looked at right before a value and behind it.
LEAD: Final = 40
WORDLESS: Final = "\u2e80"
SIGN: Final = lazy_pattern(
    r"(?:[:\uff1a=\u2190-\u21ff\u27a1\u2b05\U0001f446-\U0001f449\U0001f511>][\ufe0f\U0001f3fb-\U0001f3ff]*|[-\u2013\u2014]>?)"
    r"\s*[\"'`*\u201c\u201e\u00ab\u300c]*\s*$"
)
# Behind a value that stands between signs.
APART: Final = lazy_pattern(
    r"[\"'`*)]{0,2}(?:[.,!;](?:\s|$|\d*[\u2e80-\uffff])|[\u3001\u3002\uff0c\uff01\uff1b]|\s*$|\n)"
)
_TOLD = lazy_pattern(
    r"[:\uff1a=\u2190-\u21ff\u27a1\u2b05\U0001f446-\U0001f449\U0001f511][\ufe0f\U0001f3fb-\U0001f3ff]*\s*$|[-=]>\s*$"
)
_LEAD_WORD = lazy_pattern(
    r"([^\W\d_]+(?:['\u2019][^\W\d_]+)?|[#\u2248~])[\s\"'`*,(\u201c\u201e\u00ab]*$"
)
_NEXT_WORD = lazy_pattern(r"[\"'`*\u201d)]{0,2}[ \u00a0-]{0,2}([^\W\d_]+(?:['\u2019][^\W\d_]+)*)")
_WORDLESS_LINK = lazy_pattern(
    r"[\u662f\u4e3a\u6210\u306f\u304c\u3092\ub294\uc740\uc774\uac00\uc73c\ub85c]\s?$"
)
# "ending in 4471", "went up to 4471"; the day of a month before a year.
_ENDING = lazy_pattern(
    r"\b(?:ending|ends|ended|endet|endend|termin\w+|finissant|eindigend|końcówk\w+)\b[^,.]{0,12}$"
    r"|\u5c3e\u53f7\D{0,3}$|\b(?:up|down|rose|fell|close|next|zu|bis|added) to $"
    r"|\b\d{1,2}(?:st|nd|rd|th)?,\s$"
)
_YEAR = lazy_pattern(r"(?:1\d|20)\d\d")
# So many of so many.
_OF = lazy_pattern(r"\s(?:out of|of|von|sur|de|di|van|z|ze|av|\u0438\u0437)\s(?:\d|them|us|the)")
_TIME: Final = r"(?:[01]\d|2[0-4])[0-5]\d"
_HOURS = lazy_pattern(rf"{_TIME}\s?(?:to|till|until|bis|à|a|alle|às|tot|do|до|[-\u2013])\s?{_TIME}")
# Before an answer: "o 619".
_LONGEST_ARTICLE: Final = 2


def last_word(lead: str) -> str:
    """Return the last word of what stands before a value, without such as "now"."""
    said = lead.lower().replace("\u2019", "'")
    while (found := _LEAD_WORD.search(said)) and found[1] in listed("step"):
        said = said[: found.start()]
    return found[1] if found else ""


def next_word(text: str, end: int) -> str:
    """Return the word right behind a value; nothing where a sign stands between."""
    found = _NEXT_WORD.match(text, end)
    return found[1].lower().replace("\u2019", "'") if found else ""


def is_linked(lead: str) -> bool:
    """Tell what ends with "is", with a sign that says the same, or with "with"."""
    is_said = SIGN.search(lead) or _WORDLESS_LINK.search(lead)
    return bool(is_said) or last_word(lead) in listed("link")


def is_told(lead: str) -> bool:
    """Tell what ends with a word that says what a thing is, or with a colon: no amount follows."""
    return _TOLD.search(lead) is not None or last_word(lead) in copulas()


def is_counted(folded: str, start: int) -> bool:
    """Tell by the word before a number that it is that of an order, a room, an amount."""
    return last_word(folded[max(0, start - LEAD) : start]) in _counted()


def is_of_something(folded: str, start: int, end: int) -> bool:
    """Tell by what stands before a number that something is counted, paid or dated by it."""
    lead = folded[max(0, start - LEAD) : start]
    last = last_word(lead)
    is_begin = start <= len(last) + 1 and len(last) <= _LONGEST_ARTICLE
    is_groups = re.search(r"\d-\d+-\d", folded[start:end]) is not None
    is_counted = last in _counted() and "enter" not in classes_of(last) and not is_groups
    if is_counted and not is_begin and not lead.rstrip().endswith(","):
        return True
    is_dated = last in listed("dated") and _YEAR.fullmatch(folded, start, end)
    is_hours = any(
        hours.start() <= start < hours.end()
        for hours in _HOURS.finditer(folded, max(0, start - LEAD), end + LEAD)
    )
    return bool(is_dated) or is_hours or _ENDING.search(lead) is not None


def is_amount(folded: str, end: int) -> bool:
    """Tell by what stands behind a number that it is so many of what has no word of its own."""
    behind = folded[end : end + LEAD].lstrip(" ")
    if behind and behind[0] >= WORDLESS:
        return behind.startswith(_wordless_amounts())
    is_so_many = _OF.match(folded, end) is not None
    return is_so_many or next_word(folded, end) in listed("amounts")


def goes_on(folded: str, end: int) -> bool:
    """Tell a value behind which no noun stands that it would be the amount of."""
    following = folded[end : end + 2].strip()[:1]
    if following >= WORDLESS or "\u0900" <= following <= "\u0e7f":
        return True
    word = next_word(folded, end)
    return not word or word in no_nouns()


@cache
def no_nouns() -> frozenset[str]:
    """Return the words that follow a value which is no amount of them: those without a meaning."""
    lists = read_data("languages").values()
    words = " ".join(" ".join((each.get("telling", ""), each.get("shared", ""))) for each in lists)
    replies = " ".join(read_data("secrets_replies")["goes_on"])
    return (
        FUNCTION_WORDS
        | listed("goes_on")
        | listed("tags")
        | frozenset((words + " " + replies).split())
    )


@cache
def _counted() -> frozenset[str]:
    return listed("counted") - listed("link")


@cache
def _wordless_amounts() -> tuple[str, ...]:
    return tuple(word for word in listed("amounts") if word[0] >= WORDLESS)
