"""
Updates without deletion, bi-temporal: which statements hold and which were replaced.

Graphiti's rule (Rasmussen et al., 2025): where two facts exclude each other, the one that came to
hold later ends the other. Unlike there, only facts of the same slot (subject and attribute) are
compared, so that unrelated facts never retire each other. A slot is settled from all its claims at
once, so the outcome does not depend on the order in which they were learnt.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from memcli.language.parts import Fact


@dataclass(frozen=True, slots=True)
class Claim:
    """A fact that a statement makes: since when, said when, whether it takes another back."""

    id: str
    fact: Fact
    valid_from: datetime
    said_at: datetime
    is_correction: bool = False
    valid_to: datetime | None = None


class Verdict(NamedTuple):
    """What became of a claim: the claim that ended it and when it ceased to hold, and conflicts."""

    superseded_by: str | None
    valid_to: datetime | None
    contradicts: tuple[str, ...]
    reason: str


def settle(
    claims: Sequence[Claim],
    replaces: Callable[[Fact, Fact], bool],
) -> dict[str, Verdict]:
    """
    Return what became of the claims of one slot that do not simply hold, by id.

    replaces: says whether its first fact ends its second. A claim is ended by the first later one
    that replaces it; one that was said later of an earlier time ends nothing, nor does one that was
    taken back. Two that replace each other from the same moment contradict each other, unless one
    corrects what was said before. "Left X" ends "works at X", but what took its place is "works at
    Y" where that is known. Following `superseded_by` leads to a claim that holds.
    """
    ordered = sorted(claims, key=_claim_order)
    void = {c.id for c in claims if any(_retracts(o, c, replaces) for o in claims)}
    verdicts = {}
    for index, claim in enumerate(ordered):
        later = [
            c for c in ordered[index + 1 :] if c.id not in void and replaces(c.fact, claim.fact)
        ]
        retracted = [c for c in claims if _retracts(c, claim, replaces)]
        equal = [c for c in claims if _conflicts(c, claim, replaces)]
        ending = [c for c in (*retracted, *later) if c not in equal]
        if ending:
            first = min(ending, key=_claim_order)
            successor = min(ending, key=lambda c: (c.fact.negated, _claim_order(c)))
            end = max(first.valid_from, claim.valid_from)
            verdicts[claim.id] = Verdict(successor.id, end, (), _reason(successor, claim))
        elif equal:
            verdicts[claim.id] = Verdict(
                None, claim.valid_to, tuple(c.id for c in equal), "both are said of the same time"
            )
    return verdicts


def _claim_order(claim: Claim) -> tuple[datetime, datetime, str]:
    return claim.valid_from, claim.said_at, claim.id


def _retracts(newer: Claim, older: Claim, replaces: Callable[[Fact, Fact], bool]) -> bool:
    """Say whether a correction takes back what was said before it, of whatever time."""
    return (
        newer.is_correction and newer.said_at > older.said_at and replaces(newer.fact, older.fact)
    )


def _conflicts(one: Claim, other: Claim, replaces: Callable[[Fact, Fact], bool]) -> bool:
    """Say whether two claims exclude each other with nothing to tell which came later."""
    return (
        one.id != other.id
        and one.valid_from == other.valid_from
        and one.said_at == other.said_at
        and not one.is_correction
        and not other.is_correction
        and replaces(one.fact, other.fact)
        and replaces(other.fact, one.fact)
    )


def _reason(newer: Claim, older: Claim) -> str:
    attribute = older.fact.attribute
    if newer.is_correction:
        return f"corrected: {newer.fact.attribute} is {newer.fact.value}"
    if newer.fact.attribute != attribute:
        return f"{newer.fact.attribute} {newer.fact.value} now"
    return f"{attribute} ended" if newer.fact.negated else f"{attribute} is now {newer.fact.value}"


def by_slot(
    claims: Iterable[Claim], slot: Callable[[Fact], tuple[str, str]]
) -> dict[tuple[str, str], list[Claim]]:
    """Return the claims by the key under which they can replace each other."""
    slots: dict[tuple[str, str], list[Claim]] = {}
    for claim in claims:
        slots.setdefault(slot(claim.fact), []).append(claim)
    return slots
