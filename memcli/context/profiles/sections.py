"""
Profile sections: what facts and quotations show of a person, and how much each matters.

A fact stands where the data say that its attribute belongs (language/data/profile.toml); what
ended stands in the history. Quotations are a person's own, and only those that matter.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from math import exp, log2
from typing import TYPE_CHECKING, Final

import numpy as np

from memcli.algorithms.mmr import pick_distinct
from memcli.jsonl import Row
from memcli.language.facts.attributes import about
from memcli.language.names.forms import name_key
from memcli.language.near_duplicates import near_duplicate_groups
from memcli.language.roles import ASSISTANTS
from memcli.language.words import lexical_query
from memcli.memory import telling
from memcli.memory.holds import holds
from memcli.memory.telling import (
    OTHER,
    SECTIONS,
    called,
    group_of,
    is_fact,
    open_value,
    told_fact,
    weight_of,
    without_secrets,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from memcli.context.profiles.people import Key, Person

    FloatArray = NDArray[np.float64]

PEOPLE, PLANS, EVENTS, SAID, HISTORY = "family", "plans", "events", "said", "history"
UNKNOWN: Final = 0.3
# Importance against what a section counts for, each doubling of the sources, and a year of age.
SHARE_OF_SECTION: Final = 0.6
PER_DOUBLING: Final = 0.06
FADING, FADING_DAYS = 0.15, 365.0
DAY_S: Final = 86_400.0
# An intention is meant for about that long.
INTENTION_DAYS: Final = 240
# Of the quotations of a person, so many times the limit are compared with each other.
SHORTLIST: Final = 6


@dataclass(frozen=True)
class Entry:
    """
    One thing that is known of a person; `ids` are the statements that say it, the shown one first.

    text: the sentence of a fact, or the quotation; since, until: when it holds, None where that is
    open; said_at: when it was said last; score: how much it matters, in [0, 1]; fact: what two that
    say the same share.
    """

    section: str
    text: str
    ids: tuple[str, ...]
    source_ids: tuple[str, ...]
    since: datetime | None
    until: datetime | None
    said_at: datetime | None
    importance: float
    confidence: float
    score: float
    attribute: str | None = None
    value: str | None = None
    superseded_by: str | None = None
    speaker: str | None = None
    quotation: str = ""
    fact: tuple[str, ...] = ()

    @property
    def support(self) -> int:
        """How many turns say it."""
        return len(self.source_ids)


def entries_of(
    rows: Iterable[Row], people: Mapping[str, Mapping[str, Person]], now: datetime
) -> dict[Key, list[Entry]]:
    """
    What statements show of persons, one entry a statement and person, by the person's key.

    rows: statements with the columns of profiles.COLUMNS; people: persons by namespace and folded
    spelling, as `people.spellings` gives them; now: the moment at which they hold or do not.
    """
    rows = [row for row in rows if is_told(row)]
    ends = told_otherwise(rows, now)
    found: dict[Key, list[Entry]] = {}
    for row in rows:
        section = section_of(row, now, ends)
        for person in _owners(row, people.get(row["namespace"], {})) if section else ():
            found.setdefault(person.key, []).append(_entry(row, section or OTHER, now))
    return {key: _scored(entries) for key, entries in found.items()}


def is_told(row: Row) -> bool:
    """Say whether a row is of a person's own words: no secret, and nothing that a program said."""
    return row["type"] != "vault" and name_key(row["speaker"] or "") not in ASSISTANTS


def told_otherwise(rows: Iterable[Row], now: datetime) -> set[str]:
    """Ids of denials that others tell: by what they ended, or by what holds in its place."""
    facts = [row for row in rows if is_fact(row)]
    denials = {row["id"]: _whose(row) for row in facts if row["polarity"] == "negative"}
    held = {_whose(row) for row in facts if row["id"] not in denials and holds(row, now)}
    ends = {row["superseded_by"] for row in facts}
    return ends | {
        id_ for id_, whose in denials.items() if whose in held and about(whose[2]).get("single")
    }


