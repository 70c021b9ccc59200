"""Request for a block of context: the question, its bounds, and which sections are wanted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

# A message is searched for by its beginning and its end.
LONGEST_QUERY: Final = 2_000


@dataclass(frozen=True)
class Request:
    """
    What is asked for; recent: how many turns; profile: whether to show it; standing: whether to
    show what is the same for every question, core and tasks; if not, they are no hits either.

    now: what is later is not seen; asked_at: what "last week" is counted from; besides: a session
    that is before the reader already, so that nothing of it is relevant; place, company: what is
    not of this place, or with this person, is left out, but for tasks and what was pinned.
    """

    query: str
    max_tokens: int
    namespace: str | None = None
    session: str | None = None
    recent: int = 6
    profile: bool = True
    now: datetime | None = None
    asked_at: datetime | None = None
    besides: str | None = None
    standing: bool = True
    place: str | None = None
    company: str | None = None


def searched(query: str) -> str:
    """What is searched for: of a long message its beginning and its end."""
    if len(query) <= LONGEST_QUERY:
        return query
    half = LONGEST_QUERY // 2
    return f"{query[:half]}\n{query[-half:]}"
