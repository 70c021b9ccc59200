"""Claims: facts as updates settle them, and what was ruled by hand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from memcli.algorithms.updates import Claim, Effect, moment_of
from memcli.jsonl import Json, Row
from memcli.language.facts.attributes import about, is_opposite
from memcli.language.values import read_value


def claim_of(row: Row, metadata: Json, is_stored: bool) -> Claim | None:
    """
    Return the claim of a fact as updates settle it; None for one without a time, or merged away.

    metadata: `effect` (end, past or correct; else it states), `single` where one value holds at a
    time whatever the attribute, `replaces`, and `again`, when it was said once more.
    """
    since = row["valid_from"] or row["happened_at"]
    by, end = row.get("superseded_by"), row["valid_to"]
    is_ruled = "ruling" in metadata
    if since is None or (by is not None and end is None and not is_ruled):
        return None
    effect: Effect = metadata.get("effect", "state")
    denies = row.get("polarity") == "negative" or bool(metadata.get("fact_negated"))
    replaces = metadata.get("replaces")
    return Claim(
        id=row["id"],
        value=read_value(row["value"] or ""),
        times=(since, *sorted(map(datetime.fromisoformat, metadata.get("again", ())))),
        said_at=row["happened_at"] or since,
        seq=row.get("seq") or 0,
        effect=effect,
        is_negative=denies != is_opposite(row["attribute"]),
        is_single=bool(metadata.get("single") or about(row["attribute"]).get("single")),
        valid_to=end if by is None or is_ruled else None,
        replaces=read_value(replaces) if replaces else None,
        is_stored=is_stored,
        is_ruled=is_ruled,
        ended_by=by if is_ruled else None,
    )


def ruled(claim: Claim, by: str, end: datetime | None) -> Claim:
    """Return a claim that was ruled to have ended, by what and when."""
    return replace(claim, is_ruled=True, ended_by=by, valid_to=end)


def is_unwanted(claim: Claim, gone: Iterable[Claim]) -> bool:
    """
    Say whether a new claim says what a ruling ended, in these or other words, before its end.

    gone: what was ruled to have ended.
    """
    return not claim.is_stored and any(
        claim.value.key == other.value.key
        and claim.is_negative == other.is_negative
        and not (other.valid_to and moment_of(claim) >= other.valid_to)
        for other in gone
    )
