"""
Mentions of a name: how often, when, beside whom, and by whose side never.

The evidence of Hindsight's entity resolver (0.5 name, 0.3 co-occurrence, 0.2 time), made sound:
small samples are shrunk, and what is unknown counts neither way.
"""

from __future__ import annotations

import math
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from memcli.language.names.forms import name_key

NAME_WEIGHT: Final = 0.5
COMPANY_WEIGHT: Final = 0.3
TIME_WEIGHT: Final = 0.2
# Two uses of a name half a year apart are a quarter as near in time as two on one day.
TIME_HALF_LIFE_DAYS: Final = 90.0
MAX_COMPANIONS: Final = 64
UNKNOWN_TYPES: Final = frozenset({"", "other"})


@dataclass(frozen=True, slots=True)
class Sighting:
    """
    The names in one sentence as it spells them, with their types, who says it, where and when.

    Names that stand for a pronoun do not belong here: "You are late, Liz" does not tell Liz from
    the addressee.
    """

    namespace: str
    names: tuple[tuple[str, str], ...]
    speaker: str | None = None
    session_id: str | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Mention:
    """
    What is known of the uses of one name in a namespace.

    companions: keys of the names and sessions that it occurs with, at most MAX_COMPANIONS (see
    `sketch`); apart: keys of names that stand beside it in one sentence or speak with it;
    speaks: it is the name of a speaker; never, merged_into: keys, as the user has ruled.
    """

    namespace: str
    name: str
    type: str = "other"
    count: int = 0
    first_at: datetime | None = None
    last_at: datetime | None = None
    companions: frozenset[str] = frozenset()
    apart: frozenset[str] = frozenset()
    speaks: bool = False
    never: frozenset[str] = frozenset()
    merged_into: str | None = None


def collect_mentions(sightings: Iterable[Sighting]) -> list[Mention]:
    """
    Return the statistics of every name and speaker, in order of namespace and name.

    A speaker and the names that they say are apart, for people do not call themselves by name,
    and so are the speakers of one session.
    """
    notes: dict[tuple[str, str], _Notes] = defaultdict(_Notes)
    speakers: dict[tuple[str, str], set[str]] = defaultdict(set)
    for sighting in sightings:
        _note(sighting, notes)
        if sighting.speaker and sighting.session_id:
            speakers[sighting.namespace, sighting.session_id].add(name_key(sighting.speaker))
    for (namespace, _), keys in speakers.items():
        for key in keys:
            notes[namespace, key].apart |= keys
    return [notes[place].mention(*place) for place in sorted(notes)]


@dataclass
class _Notes:
    """What was seen of one name so far."""

    spellings: Counter[str] = field(default_factory=Counter)
    types: Counter[str] = field(default_factory=Counter)
    times: list[datetime] = field(default_factory=list)
    companions: set[str] = field(default_factory=set)
    apart: set[str] = field(default_factory=set)
    speaks: bool = False

    def mention(self, namespace: str, key: str) -> Mention:
        known = Counter({t: n for t, n in self.types.items() if t not in UNKNOWN_TYPES})
        return Mention(
            namespace,
            most_common(self.spellings),
            most_common(known) if known else "other",
            self.spellings.total(),
            min(self.times, default=None),
            max(self.times, default=None),
            sketch(self.companions - {key}),
            frozenset(self.apart - {key}),
            self.speaks,
        )


def most_common(counts: Counter[str]) -> str:
    """Return what occurs most, of equals the first in order."""
    return min(counts, key=lambda name: (-counts[name], name))


def _note(sighting: Sighting, notes: dict[tuple[str, str], _Notes]) -> None:
    """Add one sentence to what was seen of its names and its speaker."""
    named = [(name, type_) for name, type_ in sighting.names if name.strip()]
    speaker = sighting.speaker if sighting.speaker and sighting.speaker.strip() else None
    everyone = [*named, *([(speaker, "person")] if speaker else [])]
    keys = {name_key(name) for name, _ in everyone}
    session = {f"#{sighting.session_id}"} if sighting.session_id else set()
    for name, type_ in everyone:
        note = notes[sighting.namespace, name_key(name)]
        note.spellings[" ".join(name.split())] += 1
        note.types[type_] += 1
        note.companions |= keys | session
        note.apart |= keys
        note.times = _span(note.times, sighting.at)
    if speaker:
        notes[sighting.namespace, name_key(speaker)].speaks = True


def _span(times: list[datetime], at: datetime | None) -> list[datetime]:
    """Return the first and last of some times and another."""
    return times if at is None else [min([*times, at]), max([*times, at])]


def sketch(names: Iterable[str]) -> frozenset[str]:
    """
    Return the MAX_COMPANIONS names with the least hashes: a bottom-k sample (Cohen, 1997).

    The sample of a union is that of the samples' union, so it grows in any order to the same.
    """
    return frozenset(sorted(set(names), key=_hash)[:MAX_COMPANIONS])


def _hash(name: str) -> tuple[int, str]:
    return zlib.crc32(name.encode("utf-8", "surrogatepass")), name


def company(a: Mention, b: Mention) -> float | None:
    """
    Estimate the share of the company of the less sociable name that the other keeps too.

    One agreement and one disagreement are added, so that little evidence says little. None
    where nothing is known.
    """
    limit = min(_reach(a.companions), _reach(b.companions))
    both = {name_key(a.name), name_key(b.name)}
    one, other = ({n for n in m.companions - both if _hash(n) <= limit} for m in (a, b))
    if not one or not other:
        return None
    return (len(one & other) + 1) / (min(len(one), len(other)) + 2)


def _reach(sample: frozenset[str]) -> tuple[int, str]:
    """Return the greatest hash up to which a sample is all there is."""
    return max(map(_hash, sample)) if len(sample) >= MAX_COMPANIONS else (2**32, "")


def nearness(a: Mention, b: Mention) -> float | None:
    """Return 1 where the times of use overlap, half for each TIME_HALF_LIFE_DAYS between them."""
    if not (a.first_at and a.last_at and b.first_at and b.last_at):
        return None
    gap = max(a.first_at - b.last_at, b.first_at - a.last_at).total_seconds() / 86_400
    return math.exp2(-max(0.0, gap) / TIME_HALF_LIFE_DAYS)


def weigh(name_score: float, a: Mention, b: Mention) -> tuple[float, dict[str, float]]:
    """Return the weighted mean of what evidence there is, and each piece of it."""
    pieces = (
        ("name", NAME_WEIGHT, name_score),
        ("co_occurrence", COMPANY_WEIGHT, company(a, b)),
        ("time", TIME_WEIGHT, nearness(a, b)),
    )
    known = [(name, weight, value) for name, weight, value in pieces if value is not None]
    score = sum(w * v for _, w, v in known) / sum(w for _, w, _ in known)
    return round(score, 4), {name: round(value, 4) for name, _, value in known}
