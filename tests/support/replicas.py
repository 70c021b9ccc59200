"""Stores that are changed apart and pull from one another, and what of them has to be the same."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from memcli.ingestion.notes import NoteFields, NoteStep, note_rows
from memcli.memory.arrow import records_to_table
from memcli.memory.encoders import store_encoder
from memcli.memory.entities import entity_id
from memcli.memory.entity_overrides import merge_named, split_named, write_decisions
from memcli.memory.tombstones import key_name, read_tombstones
from memcli.memory.undoing import undo
from memcli.memory.user_tables import changes
from memcli.memory.user_tables.changes import NumberedRow
from memcli.memory.user_tables.columns import Column
from memcli.replication.pushing import OwnSource
from memcli.replication.running import Pull, PullOptions, pull
from memcli.retention.archiving import ArchiveStep
from memcli.retention.marking import Mark, MarkStep
from memcli.retention.purge.plan import plan_purge, with_sources
from memcli.retention.purge.purging import PurgeStep
from memcli.search.feedback import FeedbackStep
from memcli.search.feedback_hits import FeedbackHit, HitList
from schemas import tables
from store import Store
from store.check import check
from store.commits import EncoderStamp
from store.errors import MemcliError
from store.keys import read_key
from store.user_tables import user_tables

NAMES = ("Liz", "Elizabeth", "Bear")
WORDS = "kettle ladder orchard violin compass lantern harbour pepper".split()
COLUMNS = (Column("item", "text"), Column("left", "integer"))
ROWS = ("row", "change", "out", "drop")
START = datetime(2026, 3, 1, 9, tzinfo=UTC)
# So far behind is the clock of each further store.
SLOW = timedelta(days=2)


class Replica:
    """One of several stores, with a clock of its own."""

    def __init__(self, path: Path, stamp: EncoderStamp, number: int = 0) -> None:
        self.store = Store.create(path, stamp)
        self.encoder = store_encoder(stamp, self.store.layout)
        self._behind = SLOW * number
        self._ticks = 0

    @property
    def now(self) -> datetime:
        """The next moment of its clock."""
        self._ticks += 1
        return START + timedelta(hours=self._ticks) - self._behind

    def ids(self) -> list[str]:
        """Return the ids of its memories."""
        return sorted(row["id"] for row in self.store.snapshot().rows(["id"]))

    def chosen(self, number: int) -> str | None:
        """Return one of them."""
        ids = self.ids()
        return ids[number % len(ids)] if ids else None

    def pull(self, other: Replica, **asked: Any) -> Pull:
        """Take over what another has."""
        source = OwnSource(other.store)
        return pull(self.store, source, self.encoder, self.now, PullOptions(**asked))

    # ---------------------------------------------------------------- changes

    def add(self, number: int, replaces: Sequence[str] = (), key: str | None = None) -> None:
        """Keep a note, the same for the same number but for its time."""
        now = self.now
        words = f"{WORDS[number % len(WORDS)]} stands by the {WORDS[number // 2 % len(WORDS)]}"
        rows = note_rows([words], NoteFields(at=now, key=key), now)
        NoteStep(self.store, lambda: self.encoder, rows, now, replaces).commit({})

    def change(self, what: str, number: int) -> None:
        """Do one thing to one of its memories or names; nothing where that makes no sense."""
        id_ = self.chosen(number)
        try:
            if what == "add":
                self.add(number)
            elif what == "key":
                self.add(number, key="colour")
            elif what in ("merge", "split", "name"):
                self._decide(what, number)
            elif what == "undo":
                undo(self.store, self.now)
            elif what in ROWS:
                self.change_row(what, number)
            elif id_ is not None:
                self._change(what, id_, number)
        except MemcliError:
            return

    def _change(self, what: str, id_: str, number: int) -> None:
        snapshot = self.store.snapshot()
        if what in (Mark.PIN, Mark.UNPIN, Mark.HIDE, Mark.RESTORE):
            MarkStep(self.store, self.now, Mark(what), [id_]).commit({})
        elif what == "forget":
            from memcli.memory.selection import select

            step = ArchiveStep(self.store, self.now, snapshot)
            step.take(select(snapshot, [id_], None), pinned=True)
            step.commit({})
        elif what == "purge":
            plan = plan_purge(snapshot, with_sources(snapshot, [id_], taken=True))
            PurgeStep(self.store, snapshot, plan, self.now).commit({"purge": True})
        elif what == "correct":
            self.add(number, replaces=[id_])
        elif what == "feedback":
            hit = FeedbackHit(id_, id_, 1, {})
            step = FeedbackStep(self.store, None, self.now)
            asked = HitList("default", f"where is the {WORDS[number % len(WORDS)]}", (hit,))
            step.judge([id_] if number % 2 else [], [] if number % 2 else [id_], [asked])
            step.commit({})

    def change_row(self, what: str, number: int) -> None:
        """Add, change or take out a row of a table without a key, or of one with a key."""
        name = ("costs", "stock")[number % 2]
        key, now = ([], ["item"])[number % 2], self.now
        row = NumberedRow(1, {"item": WORDS[number // 2 % 3], "left": number})
        with self.store.transaction("table", {}) as transaction:
            if name not in user_tables(transaction.names):
                changes.create(transaction, name, COLUMNS, key)
            table = changes.open_table(transaction, transaction.names, name)
            if what == "row":
                changes.insert(transaction, table, [row], "default", now)
            elif what == "change":
                told = (transaction, table, [row], ["item"], None, "default", now)
                changes.update(*told, upsert=number % 3 == 0)
            elif what == "drop":
                changes.drop(transaction, table, now)
            else:
                changes.delete(transaction, table, [row], ["item"], None, now)
            if transaction.changed:
                transaction.publish()

    def own_rows(self) -> dict[str, list[dict[str, Any]]]:
        """Return the rows of its own tables."""
        snapshot = self.store.snapshot()
        return {
            name: sorted(snapshot.read(key).to_pylist(), key=lambda row: row["_id"])
            for name, key in user_tables(snapshot.commit.tables).items()
        }

    def _decide(self, what: str, number: int) -> None:
        """See names, or merge and split them."""
        now = self.now
        one, other = NAMES[number % 3], NAMES[(number + 1) % 3]
        with self.store.transaction("entities", {}) as transaction:
            rows = transaction.table("entities").read().to_pylist()
            if what == "name":
                known = {row["id"] for row in rows}
                new = [row for row in map(_name_row, (one, other)) if row["id"] not in known]
                if new:
                    table = records_to_table(new, tables.entities())
                    transaction.upsert("entities", table, ["id"])
            else:
                decide = merge_named if what == "merge" else split_named
                if changed := decide(rows, [one, other], now):
                    write_decisions(transaction, changed, now)
            if transaction.changed:
                transaction.publish()

    # ---------------------------------------------------------------- what it has

    def content(self) -> dict[str, Any]:
        """Return all of it that stores which met agree on."""
        snapshot = self.store.snapshot()
        own = read_key(snapshot.layout.tombstone_key)
        memories = {
            row["id"]: {**{n: v for n, v in row.items() if n != "encoder"}, "archived": table}
            for table in ("memories", "archive")
            for row in snapshot.rows(tables.memory_record().names, tables=[table])
        }
        return {
            "memories": memories,
            "states": {
                row["id"]: row["state"] for row in snapshot.rows(None, tables=["strengths"])
            },
            "links": sorted(
                (row["source_id"], row["relation"], row["target_id"])
                for row in snapshot.rows(None, tables=["links"])
            ),
            "entities": {row["id"]: row for row in snapshot.rows(None, tables=["entities"])},
            "tombstones": sorted(
                (row["key"] or (key_name(own) if own else ""), row["hash"], row["kind"])
                for row in read_tombstones(snapshot)
            ),
            "tables": self.own_rows(),
            "verdicts": {
                space: sorted((v.question, v.id, v.helped, v.at) for v in given)
                for space, given in snapshot.commit.verdicts.items()
            },
            "stamps": sorted(
                tuple(map(str, row.values())) for row in snapshot.rows(None, tables=["stamps"])
            ),
        }

    def problems(self) -> list[str]:
        """Return what `check` finds."""
        return [problem.what for problem in check(self.store) if problem.severity == "error"]


def _name_row(name: str) -> dict[str, Any]:
    """Return a name as `link` would see it for the first time."""
    return {
        "id": entity_id("default", name),
        "namespace": "default",
        "name": name,
        "type": "person",
        "recorded_at": START,
    }


def meet(replicas: Sequence[Replica]) -> None:
    """Let all know all: twice, the first pulls from the others, and these from it."""
    first, *others = replicas
    for _ in range(2):
        for other in others:
            first.pull(other)
        for other in others:
            other.pull(first)


CHANGES = (
    "add", "key", "name", "merge", "split", "correct", "feedback", "forget", "purge", "undo",
    *ROWS,
    *(str(mark) for mark in Mark),
)  # fmt: skip
__all__ = ["CHANGES", "Replica", "meet"]
