"""Problems that are found with a store."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Literal

import msgspec

from schemas.wire import Record

Severity = Literal["error", "warning"]
# So many ids of rows with the same fault are named.
MAX_IDS: Final = 10


class Problem(Record, tag="problem"):
    """Something that `check` found, and what to do about it."""

    severity: Severity
    what: str
    remedy: str
    table: str | None = None
    ids: list[str] | None = None
    # What is damaged, below the store, and the commits that cannot be read without it.
    file: str | None = None
    commits: list[int] | None = None

    def to_json(self) -> dict[str, Any]:
        """Return it as a record."""
        record: dict[str, Any] = msgspec.to_builtins(self)
        return record


def problem(
    severity: Severity,
    what: str,
    remedy: str,
    table: str | None = None,
    ids: Sequence[str] = (),
    file: str | None = None,
    commits: Sequence[int] = (),
) -> Problem:
    """Return what is wrong, with the ids of the first rows that have the fault."""
    some = list(ids[:MAX_IDS]) or None
    numbers = list(commits) or None
    return Problem(
        v=1,
        severity=severity,
        what=what,
        remedy=remedy,
        table=table,
        ids=some,
        file=file,
        commits=numbers,
    )
