"""Filters of the command line as one SQL condition over `memories`."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime

from store.errors import BadUsage
from store.literals import literal, time_literal


@dataclass(frozen=True)
class Filters:
    """Which memories may be found; None does not restrict."""

    namespace: str | None = None
    type: str | None = None
    level: int | None = None
    session: str | None = None
    name: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    before: datetime | None = None
    where: str | None = None
    superseded: bool = False
    as_of: datetime | None = None

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
            not self.superseded and self._not_superseded(),
            self.where is not None and f"({self.where})",
        ]
        return " AND ".join(test for test in tests if test) or None

    def as_of_moment(self, now: datetime | None) -> Filters:
        """
        Return these bounds with the present taken to be `now`, if that is given.

        What was said later is not found, and what was replaced later still holds: also after
        `before` and `until`, which are moments of the past.
        """
        ends = [moment for moment in (now, self.before, self.until) if moment is not None]
        until = min((m for m in (now, self.until) if m is not None), default=None)
        return replace(self, until=until, as_of=min(ends, default=None))

    def _not_superseded(self) -> str:
        """Return the condition that a statement holds: still, or still did at `as_of`."""
        if self.as_of is None:
            return "superseded_by IS NULL"
        return f"(superseded_by IS NULL OR valid_to > {time_literal(self.as_of)})"

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
