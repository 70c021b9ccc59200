"""
New entities of an export, without the names that only what was purged has mentioned.

Names have no tombstones of their own where the store that forgot had not linked them yet, and other
names know them as their company.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from memcli.jsonl import Row
from memcli.language.names.forms import name_key
from memcli.memory.arrow import json_text
from memcli.memory.entities import seen_without, with_evidence

MENTIONS: Final = "mentions"


class NewEntities:
    """Collects the rows of entities that a store does not have."""

    def __init__(self, is_gone: Callable[[str], bool]) -> None:
        """`is_gone` says whether what an id names was purged, and may not come back."""
        self._is_gone = is_gone
        self._rows: list[Row] = []
        self._named: set[str] = set()
        self._named_by_gone: set[str] = set()

    def add(self, row: Row) -> None:
        """Take an entity, with its evidence as text, as the table has it."""
        evidence = row["evidence"]
        self._rows.append({**row, "evidence": evidence and json_text(evidence)})

    def note(self, id_: str, is_free: bool) -> None:
        """Take note that a memory mentions an entity: one that is there, or one that is gone."""
        (self._named if is_free else self._named_by_gone).add(id_)

    @property
    def rows(self) -> list[Row]:
        """The entities that may be written."""
        orphans = self._named_by_gone - self._named
        gone = [row for row in self._rows if row["id"] in orphans or self._is_gone(row["id"])]
        if not gone:
            return self._rows
        ids = {row["id"] for row in gone}
        keys = {(row["namespace"], name_key(row["name"])) for row in gone}
        return [_without(row, ids, keys) for row in self._rows if row["id"] not in ids]


def _without(row: Row, ids: set[str], keys: set[tuple[str, str]]) -> Row:
    """Return an entity that knows nothing of some others."""
    if row["canonical_id"] in ids:
        row = {**row, "canonical_id": None}
    seen = seen_without(row, keys)
    return with_evidence(row, {"seen": seen}) if seen else row
