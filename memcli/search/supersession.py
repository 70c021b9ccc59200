"""Supersession: which statement holds now in place of one that was replaced."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

import pyarrow.compute as pc

from memcli.jsonl import Row
from memcli.memory.holds import COLUMNS as HOLDS
from memcli.memory.holds import has_ended
from memcli.search.key_expansion import STATEMENT

if TYPE_CHECKING:
    from datetime import datetime

    import pyarrow as pa

    from store import Snapshot
    from store.held import Place

COLUMNS: Final = ("id", "namespace", "session_id", "seq", "value", "source_ids", *HOLDS)
# Somebody who moved more often than that is met half-way.
MAX_STEPS: Final = 16
_WORD = re.compile(r"\w+")


class Supersession:
    """What replaced statements of one table, among what meets the condition `where`."""

    def __init__(self, snapshot: Snapshot, table: str, where: str | None, moment: datetime) -> None:
        self.snapshot = snapshot
        self.table = table
        self.where = where
        self.moment = moment

    def successors(self, query: str, rows: pa.Table) -> dict[int, Place]:
        """
        Return where the statements stand that hold in place of those that were superseded.

        What replaced a statement may have been replaced itself: the last one counts. There is none
        where that was said later than is asked for, and none for a question that names what was
        replaced ("How long did she live in Oslo?"): it is about the past.
        """
        old = self._retired(rows)
        known = self._followed({row["superseded_by"] for row in old.values()})
        asked = set(_folded_words(query))
        successors = {}
        for row_id, row in old.items():
            successor = self._last(row["superseded_by"], known)
            if successor and not (_is_merged(row, successor) or _is_meant(row, successor, asked)):
                successors[row_id] = (
                    successor["namespace"],
                    successor["session_id"],
                    successor["seq"],
                )
        return successors

    def _retired(self, rows: pa.Table) -> dict[int, Row]:
        """Return the statements that a newer one replaced, by row id."""
        # Most rows never were: only the others are looked at one by one.
        replaced = rows.select(("_rowid", *HOLDS)).filter(pc.is_valid(rows["superseded_by"]))
        some = [
            row["_rowid"]
            for row in replaced.to_pylist()
            if row["level"] == STATEMENT and has_ended(row, self.moment)
        ]
        if not some:
            return {}
        read = self.snapshot.take(some, ("value", "superseded_by", "source_ids"), self.table)
        return dict(zip(some, read.to_pylist(), strict=True))

    def _followed(self, ids: Iterable[str]) -> dict[str, Row]:
        """Return statements and, step by step, what replaced them, by id."""
        known: dict[str, Row] = {}
        missing = set(ids)
        for _ in range(MAX_STEPS):
            if not missing:
                break
            ids = sorted(missing)
            found = self.snapshot.read_ids(self.table, ids, COLUMNS, where=self.where).to_pylist()
            known |= {row["id"]: row for row in found}
            missing = {row["superseded_by"] for row in found if has_ended(row, self.moment)}
            missing -= known.keys()
        return known

    def _last(self, id_: str, known: dict[str, Row]) -> Row | None:
        """Return the last in a chain of statements; None where it has no place in a session."""
        row = known.get(id_)
        for _ in range(MAX_STEPS):
            if row is None or not has_ended(row, self.moment):
                break
            row = known.get(row["superseded_by"], row)
        placed = row and row["session_id"] is not None and row["seq"] is not None
        return row if placed else None


def _is_merged(old: Row, successor: Row) -> bool:
    """Say whether a statement handed on its sources to another that says the same."""
    return set(old["source_ids"] or ()) <= set(successor["source_ids"] or ())


def _is_meant(old: Row, successor: Row, asked: set[str]) -> bool:
    """Say whether a question names the value that was replaced, and not only what both are of."""
    value = set(_folded_words(old["value"] or ""))
    return (
        bool(value) and value <= asked and not set(_folded_words(successor["value"] or "")) <= asked
    )


def _folded_words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())
