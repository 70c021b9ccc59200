"""
Changes: the words by which a sentence calls off, moves or counts otherwise what was said before.

Of lower-case text with plain apostrophes; cues are in amendments.toml.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from memcli.language.data import read_data, words
from memcli.language.words import FUNCTION_WORDS

__all__ = [
    "Change",
    "change_in",
    "corrects_said",
    "counts",
    "days_in",
    "ends_last",
    "is_denied",
    "is_mended",
    "is_to_come",
    "is_trouble",
    "is_worn",
    "may_change",
    "takes_back",
]

_WORD = re.compile(r"[^\W_]+(?:['\u2019-][^\W_]+)*")
# So many characters behind a word of change it is of what it changes.
NEAR: Final = 60
_NAME: Final = r"([\w'-]+?)"
_DAYS: Final = (
    r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|tonight|tomorrow|[0-9]{1,2}(?:st|nd|rd|th))"
)
_OPENER: Final = r"\W*(?:(?:ok|okay|no|nah|nope|haha|ha|lol|sorry|well|oh|lmao)\W+)*"
_KEYS: Final = (
    *("jested", "no_more", "sorry", "called_off", "fell_through", "calling_off", "unsuited"),
    *("instead", "unable", "changing", "moving", "for_now", "after_all", "retelling", "mended"),
)
_NO: Final = re.compile(r"\W*(?:no|nope|nah)\b")


@dataclass(frozen=True, slots=True)
class Change:
    """
    What a sentence changes.

    off: names of what is called off; given_up: days that give way, unable: those on which the
    speaker cannot; instead: the day that is meant after all; moved: names and the day that it is
    on now; counted: numbers by noun, where they are others than were said.
    """

    off: frozenset[str] = frozenset()
    given_up: frozenset[str] = frozenset()
    unable: frozenset[str] = frozenset()
    instead: str | None = None
    moved: tuple[tuple[frozenset[str], str], ...] = ()
    counted: Mapping[str, set[str]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Tell whether anything changes."""
        days = self.given_up or self.unable or self.instead or self.moved
        return bool(self.off or days or self.counted)


def may_change(text: str) -> bool:
    """Tell whether a turn has a cue of a change, or a "no"."""
    opened = _NO.match(text) or _opening("owning_up").match(text)
    return opened is not None or _any_cue().search(text) is not None


def takes_back(text: str) -> bool:
    """Tell a turn that opens with what takes back the one before: "haha, kidding"."""
    return _opening("jested").match(text) is not None


def ends_last(text: str, asked: str) -> bool:
    """Tell "Not anymore, ...", and the "no" to a mere "still?", in what another asked."""
    if _opening("no_more").match(text):
        return True
    mere = asked.strip().endswith("?") and len(asked.split()) <= 2
    return (
        mere and words("amendments", "still") <= set(_WORD.findall(asked)) and bool(_NO.match(text))
    )


def is_denied(text: str, asked: str) -> bool:
    """Tell "no I didn't" to another's "no you didn't", which owns up."""
    return bool(_opening("owning_up").match(text) and _has("doubting").search(asked))


def is_mended(text: str) -> bool:
    """Tell a turn that opens with "works" or "fixed": the trouble that was told is over."""
    return _opening("mended").match(text) is not None


def is_trouble(text: str) -> bool:
    """Tell what says that something does not work."""
    return _has("trouble").search(text) is not None


def is_worn(text: str, nouns: Iterable[str]) -> bool:
    """Tell "my wrist's in a splint" of a splint, which may come off."""
    worn = "|".join(map(re.escape, nouns))
    at = r"\b(?:in|on|wearing|have|has|got)"
    return bool(worn) and re.search(rf"{at} (?:an?|my|the) (?:{worn})\b", text) is not None


def corrects_said(text: str) -> bool:
    """Tell "I said he was from Bari, it was Brindisi", which puts right what it says again."""
    retold = _has("retelling").search(text)
    return retold is not None and _has("righting").search(text, retold.end()) is not None


def is_to_come(text: str) -> bool:
    """Tell "we're buying the house": of now or later, whatever its day."""
    return _has("coming").search(text) is not None


def change_in(sentence: str) -> Change | None:
    """Return what a sentence changes, None where nothing does."""
    none = words("amendments", "uncounted")
    off = {next(filter(None, each.groups())) for each in _off().finditer(sentence)}
    found = Change(
        off=frozenset(off - none),
        given_up=_given_up(sentence, "instead"),
        unable=_given_up(sentence, "unable"),
        instead=_instead(sentence),
        moved=tuple(
            (frozenset(filter(None, (each[1], each[2]))), each[3])
            for each in _moved().finditer(sentence)
        ),
        counted=_counted(sentence),
    )
    return found or None