def _whose(row: Row) -> tuple[str, str, str]:
    return row["namespace"], row["subject"], row["attribute"]


def section_of(row: Row, now: datetime, ends: Iterable[str | None] = ()) -> str | None:
    """
    Section of a statement at a moment; None for one that is not told.

    ends: ids of denials that are not told, as `told_otherwise` gives them.
    """
    if not is_fact(row):
        matters = telling.is_worth(row) and "?" not in row["text"]
        return SAID if matters and holds(row, now) else None
    group = group_of(row["attribute"])
    if group == EVENTS and (row["importance"] or 0.0) < telling.WORTH:
        return None
    if holds(row, now):
        return None if row["polarity"] == "negative" and row["id"] in ends else group
    # Merged into another, or corrected from its own beginning: it never was so. A plan whose day is
    # over was carried out or not.
    start, end = row["valid_from"], row["valid_to"]
    never = end is None or (row["superseded_by"] is not None and start is not None and end <= start)
    return None if never or (group == PLANS and not row["superseded_by"]) else HISTORY


def _owners(row: Row, names: Mapping[str, Person]) -> list[Person]:
    """Persons whom a statement is about: its subject, who that is a relation of, who is named."""
    if not is_fact(row):
        owner = names.get(name_key(row["subject"] or row["speaker"] or ""))
        return [owner] if owner else []
    subject = name_key(called(row["subject"])).replace("\u2019", "'")
    of_whom = [subject, name_key(row["subject"])]
    if "'s " in subject:
        of_whom.append(subject.split("'s ")[0])
    if group_of(row["attribute"]) == PEOPLE:
        of_whom.append(name_key(row["value"]))
    found = {person.key: person for name in of_whom if (person := names.get(name))}
    return list(found.values())


def _entry(row: Row, section: str, now: datetime) -> Entry:
    is_quotation = not is_fact(row)
    fact = () if is_quotation else _slot(row, section)
    return Entry(
        section=section,
        text=without_secrets(row["text"] if is_quotation else told_fact(row, now), row["id"]),
        ids=(row["id"],),
        source_ids=tuple(row["source_ids"] or ()),
        since=row["valid_from"],
        until=row["valid_to"],
        said_at=row["happened_at"],
        importance=row["importance"] or 0.0,
        confidence=row["confidence"] or 0.0,
        score=0.0,
        attribute=row["attribute"],
        value=None if is_quotation else open_value(row),
        superseded_by=row["superseded_by"],
        speaker=row["speaker"],
        quotation=row["text"],
        fact=fact,
    )


def _slot(row: Row, section: str) -> tuple[str, ...]:
    parts = (row["subject"], row["attribute"], row["polarity"] or "positive", section)
    return tuple(map(name_key, parts))


def _scored(entries: Sequence[Entry]) -> list[Entry]:
    """Entries of a person with their scores: by section, importance and a little by their age."""
    newest = max((entry.said_at for entry in entries if entry.said_at), default=None)
    return [
        replace(entry, score=_score(entry, newest))
        for entry in entries
        if entry.section != PLANS or not is_stale(entry.said_at, newest)
    ]


def is_stale(said_at: datetime | None, newest: datetime | None) -> bool:
    """Say whether an intention was said so long before the newest thing known that it is over."""
    return None not in (said_at, newest) and (newest - said_at).days > INTENTION_DAYS  # type: ignore[operator]


def _score(entry: Entry, newest: datetime | None) -> float:
    """How much an entry matters; its age is counted from the newest, so that no day changes it."""
    importance = entry.importance or UNKNOWN
    score = SHARE_OF_SECTION * weight_of(entry.section) + (1.0 - SHARE_OF_SECTION) * importance
    if entry.said_at is None or newest is None or entry.section == HISTORY:
        return score
    days = (newest - entry.said_at).total_seconds() / DAY_S
    return score * (1.0 - FADING + FADING * exp(-days / FADING_DAYS))


