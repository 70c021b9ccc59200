"""
Giving: in how many sessions a lesson was told beforehand, and how many of those ended well.

A recall that names its session counts for that; a session without an outcome counts for nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from memcli.consolidation.experience.agent_sessions import AgentSession
from memcli.language.verdicts import GOOD
from store.errors import MemcliError

if TYPE_CHECKING:
    from store import Snapshot


class Giving(NamedTuple):
    """A recall of a memory for a session."""

    session: str
    at: datetime


@dataclass(frozen=True)
class HelpCount:
    """In how many sessions with an outcome something was given, and how many ended well."""

    given: int = 0
    helped: int = 0


def givings(snapshot: Snapshot, ids: Iterable[str]) -> dict[str, list[Giving]]:
    """Return the recalls of some memories that name their session, by id."""
    wanted = sorted(set(ids))
    found: dict[str, list[Giving]] = {}
    if not wanted:
        return found
    columns = ["id", "accessed_at", "session_id"]
    try:
        for row in snapshot.rows_of(wanted, columns, tables=["accesses"]):
            if row["session_id"]:
                given = Giving(row["session_id"], row["accessed_at"])
                found.setdefault(row["id"], []).append(given)
    except MemcliError:
        return {}  # what was recalled is no part of any commit, and may be gone
    return found


def help_of(given: Sequence[Giving], sessions: Mapping[str, AgentSession]) -> HelpCount:
    """Return how often what was given was followed by a good end, each session counted once."""
    first: dict[str, datetime] = {}
    for each in given:
        first[each.session] = min(each.at, first.get(each.session, each.at))
    ends = (sessions[id_].outcome(at) for id_, at in first.items() if id_ in sessions)
    known = [end for end in ends if end is not None]
    return HelpCount(len(known), sum(end == GOOD for end in known))
