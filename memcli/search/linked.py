"""Linked: under each hit what it is tied to and why, for `query --linked`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from memcli.memory.ties import Tie, in_order, read_ties
from memcli.records import LinkedMemory

if TYPE_CHECKING:
    from memcli.records import Hit
    from store import Snapshot


def with_linked(
    snapshot: Snapshot,
    hits: Sequence[Hit],
    most: int,
    namespace: str | None = None,
    everything: bool = False,
) -> list[Hit]:
    """
    Return hits with at most so many ties each in `linked`, those that tell most first.

    A turn has those of its statements too, for it is these that are linked; what is a hit itself,
    or is shown beside one, is none.
    """
    made = _statements(snapshot, [hit.id for hit in hits if hit.level == 0])
    shown = {hit.id for hit in hits} | {turn.id for hit in hits for turn in hit.around or ()}
    shown |= {id_ for hit in hits for id_ in hit.source_ids or ()}
    shown |= {id_ for ids in made.values() for id_ in ids}
    ids = sorted({hit.id for hit in hits} | {id_ for some in made.values() for id_ in some})
    ties = read_ties(snapshot, ids, namespace, shown, everything)
    return [
        msgspec.structs.replace(hit, linked=_linked(hit, made.get(hit.id, ()), ties, most) or None)
        for hit in hits
    ]


def _statements(snapshot: Snapshot, turns: Sequence[str]) -> dict[str, list[str]]:
    """Return the statements of turns, by turn."""
    columns = ["source_id", "target_id", "relation"]
    rows = snapshot.rows_of(turns, columns, "target_id", tables=["links"])
    found: dict[str, list[str]] = {}
    for row in rows:
        if row["relation"] == "derived_from":
            found.setdefault(row["target_id"], []).append(row["source_id"])
    return found


def _linked(
    hit: Hit, statements: Sequence[str], ties: dict[str, list[Tie]], most: int
) -> list[LinkedMemory]:
    own = [*ties.get(hit.id, ()), *(tie for id_ in statements for tie in ties.get(id_, ()))]
    return [LinkedMemory(**tie.to_json()) for tie in in_order(own)[:most]]
