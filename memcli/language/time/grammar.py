"""
The forms of English time expressions: vocabulary and patterns, over lower-case text.

A space in a pattern of FORMS stands for a little white space of any kind. Every quantifier is
bounded, so a text is scanned in time linear in its length.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

MONTHS: Final = (
    "January February March April May June July August September October November December"
).split()
WEEKDAYS: Final = "monday tuesday wednesday thursday friday saturday sunday".split()

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

# A couple is two or three, a few are two to four, several are three to six.
VAGUE_COUNTS: Final = {"couple": (2, 3), "few": (2, 4), "several": (3, 6)}
_NUMBER_WORDS = "zero one two three four five six seven eight nine ten eleven twelve".split()
NUMBERS: Final = {word: number for number, word in enumerate(_NUMBER_WORDS) if number} | {
    "a": 1,
    "an": 1,
    "fifteen": 15,
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
}
_ORDINAL_UNITS = "first second third fourth fifth sixth seventh eighth ninth".split()
_ORDINAL_TEENS = (
    "tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth "
    "nineteenth twentieth"
).split()
ORDINALS: Final = {
    word: number for number, word in enumerate(_ORDINAL_UNITS + _ORDINAL_TEENS, start=1)
} | {
    f"{tens}-{word}": base + number
    for tens, base in (("twenty", 20), ("thirty", 30))
    for number, word in enumerate(_ORDINAL_UNITS, start=1)
    if base + number <= 31
}
ORDINALS["thirtieth"] = 30

# Only what has the same date wherever it is kept: Thanksgiving and Mother's Day have not.
HOLIDAYS: Final[dict[str, tuple[int, int]]] = {
    "christmas eve": (12, 24),
    "christmas day": (12, 25),
    "christmas": (12, 25),
    "boxing day": (12, 26),
    "new years eve": (12, 31),
    "new years day": (1, 1),
    "valentines day": (2, 14),
    "halloween": (10, 31),
    "april fools day": (4, 1),
    "april fools": (4, 1),
    "st patricks day": (3, 17),
    "saint patricks day": (3, 17),
}


def _any(words: Iterable[str]) -> str:
    """Return an alternation of words, longer ones first."""
    return "(?:" + "|".join(sorted(words, key=len, reverse=True)) + ")"


def _names(full: list[str], numbers: dict[str, int]) -> str:
    """Return full names or abbreviations, these with or without a full stop."""
    names = [name.lower() for name in full]
    short = [name for name in numbers if name not in names]
    return rf"(?:{_any(names)}|{_any(short)}\b\.?)"


_MONTH = _names(MONTHS, MONTH_NUMBERS)
_WEEKDAY = _names(WEEKDAYS, WEEKDAY_NUMBERS)
_YEAR = r"(?:19|20)[0-9]{2}"
_NTH = r"[0-9]{1,2}(?:st|nd|rd|th)?"
_COUNT = rf"(?:a couple(?: of)?|couple of|a few|few|several|half an?|{_any(NUMBERS)}|[0-9]{{1,3}})"
_UNITS = r"(?:(?:hour|day|night|weekend|week|fortnight|month|year|decade)s?)"
_SEASON = _any(("spring", "summer", "autumn", "fall", "winter"))
_PART = r"(?: (?:early |late )?(?:morning|afternoon|evening|night)\b)?"
_TO = r"(?: ?[-\u2013\u2014] ?| (?:to|until|till|through|thru|and) (?:the )?)"
_WHICH = r"(?:this past|this coming|last|this|next|past|coming|upcoming)"
_SOME_YEAR = rf"(?:,? (?:of |in )?(?P<year_word>last|this|next) year|,? ?(?:of )?(?P<year>{_YEAR}))"
_HOLIDAY = (
    r"(?:christmas(?: eve| day)?|boxing day|new year['\u2019]?s (?:eve|day)|halloween"
    r"|valentine['\u2019]?s day|april fool['\u2019]?s['\u2019]?(?: day)?"
    r"|(?:st\.?|saint) patrick['\u2019]?s day|easter(?: sunday)?)"
)
_OPEN = "(?:(?P<open>from|between) (?:the )?)?"
_DATE = (
    rf"(?:(?:the )?(?:(?P<day>{_NTH})|(?P<word>{_any(ORDINALS)})) (?:of )?(?P<month>{_MONTH})"
    rf"|(?P<month_first>{_MONTH}) (?:the )?(?P<day_last>{_NTH}))"
)

# What may be put at the end of each form: a possessive, but no part of a longer word or number.
_END = r"(?:['\u2019]s)?(?![\w%]|[.,:/-][0-9]|[-\u2013]\w)"
# What may not stand before: part of a word, a price, a path, a decimal.
_START = r"(?:(?<![\w$€£¥#/.-])|(?<=mid-)|(?<=[a-z]\.)|(?<=\.\.))"

FORMS: Final[dict[str, str]] = {
    "iso": rf"(?P<year>{_YEAR})[-/](?P<month>[0-9]{{1,2}})[-/](?P<day>[0-9]{{1,2}})"
    r"(?:(?:t| )[0-9]{2}:[0-9]{2}(?::[0-9]{2})?(?:\.[0-9]{1,9})?(?:z|[+-][0-9]{2}:?[0-9]{2})?)?",
    "numeric": rf"(?P<a>[0-9]{{1,2}})[/.](?P<b>[0-9]{{1,2}})[/.](?P<year>{_YEAR})",
    "day_range": rf"{_OPEN}(?P<day>{_NTH})"
    rf"(?: (?:of )?(?P<month>{_MONTH})(?:,? (?P<year>{_YEAR}))?)?"
    rf"{_TO}(?P<last_day>{_NTH}) (?:of )?(?P<last_month>{_MONTH})(?:,? (?P<last_year>{_YEAR}))?",
    "month_day_range": rf"{_OPEN}(?P<month>{_MONTH}) (?P<day>{_NTH})(?:,? (?P<year>{_YEAR}))?"
    rf"{_TO}(?:(?P<last_month>{_MONTH}) )?(?P<last_day>{_NTH})(?:,? (?P<last_year>{_YEAR}))?",
    "month_range": rf"{_OPEN}(?P<month>{_MONTH})(?: (?P<year>{_YEAR}))?{_TO}"
    rf"(?P<last_month>{_MONTH})(?: (?P<last_year>{_YEAR}))?",
    "year_range": rf"{_OPEN}(?P<year>{_YEAR}){_TO}(?P<last_year>{_YEAR})",
    "unit_of_date": r"the (?P<unit>week|weekend) (?:of|starting|beginning) (?:on )?"
    rf"{_DATE}{_SOME_YEAR}?",
    "full_date": rf"(?:{_WEEKDAY},? )?{_DATE}{_SOME_YEAR}?",
    "month_of_year": rf"(?P<month>{_MONTH}){_SOME_YEAR}",
    "quarter": rf"q(?P<quarter>[1-4]) (?:of )?(?P<year>{_YEAR})",
    "season": rf"(?P<which>{_WHICH}) (?P<season>{_SEASON})",
    "season_of_year": rf"(?:the )?(?P<season>{_SEASON}){_SOME_YEAR}",
    "decade": r"the (?:(?:early|late|mid)(?: |-))?['\u2019]?"
    r"(?P<decade>(?:19|20)[0-9]0|[3-9]0)['\u2019]?s",
    "holiday": rf"(?:(?P<which>{_WHICH}) )?(?P<holiday>{_HOLIDAY}){_SOME_YEAR}?",
    "named_day": r"(?P<name>(?:the )?day before yesterday|(?:the )?day after tomorrow"
    r"|(?:the )?night before last|today|tonight|yesterday|tomorrow"
    rf"|this (?:morning|afternoon|evening)|last (?:night|evening)){_PART}",
    "one_further": rf"the (?P<unit>week|weekend|month|year|{_WEEKDAY}) "
    r"(?P<way>before last|after next)",
    "period": rf"(?P<which>{_WHICH}|the last|the past|the next|the) "
    r"(?P<unit>week|weekend|month|year)",
    "rolling": r"(?:the |these |this )?(?P<way>last|past|next|coming) "
    rf"(?P<count>{_COUNT}) (?P<unit>{_UNITS})",
    "weekday": rf"(?:(?P<which>{_WHICH}) )?(?P<weekday>{_WEEKDAY}){_PART}"
    r"(?: (?:of )?(?P<week>last|this|next) week)?"
    rf"(?:,? the (?:(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)|(?P<word>{_any(ORDINALS)}))"
    r"(?=\s*(?:[.,;:!?)]|$)| (?:at|in|and|or|we|i|to|from|with)\b))?",
    "ago": rf"(?P<count>{_COUNT})(?P<half> and a half)? "
    rf"(?P<unit>{_UNITS}|{_SEASON}s?|{_any(WEEKDAYS)}s?)(?P<late_half> and a half)? ago",
    "ahead": rf"(?:(?P<inside>in) (?:about |around )?)?(?P<count>{_COUNT}) (?P<unit>{_UNITS})"
    r"(?P<proof>['\u2019]? time| from (?:now|today))?",
    "month": rf"(?:(?P<which>{_WHICH}) )?(?P<month>{_MONTH})",
    "year": rf"(?P<year>{_YEAR})",
    "nth": rf"the (?:(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)|(?P<word>{_any(ORDINALS)}))"
    r"(?: of (?P<which>last|this|next) month)?",
}


def _compiled(form: str) -> re.Pattern[str]:
    return re.compile(
        _START + "(?:" + form.replace(" ?", r"\s{0,3}").replace(" ", r"\s{1,3}") + ")" + _END
    )


PATTERNS: Final = {name: _compiled(form) for name, form in FORMS.items()}
# Finds where any form may begin; its groups are unnamed, because names would clash.
SCANNER: Final = _compiled(
    "|".join(re.sub(r"\(\?P<\w+>", "(?:", f"(?:{form})") for form in FORMS.values())
)
# Every form holds a digit or one of these; most sentences hold neither.
HINT: Final = re.compile(
    r"[0-9]|day|week|month|year|ago|tomorrow|tonight|this|last|next|past|coming|in\s|"
    r"night|christmas|easter|hallow|patrick|fool|spring|summer|autumn|fall|winter|"
    + _any(name for name in MONTH_NUMBERS if len(name) == 3)
    + r"|\b(?:mon|tue|wed|thu|fri|sat|sun)"
)


def month_number(words: str) -> int:
    """Return 1 to 12 for a month's name or abbreviation as a form matched it."""
    return MONTH_NUMBERS[words.rstrip(".")]


def weekday_number(words: str) -> int:
    """Return 0 (Monday) to 6 for a weekday as a form matched it, in the plural too."""
    name = words.rstrip(".")
    return WEEKDAY_NUMBERS[name if name in WEEKDAY_NUMBERS else name.removesuffix("s")]


def count_range(words: str) -> tuple[int, int]:
    """Return the least and the most that a count means, (0, 0) for a half."""
    for vague, counts in VAGUE_COUNTS.items():
        if vague in words:
            return counts
    if words.startswith("half"):
        return 0, 0
    number = NUMBERS.get(words) or int(words)
    return number, number


def holiday_name(words: str) -> str:
    """Return a holiday's name as HOLIDAYS has it."""
    plain = " ".join(words.replace("'", "").replace("\u2019", "").replace(".", "").split())
    return plain.removesuffix(" sunday")
