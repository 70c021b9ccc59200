"""
Settlement of a sync: what took whose place in the files, worked out for all of them at once.

One file after the other is compared, in memory; what becomes of the memories is written then, each
kind of change for all files together: a table gets a fragment and a version from each write, and
all of them are looked through by the next.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from memcli.ingestion.sync.edits import paired
from memcli.ingestion.sync.plan import GONE, TABLE
from memcli.ingestion.sync.settling import (
    bring_back,
    in_sight,
    pinned_among,
    place_notes,
    put_away,
    replace,
    said_rows,
    unique,
    without,
)
from memcli.jsonl import Json, Row
from memcli.memory.arrow import records_to_table
from memcli.memory.conflicts import ONLY_ADDED
from schemas import tables

if TYPE_CHECKING:
    from datetime import datetime

    from memcli.ingestion.sync.edits import Said
    from memcli.ingestion.sync.plan import SyncPlan
    from memcli.ingestion.sync.readings import FileReading, SyncTally
    from store import Transaction

IDS: Final = ("memory_ids", "left_ids")


class Gap(NamedTuple):
    """What is in a file no more: `before` are all ids that were in it, in their order."""

    reading: FileReading
    row: Row
    before: list[str]
    vanished: list[str]


class Settlement:
    """Brings memories and `sources` in line with what was read."""

    def __init__(
        self,
        transaction: Transaction,
        readings: Sequence[FileReading],
        plan: SyncPlan,
        tally: SyncTally,
        now: datetime,
    ) -> None:
        self._transaction, self._readings, self._plan = transaction, readings, plan
        self._tally, self._now = tally, now
        known = [reading.file.row for reading in readings]
        self._rows: dict[str, Row] = {
            row["id"]: row for row in (*known, *plan.moved, *plan.back, *plan.gone, *plan.kept)
        }
        for row in transaction.rows_of(sorted(self._rows), ["id", *IDS], tables=[TABLE]):
            for name in IDS:
                self._rows[row["id"]][name] = row[name] or []
        for row in self._rows.values():
            for name in IDS:
                row.setdefault(name, [])  # of a file that is new
        # Of what is in a file no more: which others have it, what nothing has ended or put away.
        self._holders: dict[str, set[str]] = {}
        self._standing: set[str] = set()
        self._pinned: set[str] = set()
        self._said: dict[str, Said] = {}
        # What becomes of it.
        self._ends: dict[str, Json] = {}
        self._away: list[str] = []

    def run(self) -> None:
        """Do it."""
        gaps = [self._take_in(reading) for reading in self._readings]
        there = {id_ for reading in self._readings for id_ in reading.ids}
        there.update(id_ for row in self._plan.back for id_ in row["memory_ids"])
        self._bring_back(there)
        self._look_up([gap for gap in gaps if gap.vanished])
        for gap in gaps:
            self._settle(gap)
        for row in self._plan.gone:
            self._put_away(row, row["memory_ids"])
        self._write()

    def _write(self) -> None:
        replace(self._transaction, self._ends, self._now)
        put_away(self._transaction, self._away, self._now)
        notes: dict[str, Row] = {}
        for reading in self._readings:
            notes |= reading.notes if reading.file.before else {}
        n_placed = place_notes(self._transaction, notes)
        if not (self._ends or self._away or self._tally.returned or n_placed):
            self._transaction.arguments[ONLY_ADDED] = True
        rows = [{**row, **{n: row[n] or None for n in IDS}} for row in self._rows.values()]
        self._transaction.upsert(TABLE, records_to_table(rows, tables.sources()), ["id"])

    def _take_in(self, reading: FileReading) -> Gap:
        """Give the row of a file the ids that are in it, and return what is not any more."""
        row = self._rows[reading.file.row["id"]]
        was_gone = (reading.file.before or {}).get("state") == GONE
        before, here = row["memory_ids"], set(reading.ids)
        row["memory_ids"] = list(reading.ids)
        vanished = without(before, here)
        if not reading.is_whole:
            row["memory_ids"] += vanished
            vanished = []
        return Gap(reading, row, *(([], []) if was_gone else (before, vanished)))

    def _bring_back(self, there: Collection[str]) -> None:
        """Make what is there again what it was, in whichever file it was before."""
        back: set[str] = set()
        for row in self._transaction.rows(["id", "left_ids"], "left_ids IS NOT NULL", [TABLE]):
            own = self._rows.get(row["id"])
            left = own["left_ids"] if own else row["left_ids"]
            if found := [id_ for id_ in left if id_ in there]:
                back.update(found)
                own = own or self._whole_row(row["id"])
                own["left_ids"] = without(left, set(found))
        if back:
            bring_back(self._transaction, sorted(back), self._now)
        self._tally.returned = len(back)

    def _whole_row(self, id_: str) -> Row:
        row = next(self._transaction.rows_of([id_], tables=[TABLE]))
        self._rows[id_] = row
        return row

    # ---------------------------------------------------------------- comparing

    def _look_up(self, gaps: Sequence[Gap]) -> None:
        """Read of the store what the comparison of the files asks for."""
        vanished = [id_ for gap in gaps for id_ in gap.vanished]
        gone = [id_ for row in self._plan.gone for id_ in row["memory_ids"]]
        wanted = {*vanished, *gone}
        if not wanted:
            return
        self._find_holders(wanted)
        free = sorted(id_ for id_ in wanted if id_ not in self._holders)
        self._standing = in_sight(self._transaction, free)
        self._pinned = pinned_among(self._transaction, sorted(self._standing))
        old = self._standing.intersection(vanished)
        new = [
            id_
            for gap in gaps
            if not old.isdisjoint(gap.vanished)
            for id_ in without(gap.reading.ids, set(gap.before))
        ]
        said = said_rows(self._transaction, unique([*sorted(old), *new]))
        self._said = {each.id: each for each in said}

    def _find_holders(self, wanted: Collection[str]) -> None:
        """Find out which files have some memories as they are now."""
        where = f"state != '{GONE}'"
        others = self._transaction.rows(["id", "memory_ids"], where, [TABLE])
        files = [row for row in self._rows.values() if row["state"] != GONE]
        files += [row for row in others if row["id"] not in self._rows]
        for row in files:
            self._hold(row, (id_ for id_ in row["memory_ids"] or () if id_ in wanted))

    def _hold(self, row: Row, ids: Iterable[str]) -> None:
        for id_ in ids:
            self._holders.setdefault(id_, set()).add(row["id"])

    def _settle(self, gap: Gap) -> None:
        """Let what is new in a file replace what is no more in it, and put the rest away."""
        row, grew = gap.row, gap.reading.file.grew
        old = [self._said[id_] for id_ in gap.vanished if self._is_free(id_)]
        if not old:
            return
        new_ids = without(gap.reading.ids, set(gap.before))
        new = [self._said[id_] for id_ in new_ids if id_ in self._said]
        pairs = paired(old, new, gap.before, gap.reading.ids)
        when = min(row["modified_at"], self._now)
        self._ends |= {id_: {"id": by, "happened_at": when} for id_, by in pairs.items()}
        self._standing.difference_update(pairs)
        self._tally.replaced += len(pairs)
        row["left_ids"] = unique([*row["left_ids"], *pairs])
        left = [each for each in old if each.id not in pairs]
        # What was said stays, though an export may have it no more; what a log that only grows
        # has no more was taken back.
        away = [each.id for each in left if each.speaker is None or grew]
        stay = [each.id for each in left if each.speaker is not None and not grew]
        row["memory_ids"] += stay
        self._hold(row, stay)
        self._put_away(row, away)

    def _is_free(self, id_: str) -> bool:
        """Say whether something is in no file any more, and nothing became of it yet."""
        return id_ in self._standing and id_ not in self._holders

    def _put_away(self, row: Row, ids: Iterable[str]) -> None:
        """Archive what is in no file any more, but for what is pinned."""
        away = sorted(id_ for id_ in ids if self._is_free(id_) and id_ not in self._pinned)
        self._standing.difference_update(away)
        self._away += away
        row["left_ids"] = unique([*row["left_ids"], *away])
        self._tally.archived += len(away)
