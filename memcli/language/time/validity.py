"""From when to when what a sentence states holds in the world."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from memcli.language.data import read_data
from memcli.language.parts import TimeSpan
from memcli.language.syntax import Parse
from memcli.language.time.cues import clause_around, tense_at
from memcli.language.time.tense import anchor, tense_of, verb_of

Period = tuple[datetime | None, datetime | None]

_CHANGE, _ROLLING, _CLOCK = (
    re.compile(read_data("time")["validity"][name], re.VERBOSE)
    for name in ("change", "rolling", "clock")
)
_OFTEN = re.compile(read_data("time")["in_sentence"]["often"])


def validity(sentence: Parse | str, said_at: datetime, times: Sequence[TimeSpan]) -> Period:
    """
    Return (valid_from, valid_to) of what one sentence states; None is open or unknown.

    `times` are those of find_times(sentence). Where since, from, after, until, before or by stand
    before a time, they bound the period; else the narrowest time is the period. A change that
    lasts (moved, started, joined, became) has no end. Without a time, a change that lasts and what
    is in the present or future hold from `said_at`, what one has at an hour until the day is over;
    what is past held until `said_at`, since it is not known when.
    """
    parse = sentence if isinstance(sentence, Parse) else Parse(sentence)
    said = said_at if said_at.tzinfo else said_at.replace(tzinfo=UTC)
    past = _is_past(parse)
    if not times:
        lowered = parse.text.lower()
        if not past and _CLOCK.search(lowered) and not _OFTEN.search(lowered):
            return said, _end_of_day(said)
        lasting = not past or bool(_CHANGE.search(lowered))
        return (said, None) if lasting else (None, said)
    edges = _edges(said, times, past)
    if edges:
        return edges
    point = min(times, key=lambda each: each.end - each.start)
    changed = _CHANGE.search(_clause(parse, point))
    return point.start, None if changed else point.end


def _end_of_day(said: datetime) -> datetime:
    return said.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)


def _is_past(parse: Parse) -> bool:
    root = parse.root
    if root is None:
        return tense_at(parse.text.lower(), 0, 0) == "past"
    return tense_of(parse, root) == "past"


def _clause(parse: Parse, time: TimeSpan) -> str:
    """Return the clause that a time stands in, in lower case."""
    word = anchor(parse, *time.place)
    verb = verb_of(parse, word) if word else None
    if verb is None:
        lowered = parse.text.lower()
        return lowered[slice(*clause_around(lowered, *time.place))]
    clause = parse.subtree(verb, without=("conj", "parataxis", "advcl", "ccomp", "acl"))
    return " ".join(word.text for word in clause).lower()


def _edges(said: datetime, times: Sequence[TimeSpan], past: bool) -> Period | None:
    """Return the period that prepositions bound, or None where none does."""
    start: datetime | None = None
    end: datetime | None = None
    for each in times:
        rolling = each.edge == "for" and _ROLLING.match(each.words)
        if each.kind == "since" or each.edge in ("from", "starting") or rolling:
            start = each.start
        elif each.edge in ("after", "following"):
            start = each.end
        elif each.kind == "until" or (each.edge in ("by", "up") and not past):
            end = each.end
        elif each.edge in ("before", "prior"):
            end = each.start
    if start is None and end is None:
        return None
    if start is None and not past and end and end > said:
        start = said
    return (start, end) if not (start and end and end <= start) else (start, None)
