"""
Profile sections: what each statement shows of a person, and how much it matters.

A statement is placed by what it says (memcli/language/facets/finding.py) and by when: what was
superseded and what is past goes to the history. Those that say the same make one entry with all
sources.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from math import exp, log2
from typing import TYPE_CHECKING, Final

import numpy as np

from memcli.algorithms.mmr import pick_distinct
from memcli.jsonl import Row
from memcli.language.facets.about import About, NameIndex, subjects_of
from memcli.language.facets.finding import (
    Facet,
    Shown,
    Tense,
    facet_of_attribute,
    is_former,
    shown_facet,
)
from memcli.language.lexicon.roles import ASSISTANT
from memcli.language.lexicon.verbs import is_past
from memcli.language.names.forms import name_key
from memcli.language.near_duplicates import near_duplicate_groups

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from memcli.context.profiles.people import Key, Person

    FloatArray = NDArray[np.float64]

# How a score in [0, 1] is made of what speaks for an entry.
WEIGHTS: Final[Mapping[str, float]] = {
    "shown": 0.45,
    "importance": 0.25,
    "confidence": 0.15,
    "telling": 0.15,
}
LEAST_SCORE: Final = 0.48
LEAST_CONFIDENCE: Final = 0.3
# Words that carry something, of which a telling statement has at least so many.
TELLING_WORDS: Final = 6
SHORTEST_WORDS: Final = 4
LONG_WORDS: Final = 30
LONGEST_WORDS: Final = 50
# Each doubling of the sources of an entry adds this much.
PER_DOUBLING: Final = 0.06
# An intention without a date is still meant for about that long.
INTENTION_DAYS: Final = 120.0
# A share of the score fades with the age of the newest source, so that newer wordings lead.
FADING: Final = 0.15
FADING_DAYS: Final = 365.0
# Of a section, so many times the limit are compared with each other.
SHORTLIST: Final = 6
NOBODY: Final = NameIndex({})
DAY_S: Final = 86_400.0
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
FACT_STRENGTH: Final = 0.95
# A vague object is no better for being a fact: "loves it", "wants to say".
READ_BY_WORDS: Final = frozenset({Facet.PREFERENCES, Facet.PLANS})
# That somebody looked forward to a day that is over is worth nothing.
LEAST_OF_PAST_PLAN: Final = 0.6
# What was planned for a day that is over tells less than what was done.
LAPSED_PLAN: Final = 0.6
# What is said to an assistant is mostly of the task at hand.
TO_ASSISTANT: Final = 0.7


@dataclass(frozen=True)
class Entry:
    """
    One thing that is known of a person; `ids` are the statements that say it, the shown one first.

    since, until: when it holds, None where that is open; said_at: when it was said last; support:
    how many turns say it; score: how much it matters within its section, in [0, 1].
    """

    section: Facet
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

    @property
    def support(self) -> int:
        """How many turns say it."""
        return len(self.source_ids)


def entries_of(
    rows: Iterable[Row], people: Mapping[str, Mapping[str, Person]], now: datetime | None
) -> dict[Key, list[Entry]]:
    """
    Return what statements show of persons, one entry a statement and person.

    rows: statements with the columns of profiles.COLUMNS; people: persons by namespace and
    folded spelling, as profile_people.spellings gives them; now: the present, or None for the
    moment of the newest statement about each person, so that the outcome is of the statements only.
    """
    found: dict[Key, list[Entry]] = {}
    for key, said in _by_person(rows, people).items():
        newest = (row["happened_at"] for row, _, _ in said if row["happened_at"])
        present = now or max(newest, default=EPOCH)
        entries = (_entry(row, about, person, present) for row, about, person in said)
        found[key] = [entry for entry in entries if entry is not None]
    return found


def _by_person(
    rows: Iterable[Row], people: Mapping[str, Mapping[str, Person]]
) -> dict[Key, list[tuple[Row, About, Person]]]:
    """Return the statements about each person, with what they say of them."""
    labels = {space: NameIndex({name: name for name in names}) for space, names in people.items()}
    found: dict[Key, list[tuple[Row, About, Person]]] = {}
    for row in rows:
        if row["type"] == "vault" or "?" in row["text"]:
            continue
        for about in _subjects(row, labels.get(row["namespace"], NOBODY)):
            person = people[row["namespace"]][about.person]
            found.setdefault(person.key, []).append((row, about, person))
    return found


def _subjects(row: Row, names: NameIndex) -> list[About]:
    """Return whom a statement is about; one that names nobody but is a fact is its speaker's."""
    found = subjects_of(row["text"], names)
    speaker = name_key(row["speaker"] or "")
    if not found and names.get(speaker) and not row["text"].isascii() and row["type"] == "core":
        return [About(speaker, row["text"])]
    return found


