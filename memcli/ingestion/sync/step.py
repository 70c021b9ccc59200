"""
Sync step: files that changed are read, and what is in them now is what the store has of them.

All of a call is one transaction, the rows of `sources` with it: killed before it is published, it
has not happened, and the next one does all of it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from memcli.ingestion.redacting import Redactor
from memcli.ingestion.step import IngestStep, chunks
from memcli.ingestion.sync.marks import ends_within_line
from memcli.ingestion.sync.plan import CURRENT, GONE, REFUSED, TABLE, SyncPlan, ToRead
from memcli.ingestion.sync.readings import FileReading, SyncTally
from memcli.ingestion.sync.settlement import Settlement
from memcli.ingestion.sync.settling import said_rows, unique
from memcli.ingestion.transcripts import Accepted, Item, Rejected
from memcli.ingestion.turns import turn_rows
from memcli.jsonl import Row
from memcli.records import Message
from store.errors import CommitConflict

if TYPE_CHECKING:
    import pyarrow as pa

    from memcli.ingestion.turns import Defaults, Turn
    from memcli.models.encoder import Encoder
    from store import Snapshot, Store, Transaction

# Rows of `sources` are compared without these to tell whether one has changed.
TIMES: Final = ("last_seen_at", "modified_at")
# A file that is new is compared with those that are gone up to this size.
MOST_COMPARED: Final = 4 << 20
SHARED: Final = 0.5
# What is written anew of a note that stays when what is around it changes.
PLACE: Final = ("id", "metadata", "tags", "context", "keys")


class SyncStep(IngestStep):
    """One call of `sync`."""

    command = "sync"

    def __init__(
        self,
        store: Store,
        encoder: Encoder,
        defaults: Defaults,
        plan: SyncPlan,
        redact: bool | None = None,
    ) -> None:
        super().__init__(store, encoder, defaults, redact)
        self.plan = plan
        self.readings: list[FileReading] = []
        self._texts: dict[str, set[str]] = {}
        self.tally: SyncTally = SyncTally(
            plan.unchanged, moved=len(plan.moved), gone=len(plan.gone) + len(plan.kept)
        )

    # ---------------------------------------------------------------- reading

    def find_origin(self, file: ToRead, items: Callable[[], Iterable[Item]]) -> None:
        """Take a new file for one that is gone where half of what is in either is in both."""
        if file.before or not self.plan.gone or file.row["size"] > MOST_COMPARED:
            return
        look = Redactor(self.redactor.is_on)
        found = {each for item in items() if (each := _text_of(item, look))}
        shares = [(_share(found, self._texts_of(row)), row) for row in self.plan.gone]
        share, row = max(shares, key=lambda each: each[0])
        if share < SHARED:
            return
        self.plan.gone.remove(row)
        self.tally.gone -= 1
        self.tally.moved += 1
        file.before = {**row, "state": CURRENT}
        own = {name: row[name] for name in ("id", "origin", "session_id", "first_seen_at")}
        file.row.update(own)

    def _texts_of(self, row: Row) -> set[str]:
        """Return what was in a file."""
        if row["id"] not in self._texts:
            known = self.snapshot.rows_of([row["id"]], ["memory_ids"], tables=[TABLE])
            ids = [id_ for source in known for id_ in source["memory_ids"] or ()]
            self._texts[row["id"]] = {each.text for each in said_rows(self.snapshot, ids)}
        return self._texts[row["id"]]

    def read(
        self,
        file: ToRead,
        items: Iterable[Accepted],
        count_bad: Callable[[], int],
        progress: Callable[[int], None],
    ) -> None:
        """Take the records of one file; `count_bad` says how much was rejected so far."""
        row, before = file.row, count_bad()
        stem = os.path.splitext(os.path.basename(row["origin"]))[0]
        self.defaults.sessions = {file.path: row["session_id"]}
        self.defaults.stems = {file.path: stem} if row["origin"] != row["path"] else {}
        reading = FileReading(file)
        self.readings.append(reading)
        for chunk in chunks(items):
            self.add(chunk)
            progress(len(chunk))
        bad = count_bad() - before
        reading.ids = unique(reading.ids)
        row["type"] = reading.type
        if bad:
            reading.is_whole = False
            row["state"], row["reason"] = REFUSED, f"{bad:,} of its records, or all, were not read"
        is_known = file.before is not None and file.before["state"] != GONE
        self.tally.refused += bool(bad)
        self.tally.changed += is_known and not bad
        self.tally.new += not is_known and not bad

    def _meet(self, turns: Sequence[Turn]) -> None:
        reading = self.readings[-1]
        reading.ids += [turn.id for turn in turns]
        reading.spoken += sum(turn.speaker is not None for turn in turns)
        notes = [turn for turn in turns if turn.speaker is None]
        # Of a file that was read before: elsewhere they are written as they are.
        told = turn_rows(notes) if reading.file.before else [{"id": turn.id} for turn in notes]
        reading.notes.update((row["id"], {k: row[k] for k in PLACE if k in row}) for row in told)

    # ---------------------------------------------------------------- writing

    def written(self, snapshot: Snapshot) -> Iterator[pa.RecordBatch]:
        """Yield the new memories as they stand in the store, with their places in sessions."""
        from memcli.memory.arrow import wire_columns

        columns = wire_columns(snapshot.table("memories").schema)
        for batch in self.rows:
            yield from snapshot.scan_ids("memories", batch["id"].to_pylist(), columns)

    @property
    def _is_empty(self) -> bool:
        plan = self.plan
        settled = not (plan.moved or plan.back or plan.gone or plan.kept)
        read = any(not self._is_as_before(reading) for reading in self.readings)
        return super()._is_empty and settled and not read

    def _is_as_before(self, reading: FileReading) -> bool:
        """Say whether there is nothing new to say of a file: it was refused before."""
        before, row = reading.file.before, reading.file.row
        names = [name for name in row if name not in TIMES]
        return before is not None and all(before.get(name) == row[name] for name in names)

    def _write(self, transaction: Transaction) -> None:
        self._refuse_other_sync(transaction)
        super()._write(transaction)
        if not transaction.has(TABLE):
            transaction.make(TABLE)
        settlement = Settlement(transaction, self.readings, self.plan, self.tally, self.now)
        settlement.run()

    def _refuse_other_sync(self, transaction: Transaction) -> None:
        """Raise CommitConflict where another sync wrote since the files were compared."""
        states = (commit.tables.get(TABLE) for commit in (self.snapshot.commit, transaction.head))
        if len(set(states)) > 1:
            raise CommitConflict("another sync wrote meanwhile", "run it again")


def _text_of(item: Item, redactor: Redactor) -> str | None:
    record = redactor.item(item).record if isinstance(item, Accepted) else None
    return record.content if isinstance(record, Message) else None


def _share(a: Collection[str], b: Collection[str]) -> float:
    """Return the share of the larger of two sets that is in both."""
    return len(set(a) & set(b)) / max(len(a), len(b), 1)


def finished(items: Iterator[Item], path: str) -> Iterator[Item]:
    """Yield what a file holds, without the complaint of a last line that is still being written."""
    held: Rejected | None = None
    for item in items:
        if held:
            yield held
        held = item if isinstance(item, Rejected) else None
        if held is None:
            yield item
    if held and not (is_log(path) and ends_within_line(path)):
        yield held


def is_log(path: str) -> bool:
    """Tell a file to which programs add line by line."""
    return path.lower().endswith((".jsonl", ".ndjson"))