def days_in(text: str) -> frozenset[str]:
    """Return the days that a text names: weekdays, "28th"."""
    return frozenset(re.findall(rf"\b{_DAYS}\b", text))


def counts(text: str) -> dict[str, set[str]]:
    """Return the numbers of what a text counts, by noun: "four nights" under "night"."""
    numbers = read_data("time")["numbers"]
    found: dict[str, set[str]] = {}
    for each in _count().finditer(text.lower()):
        value, root = str(numbers.get(each[1], each[1])), each[2].removesuffix("s")
        known = root in words("amendments", "uncounted") or each[2] in FUNCTION_WORDS
        if not known:
            found.setdefault(root, set()).add(value)
    return found


def _counted(sentence: str) -> dict[str, set[str]]:
    """Return the numbers that stand near a word of change, as `counts` gives them."""
    cue = _has("changing").search(sentence)
    return counts(sentence[cue.end() : cue.end() + NEAR]) if cue else {}


def _given_up(sentence: str, key: str) -> frozenset[str]:
    found = list(_unsuited(key).finditer(sentence))
    # "Not tonight" puts nothing on another day.
    alone = len(days_in(sentence)) < 2
    said = [each for each in found if not (alone and each[0].startswith("not "))]
    return frozenset(each[1] or each[2] for each in said)


def _instead(sentence: str) -> str | None:
    """Return the day of "Sorry, Tuesday." and of "Sunday lunch instead?"."""
    cues = _alternatives("sorry")
    found = re.search(rf"\b({_DAYS})(?: [\w']+)?(?: [\w']+)? instead\b(?! of)", sentence)
    found = found or re.match(
        rf"\W*(?:{cues})\W+(?:(?:{cues})\W+)?(?:on |the )*({_DAYS})\b", sentence
    )
    return found[1] if found else None


# ---------------------------------------------------------------- cues


@cache
def _alternatives(key: str) -> str:
    cues: list[str] = read_data("amendments")[key]
    return "|".join(re.escape(cue) for cue in sorted(cues, key=len, reverse=True))


@cache
def _has(key: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{_alternatives(key)})(?!\w)")


@cache
def _opening(key: str) -> re.Pattern[str]:
    return re.compile(rf"{_OPENER}(?:{_alternatives(key)})(?!\w)")


@cache
def _count() -> re.Pattern[str]:
    """Return what finds a number and what it counts; no part of a version ("3.11 and")."""
    numbers = [word for word in read_data("time")["numbers"] if word not in ("a", "an", "one")]
    return re.compile(rf"(?<![\w.,])([0-9]{{1,3}}|{'|'.join(numbers)})\s+([a-z]{{3,}})")


@cache
def _any_cue() -> re.Pattern[str]:
    none = r"\bno [\w'-]+ on (?:the )?[a-z0-9]"
    return re.compile("|".join([none, *(_has(key).pattern for key in _KEYS)]))


@cache
def _off() -> re.Pattern[str]:
    """Return what finds the word for what is called off, in one of its groups."""
    verb = r"(?:'s| is| are| was| were| got| has been| have been)(?: now)?"
    behind = rf"\b{_NAME}{verb} (?:{_alternatives('called_off')})(?![\w-])"
    light = "(?: thing| plan| idea| deal| trip)?"
    through = rf"\b{_NAME}{light} (?:{_alternatives('fell_through')})(?!\w)"
    before = rf"(?<!\w)(?:{_alternatives('calling_off')}) (?:the |my |our )?([\w'-]+)"
    # "So no Turin for us", "no van on the 25th".
    later = rf" (?:{_alternatives('for_now')})(?!\w)| on (?:the )?{_DAYS}\b"
    none = rf"\bno ([\w'-]+)(?={later})"
    left = r"\bso no ([\w'-]+)(?=\W*$)"
    return re.compile(f"{behind}|{through}|{before}|{none}|{left}")


@cache
def _unsuited(key: str) -> re.Pattern[str]:
    """Return what finds a day that gives way, in one of two groups."""
    before = rf"(?<!\w)(?:{_alternatives(key)}) (?:on )?(?:the )?({_DAYS})\b"
    behind = rf"\b({_DAYS})(?:'s| is|s are)? (?:{_alternatives('unsuited')})(?!\w)"
    return re.compile(f"{behind}|{before}")


@cache
def _moved() -> re.Pattern[str]:
    """Return what finds a thing, before or behind the verb, and the day that it is moved to."""
    before = r"(?:(\w+)(?: has| have| was| were| is| got|'s| been)* )?"
    behind = r"(?: (?:the |our |my )?(\w+))??(?: back| forward| out| up)?"
    day = rf"(?:the |next )?({_DAYS})\b"
    return re.compile(rf"{before}\b(?:{_alternatives('moving')}){behind} to {day}")
