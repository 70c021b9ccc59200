"""
Amendments: what a later turn of a conversation takes back, calls off or changes of an earlier one.

"Kidding." takes back what its speaker said last, "Lisbon's off" ends the trip that was told,
"we cut it down to three nights" the four, "Friday's no good" what was to be on Friday. By words
that both have, and cues that are data (amendments.toml); facts of one slot settle by themselves.
What was taken back stays, and is ruled to hold no more (a self-repair across turns: Schegloff,
Jefferson and Sacks, 1977).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from memcli.language.data import read_data, words
from memcli.language.facts.attributes import about
from memcli.language.sentences import split_sentences

if TYPE_CHECKING:
    from memcli.extraction.statements import Statement
    from memcli.language.parts import Utterance

__all__ = ["Amendment", "amendments"]

# What was said in jest is taken back in one of the next turns.
NEAR: Final = 4
# What was planned or counted may be changed later in a conversation.
FAR: Final = 60
_WORD = re.compile(r"[^\W_]+(?:['\u2019-][^\W_]+)*")
# Dates and names that were added.
_NOTES = re.compile(r" ?\[[^\[\]]*\]")
_DAY = re.compile(
    r"\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|tonight|tomorrow|[0-9]{1,2}(?:st|nd|rd|th))\b"
)
_OPENER = r"\W*(?:(?:ok|okay|no|nah|haha|ha|lol|sorry|well|oh|lmao)\W+)*"


@dataclass(frozen=True, slots=True)
class Amendment:
    """
    A statement that holds no more, and why.

    by: the statement that takes its place, if one does; turn_id: of the turn that says so; until:
    when it held last, its own beginning where it never did.
    """

    old: Statement
    turn_id: str
    until: datetime | None
    reason: str
    by: Statement | None = None


def amendments(
    utterances: Sequence[Utterance], statements: Sequence[Sequence[Statement]]
) -> list[Amendment]:
    """Return what the turns of a conversation amend, in order; statements: of each turn."""
    found: dict[int, Amendment] = {}
    for place, utterance in enumerate(utterances):
        if utterance.is_assistant or not utterance.speaker:
            continue
        lowered = utterance.text.lower().replace("\u2019", "'")
        if _any_cue().search(lowered) is None:
            continue
        for each in _amended(utterances, statements, place, lowered):
            found.setdefault(id(each.old), each)
    return list(found.values())


def _amended(
    utterances: Sequence[Utterance],
    statements: Sequence[Sequence[Statement]],
    place: int,
    lowered: str,
) -> Iterator[Amendment]:
    """Yield what one turn amends."""
    utterance, new = utterances[place], statements[place]
    own = [
        each
        for turn in range(max(0, place - FAR), place)
        if utterances[turn].speaker == utterance.speaker
        for each in statements[turn]
    ]
    if _begins(lowered):
        near = [s for some in statements[max(0, place - NEAR) : place] for s in some]
        said = [s for s in near if s.speaker == utterance.speaker]
        for old in (s for s in said if s.text == said[-1].text):
            yield Amendment(old, utterance.id, old.valid_from or utterance.said_at, "taken back")
    heard = [s for some in statements[max(0, place - FAR) : place] for s in some]
    for sentence in (s.text.lower().replace("\u2019", "'") for s in split_sentences(lowered)):
        told = next((s for s in new if _NOTES.sub("", s.text).lower() in sentence), None)
        for old in heard:
            if _is_ahead(old, utterance.said_at) and (
                _is_called_off(old, sentence) or _is_moved(old, sentence)
            ):
                yield Amendment(old, utterance.id, utterance.said_at, "called off", told)
        changed = _counts(sentence) if _has("changing").search(sentence) else {}
        for old in own if changed else ():
            had = _counts(old.text)
            if any(had[noun].isdisjoint(changed[noun]) for noun in had.keys() & changed):
                yield Amendment(old, utterance.id, utterance.said_at, "another number", told)


def _begins(lowered: str) -> bool:
    """Tell a turn that begins with what takes back the turn before."""
    return _opening("jested").match(lowered) is not None


def _is_ahead(old: Statement, now: datetime | None) -> bool:
    """Tell what is still to come: a plan, or what is dated from now on."""
    if now is None:
        return False
    plan = old.fact is not None and bool(about(old.fact.attribute).get("passes"))
    dated = bool(old.times) and any(t and t > now for t in (old.valid_from, old.valid_to))
    return plan or dated


def _is_called_off(old: Statement, sentence: str) -> bool:
    """Tell "Lisbon's off" of "I'm flying to Lisbon on the 12th"."""
    said = set(_WORD.findall(old.text.lower()))
    named = (next(filter(None, found.groups())) for found in _off().finditer(sentence))
    return any(name in said and name not in words("amendments", "uncounted") for name in named)


def _is_moved(old: Statement, sentence: str) -> bool:
    """Tell "Friday's no good" of what was to be on Friday, "the gig moved to the 30th" of a gig."""
    days = {day for time in old.times for day in _DAY.findall(time.lower())}
    if any(found[1] in days or found[2] in days for found in _unsuited().finditer(sentence)):
        return True
    said = set(_WORD.findall(old.text.lower())) - {"the", "a", "to", "it"}
    moved = list(_moved().finditer(sentence))
    return any(days and said & {f[1], f[2]} and f[3] not in days for f in moved)


def _counts(text: str) -> dict[str, set[str]]:
    """Return the numbers of what a text counts, by noun: "four nights" under "night"."""
    said = _WORD.findall(text.lower())
    numbers = read_data("time")["numbers"]
    found: dict[str, set[str]] = {}
    for number, noun in pairwise(said):
        value = str(numbers.get(number, number))
        root = noun.removesuffix("s")
        if value.isdigit() and noun.isalpha() and root not in words("amendments", "uncounted"):
            found.setdefault(root, set()).add(value)
    return found


# ---------------------------------------------------------------- cues


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
def _any_cue() -> re.Pattern[str]:
    """Return what any turn that amends something has in it."""
    keys = (
        *("jested", "called_off", "fell_through", "calling_off", "unsuited", "instead"),
        *("changing", "moving"),
    )
    return re.compile("|".join(_has(key).pattern for key in keys))


@cache
def _off() -> re.Pattern[str]:
    """Return what finds the word for what is called off, in one of three groups."""
    verb = r"(?:'s| is| are| was| were| got| has been| have been)(?: now)?"
    behind = rf"(\w+){verb} (?:{_alternatives('called_off')})(?!\w)"
    through = rf"(\w+)(?: thing| plan| idea| deal| trip)? (?:{_alternatives('fell_through')})(?!\w)"
    before = rf"(?<!\w)(?:{_alternatives('calling_off')}) (?:the |my |our )?(\w+)"
    return re.compile(f"{behind}|{through}|{before}")


@cache
def _unsuited() -> re.Pattern[str]:
    """Return what finds a day that gives way, in one of two groups."""
    day = _DAY.pattern.removeprefix("\\b").removesuffix("\\b")
    behind = rf"\b({day})(?:'s| is|s are)? (?:{_alternatives('unsuited')})(?!\w)"
    before = rf"(?<!\w)(?:{_alternatives('instead')}) (?:on )?({day})\b"
    return re.compile(f"{behind}|{before}")


@cache
def _moved() -> re.Pattern[str]:
    """Return what finds a thing, before or behind the verb, and the day that it is moved to."""
    before = r"(?:(\w+)(?: has| have| was| were| is| got|'s| been)* )?"
    behind = r"(?: (?:the |our |my )?(\w+))??(?: back| forward| out| up)?"
    day = rf"(?:the |next )?({_DAY.pattern})"
    return re.compile(rf"{before}\b(?:{_alternatives('moving')}){behind} to {day}")
