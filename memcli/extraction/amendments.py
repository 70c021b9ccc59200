"""
Amendments: what a later turn of a conversation takes back, calls off or changes of an earlier one.

"Kidding." takes back what its speaker said last, "Lisbon's off" ends the trip that was told,
"we cut it down to three nights" the four, "Friday's no good" what was to be on Friday. By words
that both have, and cues that are data (amendments.toml); facts of one slot settle by themselves.
What was taken back stays, and is ruled to hold no more (self-repair across turns: Schegloff,
Jefferson and Sacks, "The preference for self-correction", 1977).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from memcli.language.changes import (
    Change,
    change_in,
    corrects_said,
    counts,
    days_in,
    ends_last,
    is_denied,
    is_mended,
    is_to_come,
    is_trouble,
    is_worn,
    may_change,
    takes_back,
)
from memcli.language.facts.attributes import about
from memcli.language.sentences import split_sentences
from memcli.language.words import FUNCTION_WORDS

if TYPE_CHECKING:
    from memcli.extraction.statements import Statement
    from memcli.language.parts import Utterance

__all__ = ["Amendment", "amendments"]

# What was said in jest or amiss is taken back in one of the next turns.
NEAR: Final = 4
# What was planned or counted may be changed later in a conversation.
FAR: Final = 60
# Who changes something says so in a few words; more may be code, or about other things.
LONGEST: Final = 400
_WORD = re.compile(r"[^\W_]+(?:['\u2019-][^\W_]+)*")
# Dates and names that were added.
_NOTES = re.compile(r" ?\[[^\[\]]*\]")


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


@dataclass(frozen=True, slots=True)
class _Before:
    """What was stated before a turn: near it, by anybody, and by its speaker."""

    now: datetime | None
    near: Sequence[Statement]
    heard: Sequence[Statement]
    own: Sequence[Statement]


def amendments(
    utterances: Sequence[Utterance], statements: Sequence[Sequence[Statement]]
) -> list[Amendment]:
    """Return what the turns of a conversation amend, in order; statements: of each turn."""
    found: dict[int, Amendment] = {}
    for place, utterance in enumerate(utterances):
        if utterance.is_assistant or not utterance.speaker or len(utterance.text) > LONGEST:
            continue
        lowered = utterance.text.lower().replace("\u2019", "'")
        if not may_change(lowered):
            continue
        before = _before(utterances, statements, place)
        asked = utterances[place - 1].text.lower() if place else ""
        if before.heard:
            each = [*_last(lowered, asked, before, utterance.id)]
            each += _retold(lowered, before, utterance.id)
            each += _owned_up(lowered, asked, before, utterance.id)
            for sentence in split_sentences(lowered):
                each += _changed(sentence.text, before, statements[place], utterance.id)
            for amendment in each:
                found.setdefault(id(amendment.old), amendment)
    return list(found.values())


def _before(
    utterances: Sequence[Utterance], statements: Sequence[Sequence[Statement]], place: int
) -> _Before:
    utterance = utterances[place]
    heard = [each for turn in statements[max(0, place - FAR) : place] for each in turn]
    near = [each for turn in statements[max(0, place - NEAR) : place] for each in turn]
    own = [each for each in heard if each.speaker == utterance.speaker]
    return _Before(utterance.said_at, [s for s in near if s in own], heard, own)


def _last(lowered: str, asked: str, before: _Before, turn_id: str) -> Iterator[Amendment]:
    """Yield what its speaker said last, where a turn opens with what takes it back or ends it."""
    last = [each for each in before.near if each.text == before.near[-1].text]
    if takes_back(lowered):
        yield from (Amendment(s, turn_id, s.valid_from or before.now, "taken back") for s in last)
    elif ends_last(lowered, asked):
        lasting = [s for s in last if s.fact and about(s.fact.attribute)["group"] != "events"]
        yield from (Amendment(s, turn_id, before.now, "no more") for s in lasting)


def _changed(
    sentence: str, before: _Before, new: Iterable[Statement], turn_id: str
) -> Iterator[Amendment]:
    """Yield what a sentence calls off, puts on another day or counts otherwise."""
    change = change_in(sentence)
    if change is None:
        return
    told = next((s for s in new if _NOTES.sub("", s.text).lower() in sentence), None)
    for old in before.heard:
        if _is_over(old, change, before):
            yield Amendment(old, turn_id, _until(old, before.now), "called off", told)
    for old in before.own if change.counted else ():
        if _is_counted_otherwise(old.text, change.counted):
            yield Amendment(old, turn_id, _until(old, before.now), "another number", told)


def _owned_up(lowered: str, asked: str, before: _Before, turn_id: str) -> Iterator[Amendment]:
    """Yield what another doubted and its speaker owns up to, and the trouble that is mended."""
    if is_denied(lowered, asked):
        last = [s for s in before.near if s.text == before.near[-1].text]
        yield from (Amendment(s, turn_id, s.valid_from or before.now, "not so") for s in last)
    if is_mended(lowered):
        trouble = [s for s in before.near if is_trouble(s.text.lower())]
        yield from (Amendment(s, turn_id, before.now, "mended") for s in trouble)


def _retold(lowered: str, before: _Before, turn_id: str) -> Iterator[Amendment]:
    """Yield what a turn says again to put it right."""
    for old in before.own if corrects_said(lowered) else ():
        if old.text.lower().rstrip(".!") in lowered:
            yield Amendment(old, turn_id, old.valid_from or before.now, "put right")


def _until(old: Statement, now: datetime | None) -> datetime | None:
    """Return when a statement ends: what has not begun yet never holds."""
    return max(old.valid_from, now) if old.valid_from and now else now


def _is_over(old: Statement, change: Change, before: _Before) -> bool:
    """Tell what is still to come and is called off, or put on another day."""
    now = before.now
    if now is None:
        return False
    ahead = about(old.fact.attribute) if old.fact else {}
    plan = bool(ahead.get("passes"))
    dated = bool(old.times) and any(t and t > now for t in (old.valid_from, old.valid_to))
    said = set(_WORD.findall(old.text.lower())) - FUNCTION_WORDS
    joined = ahead.get("group") == "activities"
    if (plan or dated or joined or is_to_come(old.text.lower())) and change.off & said:
        return True
    if old in before.own and is_worn(old.text.lower(), change.off):
        return True
    if not (plan or dated):
        return False
    days = days_in(" ".join(old.times).lower())
    if days & (change.given_up | (change.unable if old in before.own else frozenset())):
        return True
    if days and change.instead and old in before.near and change.instead not in days:
        return True
    return any(days and day not in days and things & said for things, day in change.moved)


def _is_counted_otherwise(text: str, counted: Mapping[str, set[str]]) -> bool:
    had = counts(text)
    return any(had[noun].isdisjoint(counted[noun]) for noun in had.keys() & counted.keys())
