"""Prefilters: which rows each part of a search may find, as conditions in SQL."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from memcli.memory.filters import Filters


@dataclass(frozen=True)
class Bounds:
    """
    The conditions of one search, as SQL.

    turns: for turns by their place; said: for what is found by its own words; derived: for what was
    made of turns; either: for what is found by its meaning. keyed: whether what was made of a turn
    raises it. of_turns: what `turns` says but for what is hidden; hides: whether that is left out.

    With keys, `said` leaves out the level: only turns have those words. So does `either`, and looks
    at the levels of what was found: a condition that holds for nearly all of a million rows takes
    four times as long as the search.
    """

    turns: str | None
    said: str | None
    derived: str | None
    either: str | None
    keyed: bool
    of_turns: Filters | None = None
    hides: bool = False

    @classmethod
    def of(cls, filters: Filters, hidden: str | None) -> Bounds:
        """Return the conditions for a user's filters, leaving out what is hidden."""
        own = both(filters.condition(), hidden)
        if filters.level or filters.type is not None:
            return cls(own, own, own, own, False, filters, hidden is not None)
        # Statements that were replaced are looked for too: they tell which turns are out of date.
        keys = both(filters.of_keys().condition(), hidden)
        turns = both(filters.of_turns().condition(), hidden)
        return cls(turns, keys, keys, keys, True, filters.of_turns(), hidden is not None)


def both(first: str | None, second: str | None) -> str | None:
    """Return the condition that two conditions hold, None being none."""
    given = [condition for condition in (first, second) if condition]
    return " AND ".join(f"({condition})" for condition in given) or None
