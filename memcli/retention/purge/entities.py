"""
Entities in a purge: what happens to the names that memories mention.

A name goes when only memories that go have mentioned it and no turn that is left says it. What
other names know of it, as their company or as what they are not, goes too, and so do the merges
into it: `link` resolves them anew. What only turns that go have said to stand for something means
it no longer.
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Final

from memcli.jsonl import Row
from memcli.language.names.forms import name_key
from memcli.memory.arrow import records_to_table
from memcli.memory.entities import (
    ALIAS,
    BY_RULE,
    aliases_of,
    changed,
    evidence_of,
    seen_without,
    with_evidence,
)
from schemas import tables

if TYPE_CHECKING:
    import pyarrow as pa

    from memcli.retention.purge.plan import Plan
    from store import Snapshot

Key = tuple[str, str]
MERGE: Final = ("by", "reason", "score", "scores")


class EntityPurge:
    """The rows of `entities` after a purge."""

    def __init__(self, snapshot: Snapshot, plan: Plan, now: datetime) -> None:
        self.snapshot = snapshot
        self.plan = plan
        self.now = now
        self._rows: list[Row] = snapshot.read("entities").to_pylist()
        # By entity: the memories that go and mention it, and of these the statements.
        self._mentions: Counter[str] = Counter()
        self._uses: Counter[str] = Counter()
        self._others: set[str] = set()
        self._count_mentions()
        self.gone = self._unsaid()

    def _count_mentions(self) -> None:
        """Count how often what goes mentions each entity, and note which what stays does."""
        columns = ["source_id", "target_id"]
        for batch in self.snapshot.scan("links", columns, "relation = 'mentions'"):
            for source, target in zip(*(batch[n].to_pylist() for n in columns), strict=True):
                if source not in self.plan.gone:
                    self._others.add(target)
                    continue
                self._mentions[target] += 1
                self._uses[target] += source in self.plan.statements

    def _unsaid(self) -> set[str]:
        """Return the entities that nothing that is left names."""
        spaces = {space for space, _ in self.plan.sessions}
        speakers, stated = self._speakers_gone(), self._stated_by_gone()
        some = [
            row
            for row in self._rows
            if row["namespace"] in spaces
            and row["id"] not in self._others
            and (
                self._mentions[row["id"]]
                or (row["namespace"], row["name"]) in speakers
                or (row["namespace"], name_key(row["name"])) in stated
            )
        ]
        left = {row["id"]: (row["namespace"], name_key(row["name"])) for row in some}
        columns = ["id", "namespace", "text", "speaker"]
        turns = self.snapshot.rows_of(sorted(spaces), columns, "namespace", "level = 0")
        for turn in turns if left else ():
            if turn["id"] not in self.plan.gone:
                left = _not_in(turn, left)
        return set(left)

    def _speakers_gone(self) -> set[tuple[str, str]]:
        """Return the speakers of the turns that go, by namespace."""
        ids = sorted(self.plan.named)
        rows = self.snapshot.rows_of(ids, ["namespace", "speaker"])
        return {(row["namespace"], row["speaker"]) for row in rows if row["speaker"]}

    def _stated_by_gone(self) -> set[Key]:
        """Return the names that a turn that goes says to mean another, and what they mean."""
        return {
            (row["namespace"], key)
            for row in self._rows
            for alias, turns in aliases_of(row).items()
            if not self.plan.gone.isdisjoint(turns)
            for key in (alias, name_key(row["name"]))
        }

    # ---------------------------------------------------------------- rows

    @cached_property
    def _changed_rows(self) -> dict[str, Row]:
        """The rows that differ from what they were."""
        from store.traces import without_texts

        kept = [row for row in self._rows if row["id"] not in self.gone]
        keys = {(r["namespace"], name_key(r["name"])) for r in self._rows if r["id"] in self.gone}
        new = [self._cleaned(row, keys) for row in kept]
        if new:
            batch = records_to_table(new, tables.entities()).combine_chunks().to_batches()[0]
            new = without_texts(batch, ("evidence", "extra"), self.plan.texts).to_pylist()
        return {row["id"]: row for row in changed(kept, new, self.now)}

    def _cleaned(self, row: Row, keys: set[tuple[str, str]]) -> Row:
        """Return a row without what it knows of the names that go and the uses that go."""
        if row["canonical_id"] in self.gone or row["id"] in self._unstated:
            row = {**with_evidence(row, dict.fromkeys(MERGE)), "canonical_id": None}
        evidence = evidence_of(row)
        seen = seen_without(row, keys)
        if "count" in seen:
            seen["count"] = max(0, seen["count"] - self._uses[row["id"]])
        if "aliases" in seen:
            seen["aliases"] = self._still_stated(row)
        never = [id_ for id_ in evidence.get("never", ()) if id_ not in self.gone]
        seen = {name: value for name, value in seen.items() if value}
        if (seen, never) == (evidence.get("seen") or {}, evidence.get("never") or []):
            return row
        return with_evidence(row, {"seen": seen, "never": never})

    def _still_stated(self, row: Row) -> dict[str, list[str]]:
        """Return what a name is called besides by turns that stay."""
        gone = {name_key(other["name"]) for other in self._rows if other["id"] in self.gone}
        left = {
            key: [turn for turn in turns if turn not in self.plan.gone]
            for key, turns in aliases_of(row).items()
            if key not in gone
        }
        return {key: turns for key, turns in left.items() if turns}

    @cached_property
    def _unstated(self) -> set[str]:
        """The names that the rules merged by what only turns that go have said."""
        stated = {(row["namespace"], key) for row in self._rows for key in self._still_stated(row)}
        gone = self._stated_by_gone()
        return {
            row["id"]
            for row in self._rows
            if (row["namespace"], name_key(row["name"])) in gone - stated
            and evidence_of(row).get("by") == BY_RULE
            and evidence_of(row).get("reason") == ALIAS
        }

    def changed(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Return the rows of a batch of `entities` that stay, as they are to be."""
        rows = [row for row in batch.to_pylist() if row["id"] not in self.gone]
        rows = [self._changed_rows.get(row["id"], row) for row in rows]
        table = records_to_table(rows, batch.schema).combine_chunks()
        return table.to_batches()[0] if rows else batch.slice(0, 0)


def _not_in(turn: Row, left: dict[str, tuple[str, str]]) -> dict[str, tuple[str, str]]:
    """Return the names that a turn neither says nor is said by."""
    said = f"{turn['speaker'] or ''} {turn['text']}".casefold()
    namespace = turn["namespace"]
    return {
        id_: (space, key)
        for id_, (space, key) in left.items()
        if space != namespace or not _says(said, key)
    }


def _says(said: str, key: str) -> bool:
    """Say whether a name is in a text: "den" is not in "garden", where words stand apart."""
    return key in said and (
        not key.isascii() or bool(re.search(rf"(?<!\w){re.escape(key)}(?!\w)", said))
    )
