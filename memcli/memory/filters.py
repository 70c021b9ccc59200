"""Filters of the command line as one SQL condition over `memories`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from memcli.memory.holds import holding
from store.errors import BadUsage
from store.literals import literal, time_literal

if TYPE_CHECKING:
    from memcli.memory.whereabouts import Kind, NameBound
    from store import Snapshot
    from store.reading import TableReader


@dataclass(frozen=True)
class Filters:
    """
    Which memories may be found; None does not restrict.

    bounds: places and persons that they are of; superseded: also what does not hold; as_of: when
    it is to hold, else at `present`.
    """

    namespace: str | None = None
    type: str | None = None
    level: int | None = None
    session: str | None = None
    name: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    before: datetime | None = None
    where: str | None = None
    bounds: tuple[NameBound, ...] = ()
    superseded: bool = False
    as_of: datetime | None = None
    present: datetime = field(default_factory=lambda: datetime.now(UTC), compare=False)

    @property
    def moment(self) -> datetime:
        """The moment at which what is found holds."""
        return self.as_of or self.present

    def condition(self) -> str | None:
        """Return the condition in SQL, or None when nothing is restricted."""
        tests = [
            self.namespace is not None and f"namespace = {literal(self.namespace)}",
            self.type is not None and f"type = {literal(self.type)}",
            self.level is not None and f"level = {self.level}",
            self.session is not None and f"session_id = {literal(self.session)}",
            self.name is not None and f"lower(speaker) = lower({literal(self.name)})",
            self.since is not None and f"happened_at >= {time_literal(self.since)}",
            self.until is not None and f"happened_at <= {time_literal(self.until)}",
            self.before is not None and f"happened_at < {time_literal(self.before)}",
            not self.superseded and holding(self.moment),
            self.where is not None and f"({self.where})",
            *(bound.condition() for bound in self.bounds),
        ]
        return " AND ".join(test for test in tests if test) or None

    def require_sound(self, snapshot: Snapshot) -> None:
        """Raise BadUsage for a condition of the user's that is none."""
        if self.where is not None:
            require_whole(self.where)
            snapshot.table("memories").require_condition(self.where)

    def of_names(self, source: TableReader, place: str | None, company: str | None) -> Filters:
        """Return the same bounds for what is of a place, or with a person, if these are given."""
        given: tuple[tuple[Kind, str | None], ...] = (("place", place), ("person", company))
        if not (place or company):
            return self
        from memcli.memory.whereabouts import name_bound

        found = (name_bound(source, kind, n, self.namespace) for kind, n in given if n is not None)
        return replace(self, bounds=tuple(found))

    def unknown_bounds(self, source: TableReader) -> Iterator[str]:
        """Yield a line for each place and person that nothing is known of."""
        for bound in self.bounds:
            from memcli.memory.whereabouts import unknown_bound

            yield from unknown_bound(source, bound, self.namespace)

    def as_of_moment(self, now: datetime | None) -> Filters:
        """
        Return these bounds with the present taken to be `now`, if that is given.

        What was said later is not found, and what was replaced later still holds: also after
        `before` and `until`, which are moments of the past.
        """
        ends = [moment for moment in (now, self.before, self.until) if moment is not None]
        until = min((m for m in (now, self.until) if m is not None), default=None)
        return replace(self, until=until, as_of=min(ends, default=None))

    def not_before(self, newest: datetime | None) -> Filters:
        """Return these bounds with a present that is no earlier than what was said already."""
        return replace(self, present=max(self.present, newest or self.present))

    def of_turns(self) -> Filters:
        """Return the same bounds for verbatim turns alone."""
        return replace(self, level=0)

    def of_keys(self) -> Filters:
        """Return the bounds within which derived memories are keys of turns."""
        return replace(self, level=None, type=None, superseded=True)


QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")


def require_whole(condition: str) -> None:
    """Raise BadUsage unless a condition of the user's stays one when it is put in brackets."""
    bare = QUOTED.sub("", condition)
    depth, lowest = 0, 0
    for char in bare:
        depth += (char == "(") - (char == ")")
        lowest = min(lowest, depth)
    loose = "'" in bare or '"' in bare or ";" in bare or "--" in bare or "/*" in bare
    if depth or lowest or loose or not condition.strip():
        raise BadUsage(f"--where {condition!r} is not one condition", "balance quotes and brackets")