# ---------------------------------------------------------------- one of each


def merged(entries: Sequence[Entry]) -> list[Entry]:
    """Entries of a person with those that say the same made one, the best first."""
    facts = [entry for entry in entries if entry.fact]
    told = {entry.quotation for entry in facts}
    quotations = [e for e in entries if not e.fact and e.quotation not in told]
    groups = near_duplicate_groups([entry.text for entry in quotations])
    alone = sorted(set(range(len(quotations))) - {i for group in groups for i in group})
    parts = [[quotations[i] for i in group] for group in [*groups, *([i] for i in alone)]]
    made = [_as_one(part) for part in [*_by_fact(facts), *parts]]
    return sorted(made, key=lambda entry: (-entry.score, entry.ids))


def _by_fact(entries: Sequence[Entry]) -> list[list[Entry]]:
    """Facts by what they say: those of a slot whose values are in one another's words."""
    found: dict[tuple[str, ...], list[tuple[set[str], list[Entry]]]] = {}
    for entry in sorted(entries, key=lambda e: (-len(e.value or ""), e.ids)):
        words = set(lexical_query((entry.value or "").casefold()).split())
        groups = found.setdefault(entry.fact, [])
        group = next((some for known, some in groups if words and words <= known), None)
        if group is None:
            groups.append((words, [entry]))
        else:
            group.append(entry)
    return [group for groups in found.values() for _, group in groups]


def _as_one(part: Sequence[Entry]) -> Entry:
    """One entry for several: the longest value of a fact, else the most supported, the newest."""
    first = max(
        part, key=lambda e: (len(e.value or ""), e.support, e.said_at is not None, _stamp(e), e.ids)
    )
    others = sorted(id_ for entry in part if entry is not first for id_ in entry.ids)
    sources = dict.fromkeys([*first.source_ids, *(s for e in part for s in e.source_ids)])
    score = max(e.score for e in part) + PER_DOUBLING * log2(max(1, len(sources)))
    return replace(
        first,
        ids=(*first.ids, *others),
        source_ids=tuple(sources),
        importance=max(entry.importance for entry in part),
        confidence=max(entry.confidence for entry in part),
        score=min(1.0, score),
    )


def _stamp(entry: Entry) -> float:
    return entry.said_at.timestamp() if entry.said_at else 0.0


def shortlist(entries: Sequence[Entry], limit: int) -> list[Entry]:
    """The quotations that may be shown, whose vectors tell which of them are alike."""
    return [entry for entry in entries if entry.section == SAID][: SHORTLIST * limit]


def picked(
    entries: Sequence[Entry],
    limit: int,
    vectors: Mapping[str, FloatArray],
    only: str | None = None,
) -> list[Entry]:
    """
    Entries to show, section by section: the best of each, quotations unlike the ones before.

    entries: the best first; limit: at most so many of a section; vectors: float [d] by id of a
    statement. History is in order of time, the newest first, plans by when they are due, the rest
    by score.
    """
    shown: list[Entry] = []
    zero = np.zeros(len(next(iter(vectors.values()), ())))
    for section in SECTIONS if only is None else (only,):
        some = [entry for entry in entries if entry.section == section]
        if section == SAID and some:
            some = shortlist(some, limit)
            rows = np.stack([vectors.get(entry.ids[0], zero) for entry in some])
            some = [some[i] for i in pick_distinct([entry.score for entry in some], rows, limit)]
        shown += _arranged(section, some[:limit])
    return shown


def _arranged(section: str, entries: list[Entry]) -> list[Entry]:
    if section == HISTORY:
        return sorted(entries, key=lambda e: (-_when(e), e.ids))
    if section == PLANS:
        return sorted(entries, key=lambda e: (e.since is None, _when(e), e.ids))
    return entries


def _when(entry: Entry) -> float:
    moment = entry.since or entry.until or entry.said_at
    return moment.timestamp() if moment else 0.0
