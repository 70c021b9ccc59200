"""
Updates without deletion, bi-temporal: which facts hold, and which were replaced by what.

Graphiti's rule (Rasmussen et al., 2025): where two facts exclude each other, the one that came to
hold later ends the other. Unlike there, only facts of one slot (subject and attribute) meet, and
of many values only a denial, a loss or a correction ends one. A slot is settled from all its claims
at once, in the order of the world and not of arrival; what says the same again is no fact of its
own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Literal, NamedTuple

from memcli.language.values import Value, are_rivals, may_mean

Effect = Literal["state", "end", "past", "correct"]
Moment = tuple[datetime, datetime, int]
# A correction that does not say of what takes back what was said as shortly before as that.
JUST_SAID: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Claim:
    """
    A fact as a slot is settled from it.

    times: since when it holds, then when that was said again; seq: which turn of those that were
    said at one time; valid_to: an end of its own;
    replaces: the value that it corrects, None for what was said last; is_stored: it has a row that
    stays; is_ruled, ended_by: what somebody ruled to have taken its place, not judged again; also:
    keys of more values that a denial is of: of "no dog", the names of dogs.
    """

    id: str
    value: Value
    times: tuple[datetime, ...]
    said_at: datetime
    seq: int = 0
    effect: Effect = "state"
    is_negative: bool = False
    is_single: bool = False
    valid_to: datetime | None = None
    replaces: Value | None = None
    is_stored: bool = False
    is_ruled: bool = False
    ended_by: str | None = None
    also: frozenset[str] = frozenset()


class Verdict(NamedTuple):
    """
    What became of a claim.

    superseded_by and valid_to: what ended it, and when; valid_from: since when it holds;
    merged_into: the claim that says the same, under which it goes on; contradicts: what was said
    at the same moment and excludes it.
    """

    valid_from: datetime
    superseded_by: str | None = None
    valid_to: datetime | None = None
    merged_into: str | None = None
    contradicts: tuple[str, ...] = ()


@dataclass
class _Stretch:
    """A value that holds from a moment on: by which claim, said last when, and ended by what."""

    claim: Claim
    since: datetime
    last: Moment
    end: datetime | None = None
    by: Claim | None = None
    rivals: list[str] = field(default_factory=list)

    def is_open(self, moment: Moment) -> bool:
        """Say whether it still holds at a moment."""
        own = self.claim.valid_to
        return self.by is None and (own is None or moment[0] < own)


def settle(claims: Sequence[Claim]) -> dict[str, Verdict]:
    """Return what became of each claim of a slot, by id, whatever their order."""
    taken_back, starts = _corrections(claims)
    live = [c for c in claims if c.id not in taken_back and not _is_void(c)]
    is_single = any(c.is_single for c in claims)
    stretches: list[_Stretch] = []
    merged: dict[str, _Stretch] = {}
    for moment, claim in _assertions(live, starts):
        stretch = _taken(stretches, merged, claim, moment)
        _end_others(stretches, stretch, claim, moment, is_single)
    verdicts = {
        c.id: Verdict(c.times[0], by.id, c.times[0])
        for c in claims
        if (by := taken_back.get(c.id)) is not None
    }
    verdicts |= {c.id: Verdict(c.times[0]) for c in claims if _is_void(c)}
    for stretch in stretches:
        verdicts[stretch.claim.id] = _verdict(stretch, stretches, is_single)
    rows = {id_: stretch.claim.id for id_, stretch in merged.items()}
    verdicts |= {
        id_: Verdict(verdicts[row].valid_from, merged_into=row) for id_, row in rows.items()
    }
    return {id_: _renamed(verdict, rows) for id_, verdict in verdicts.items()}


def _renamed(verdict: Verdict, rows: Mapping[str, str]) -> Verdict:
    """Return a verdict that names the rows that claims go on under."""
    by = verdict.superseded_by
    rivals = dict.fromkeys(rows.get(id_, id_) for id_ in verdict.contradicts)
    return verdict._replace(superseded_by=by and rows.get(by, by), contradicts=tuple(rivals))


def _is_void(claim: Claim) -> bool:
    """Say whether a claim was ruled to have never held."""
    return claim.is_ruled and claim.valid_to is not None and claim.valid_to <= claim.times[0]


def _corrections(claims: Sequence[Claim]) -> tuple[dict[str, Claim], dict[str, datetime]]:
    """Return what takes back which claims, by id, and since when each correction holds."""
    taken_back: dict[str, Claim] = {}
    starts: dict[str, datetime] = {}
    said = sorted((c for c in claims if not c.is_negative and c.effect != "past"), key=_spoken)
    for index, claim in enumerate(said):
        if claim.effect != "correct":
            continue
        former = next((c for c in reversed(said[:index]) if _is_meant(claim, c, taken_back)), None)
        if former is not None and not former.is_ruled:
            taken_back[former.id] = claim
            starts[claim.id] = min(claim.times[0], starts.get(former.id, former.times[0]))
    return taken_back, starts


def _spoken(claim: Claim) -> tuple[datetime, int, bool, str]:
    return claim.said_at, claim.seq, claim.effect == "correct", claim.id


def _is_meant(correction: Claim, former: Claim, taken_back: Iterable[str]) -> bool:
    """Say whether a correction can be of a claim that was said before it."""
    if former.id in taken_back or former.value.key == correction.value.key:
        return False
    if correction.replaces is not None:
        return may_mean(correction.replaces, former.value)
    return correction.is_single or correction.said_at - former.said_at <= JUST_SAID


def _assertions(claims: Iterable[Claim], starts: dict[str, datetime]) -> list[tuple[Moment, Claim]]:
    """Return each saying of each claim, in the order of the times that it is about."""
    said = [
        (
            (
                when,
                claim.said_at if when == claim.times[0] else max(when, claim.said_at),
                claim.seq,
            ),
            claim,
        )
        for claim in claims
        for when in {starts.get(claim.id, moment_of(claim)), *_repeated(claim)}
    ]
    # What is known to the store comes first of what is equal in all else, so that it stays.
    return sorted(said, key=lambda each: (each[0], not each[1].is_stored, each[1].id))


def _repeated(claim: Claim) -> tuple[datetime, ...]:
    """Return when a claim was said again; a correction goes before all that was said till then."""
    return (*claim.times[1:], claim.said_at) if claim.effect == "correct" else claim.times[1:]


def moment_of(claim: Claim) -> datetime:
    """Return the moment that a claim is about: for what is past, when it was no more."""
    past = claim.effect == "past" and claim.valid_to is not None
    return claim.valid_to if past and claim.valid_to else claim.times[0]


def _taken(
    stretches: list[_Stretch], merged: dict[str, _Stretch], claim: Claim, moment: Moment
) -> _Stretch:
    """Return the stretch that a saying belongs to: one that says the same still, or a new one."""
    own = next((s for s in stretches if s.claim.id == claim.id), None)
    same = own if own and (own.is_open(moment) or own.claim.is_ruled) else None
    same = same or next((s for s in stretches if _says_the_same(s, claim, moment)), None)
    if same is None and own is not None:  # said again after it had ended
        own.end, own.by, same = None, None, own
    if same is None:
        stretches.append(_Stretch(claim, claim.times[0] if _is_past(claim) else moment[0], moment))
        return stretches[-1]
    same.last = max(same.last, moment)
    if claim.id != same.claim.id and own is None:
        if claim.is_stored:  # its row stays, and what is new goes into it
            merged[same.claim.id], same.claim = same, claim
        else:
            merged[claim.id] = same
    return same


def _is_past(claim: Claim) -> bool:
    return claim.effect == "past"


def _says_the_same(stretch: _Stretch, claim: Claim, moment: Moment) -> bool:
    """Say whether a claim only says again what still holds; one of two rows is new."""
    other = stretch.claim
    return (
        not (claim.is_stored and (other.is_stored or other.effect == "correct"))
        and not (claim.is_ruled or other.is_ruled or claim.effect == "correct")
        and other.value.key == claim.value.key
        and other.is_negative == claim.is_negative
        and _is_past(other) == _is_past(claim)
        and (_is_past(claim) or stretch.is_open(moment))
    )


def _end_others(
    stretches: Sequence[_Stretch], by: _Stretch, claim: Claim, moment: Moment, is_single: bool
) -> None:
    """End what a claim ends, and note what it contradicts."""
    others = [
        s
        for s in stretches
        if s is not by
        and s.is_open(moment)
        and not (s.claim.is_ruled or _is_past(s.claim))
        and claim.ended_by != s.claim.id
    ]
    for other in _excluded(claim, others, is_single):
        if moment > other.last:
            other.end, other.by = moment[0], claim
        elif not (claim.is_negative or other.claim.is_negative or _is_past(claim)):
            other.rivals.append(claim.id)
            by.rivals.append(other.claim.id)


def _excluded(claim: Claim, others: Iterable[_Stretch], is_single: bool) -> list[_Stretch]:
    """Return what cannot hold beside a claim: other values of a single slot, what it denies."""
    if claim.is_negative or _is_past(claim):
        return _denied(claim, [s for s in others if not s.claim.is_negative], is_single)
    return [
        s
        for s in others
        if (
            may_mean(claim.value, s.claim.value) or claim.value.key in s.claim.also
            if s.claim.is_negative
            else is_single and are_rivals(claim.value, s.claim.value)
        )
    ]


def _denied(claim: Claim, others: Sequence[_Stretch], is_single: bool) -> list[_Stretch]:
    """Return what a denial or loss is of; where that could be several things, its namesake."""
    if not claim.value.key:
        return list(others) if is_single else []
    named = [s for s in others if s.claim.value.key in claim.also]
    found = [s for s in others if may_mean(claim.value, s.claim.value) and s not in named]
    values = [s.claim.value for s in found]
    if not all(may_mean(one, other) for one in values for other in values):
        found = [s for s in found if s.claim.value.key == claim.value.key]
    return [*found, *named]


def _verdict(stretch: _Stretch, stretches: Sequence[_Stretch], is_single: bool) -> Verdict:
    """Return what became of the claim of a stretch: what took its place, rather than its denial."""
    by, own = stretch.by, stretch.claim
    if by is None:
        rivals = tuple(sorted(set(stretch.rivals)))
        return Verdict(stretch.since, None, own.valid_to, None, rivals)
    heirs = [
        s
        for s in stretches
        if is_single
        and not (s.claim.is_negative or _is_past(s.claim) or own.is_negative)
        and stretch.end is not None
        and s.last[0] >= stretch.end
        and are_rivals(s.claim.value, own.value)
    ]
    heir = min(heirs, key=lambda s: (s.since, s.claim.id)).claim if heirs else by
    return Verdict(stretch.since, heir.id, stretch.end)