def _entry(row: Row, about: About, person: Person, now: datetime) -> Entry | None:
    metadata = json.loads(row["metadata"] or "{}")
    tense = _tense(row, about)
    shown = _shown(row, about, person, tense, bool(metadata.get("times")))
    if shown is None or (row["confidence"] or 0.0) < LEAST_CONFIDENCE:
        return None
    facet = _placed(row, shown, bool(metadata.get("times")), now)
    if facet is None:
        return None
    entry = Entry(
        section=facet,
        text=row["text"],
        ids=(row["id"],),
        source_ids=tuple(row["source_ids"] or ()),
        since=row["valid_from"],
        until=_until(row, facet),
        said_at=row["happened_at"],
        importance=row["importance"] or 0.0,
        confidence=row["confidence"] or 0.0,
        score=0.0,
        attribute=row["attribute"],
        value=row["value"],
        superseded_by=row["superseded_by"],
    )
    lapsed = facet is Facet.HISTORY and shown.facet is Facet.PLANS and not entry.superseded_by
    strength = shown.strength * (LAPSED_PLAN if lapsed else 1.0)
    score = _score(row, entry, strength, person, now)
    return replace(entry, score=score) if score >= LEAST_SCORE else None


def _until(row: Row, facet: Facet) -> datetime | None:
    """Return the end of what a statement says; "has been painting" does not end when it is said."""
    until: datetime | None = row["valid_to"]
    is_open = facet is not Facet.HISTORY and until == row["happened_at"]
    return None if is_open else until


def _tense(row: Row, about: About) -> Tense:
    """Say whether what a statement says was, is or will be, as of when it was said."""
    said, since, until = row["happened_at"], row["valid_from"], row["valid_to"]
    if said is None:
        words = about.predicate.split(maxsplit=1)
        return Tense.PAST if until or (words and is_past(words[0].lower())) else Tense.PRESENT
    if since is not None and since > said:
        return Tense.FUTURE
    return Tense.PAST if until is not None and until <= said else Tense.PRESENT


def _shown(row: Row, about: About, person: Person, tense: Tense, dated: bool) -> Shown | None:
    """Return what a statement shows: by the fact that was read off it, else by its words."""
    by_words = shown_facet(about, tense, dated)
    owner = name_key(row["subject"] or "")
    if is_former(about.predicate):
        return by_words
    if row["attribute"] and owner in map(name_key, person.names):
        facet = facet_of_attribute(row["attribute"])
        if facet is not None and (by_words is not None or facet not in READ_BY_WORDS):
            return Shown(facet, FACT_STRENGTH)
    return by_words


def _placed(row: Row, shown: Shown, dated: bool, now: datetime) -> Facet | None:
    """Return the section: what was superseded or is over by now is history."""
    facet = shown.facet
    if row["superseded_by"] is not None:
        return Facet.HISTORY
    until, said = row["valid_to"], row["happened_at"]
    over = dated and until is not None and until <= now
    if facet is Facet.PLANS and over:
        return Facet.HISTORY if shown.strength >= LEAST_OF_PAST_PLAN else None
    if over and facet in (Facet.ATTRIBUTES, Facet.ROUTINES) and (said is None or until > said):
        return Facet.HISTORY
    return facet


def _score(row: Row, entry: Entry, strength: float, person: Person, now: datetime) -> float:
    """Return how much an entry matters within its section, in [0, 1]."""
    words = entry.text.split()
    telling = min(1.0, sum(len(word) > 3 for word in words) / TELLING_WORDS)
    parts = {
        "shown": strength,
        "importance": entry.importance,
        "confidence": entry.confidence,
        "telling": telling,
    }
    score = sum(WEIGHTS[name] * value for name, value in parts.items())
    score *= _length_factor(len(words)) * _source_factor(row, person)
    score *= TO_ASSISTANT if ASSISTANT in entry.text else 1.0
    return score * _age_factor(entry, now)


def _length_factor(n_words: int) -> float:
    if n_words < SHORTEST_WORDS or n_words > LONGEST_WORDS:
        return 0.7
    return 0.85 if n_words > LONG_WORDS else 1.0


def _source_factor(row: Row, person: Person) -> float:
    """Return how far to trust who said it: the persons themselves, others, an assistant."""
    speaker = name_key(row["speaker"] or "")
    if speaker in map(name_key, person.names):
        return 1.0
    return 0.75 if speaker == "assistant" else 0.95


def _age_factor(entry: Entry, now: datetime) -> float:
    """Let what was said long ago count a little less; an intention without a date much less."""
    if entry.said_at is None or entry.section is Facet.HISTORY:
        return 1.0
    days = max(0.0, (now - entry.said_at).total_seconds() / DAY_S)
    if entry.section is Facet.PLANS:
        return 0.5 + 0.5 * exp(-days / INTENTION_DAYS)
    return 1.0 - FADING + FADING * exp(-days / FADING_DAYS)


# ---------------------------------------------------------------- one of each


def merged(entries: Sequence[Entry]) -> list[Entry]:
    """Return entries of a person with those that say the same made one, the best first."""
    current = {entry.ids[0] for entry in entries if entry.superseded_by is None}
    ordered = sorted(entries, key=_order)
    groups = near_duplicate_groups([entry.text for entry in ordered])
    grouped = {i for group in groups for i in group}
    parts = [[ordered[i] for i in group] for group in groups]
    parts += [[entry] for i, entry in enumerate(ordered) if i not in grouped]
    made = [_as_one(part, current) for part in _by_fact(parts)]
    return sorted(made, key=_order)


def _order(entry: Entry) -> tuple[float, str]:
    return -entry.score, entry.ids[0]


def _by_fact(parts: list[list[Entry]]) -> list[list[Entry]]:
    """Put groups together that state the same fact, in whatever words."""
    found: dict[object, list[Entry]] = {}
    for index, part in enumerate(parts):
        first = part[0]
        fact = (first.attribute, (first.value or "").casefold(), first.section)
        found.setdefault(fact if first.attribute and first.value else index, []).extend(part)
    return list(found.values())


def _as_one(part: Sequence[Entry], current: set[str]) -> Entry:
    """Return one entry for several: the most supported wording, of these the newest."""
    holding = [entry for entry in part if entry.ids[0] in current] or list(part)
    first = max(holding, key=lambda e: (e.support, e.said_at is not None, _stamp(e), e.ids))
    others = sorted(id_ for entry in part if entry is not first for id_ in entry.ids)
    sources = dict.fromkeys([*first.source_ids, *(s for e in part for s in e.source_ids)])
    score = max(e.score for e in holding) + PER_DOUBLING * log2(max(1, len(sources)))
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
    """Return the entries that may be shown, the best of each section; the order stays."""
    counts: Counter[Facet] = Counter()
    found = []
    for entry in entries:
        counts[entry.section] += 1
        if counts[entry.section] <= SHORTLIST * limit:
            found.append(entry)
    return found


def picked(
    entries: Sequence[Entry],
    limit: int,
    vectors: Mapping[str, FloatArray],
    only: Facet | None = None,
) -> list[Entry]:
    """
    Return the entries to show, section by section: the best, each unlike the ones before.

    entries: the best first; limit: at most so many of a section; vectors: float [d] by id of a
    statement. History is in order of time, the newest first, plans by when they are due, the rest
    by score.
    """
    shown: list[Entry] = []
    zero = np.zeros(len(next(iter(vectors.values()), ())))
    for section in Facet if only is None else (only,):
        some = [entry for entry in shortlist(entries, limit) if entry.section is section]
        if some:
            rows = np.stack([vectors.get(entry.ids[0], zero) for entry in some])
            best = pick_distinct([entry.score for entry in some], rows, limit)
            shown += _arranged(section, [some[i] for i in best])
    return shown


def _arranged(section: Facet, entries: list[Entry]) -> list[Entry]:
    if section is Facet.HISTORY:
        return sorted(entries, key=lambda e: (-_when(e), e.ids))
    if section is Facet.PLANS:
        return sorted(entries, key=lambda e: (e.since is None, _when(e), e.ids))
    return entries


def _when(entry: Entry) -> float:
    moment = entry.since or entry.until or entry.said_at
    return moment.timestamp() if moment else 0.0
