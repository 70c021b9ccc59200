"""
Folding: one line in place of many memories, and back.

HiAgent (Hu et al. 2024) puts a summary in the place of what a subgoal took once it is reached, and
Sculptor (Li et al. 2025) gives a model fold and expand for parts of its context. Here both are done
to memories by whoever reads them: what is folded is hidden with all that tells of it, and the line
is found and told in its place.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

from memcli.jsonl import Json, Row, format_time
from memcli.language.secrets import find_secrets, redact
from memcli.language.words import lexical_query
from memcli.memory.answers import open_rows
from memcli.memory.arrow import json_text
from memcli.memory.folds import (
    FOLD,
    LEVEL,
    WORDS,
    folded_words,
    folds_of,
    is_fold,
    put_away,
)
from memcli.memory.ids import content_id
from memcli.memory.selection import read_records, select
from memcli.memory.states import State, set_state
from memcli.memory.step import PlannedStep
from memcli.memory.times import parse_time
from memcli.memory.writing import link_row, write_links
from memcli.retention.hiding import hide
from memcli.retention.pinning import MemoryChanges, states_of, without
from schemas import tables
from store.errors import BadUsage

if TYPE_CHECKING:
    from datetime import datetime

    import pyarrow as pa

    from memcli.models.encoder import Encoder
    from store import Commit, Store, Transaction

# A line of a person's own matters, as what they note does.
IMPORTANCE: Final = 0.7
# Of more, the line is found by those that were said first: its vector is their mean, and vaguer.
MOST_WORDS: Final = 600


class FoldStep(PlannedStep):
    """
    One call of `fold`: fold is the new memory, changes what goes out of sight for it.

    names: ids, the beginnings of ids or refs; encoder: gives the store's, which may be loading.
    """

    command = "fold"

    def __init__(
        self,
        store: Store,
        now: datetime,
        encoder: Callable[[], Encoder],
        names: Sequence[str],
        summary: str,
        namespace: str | None = None,
    ) -> None:
        self.names, self.summary, self.namespace = names, summary, namespace
        self._encoder = encoder
        super().__init__(store, now)

    def plan(self) -> None:
        """Work out what is folded into which line."""
        records = select(self.snapshot, self.names, self.namespace)
        if not records:
            raise BadUsage("nothing to fold", "name memories, or pipe hits into it")
        if len(spaces := sorted({record["namespace"] for record in records})) > 1:
            raise BadUsage(f"they are of the namespaces {', '.join(spaces)}", "fold each by itself")
        self.changes = hide(self.snapshot, records, states_of(self.snapshot, records))
        self.fold = self._row(records)
        known = read_records(self.snapshot, [self.fold["id"]], None)
        self.is_known = bool(known)
        self.is_there = any(not record.get("archived") for record in known.values())

    def _row(self, records: Sequence[Json]) -> Row:
        """Return the memory that stands for others: when the last of them was said."""
        ids = sorted(record["id"] for record in records)
        sessions = {record.get("session_id") for record in records}
        times = [parse_time(r["happened_at"]) for r in records if r.get("happened_at")]
        hidden = [record["id"] for record in self.changes.records]
        return {
            "id": content_id(FOLD, records[0]["namespace"], self.summary, *ids),
            "namespace": records[0]["namespace"],
            "type": "episodic",
            "level": LEVEL,
            "text": self.summary,
            "tags": [FOLD],
            "session_id": next(iter(sessions)) if len(sessions) == 1 else None,
            "happened_at": max(times, default=self.now),
            "recorded_at": self.now,
            "importance": IMPORTANCE,
            "confidence": 1.0,
            "source_ids": ids,
            "metadata": {FOLD: {"hidden": hidden, WORDS: self._words(records)}},
            "encoder": self.snapshot.encoder.name,
        }

    def _words(self, records: Sequence[Json]) -> str:
        """Return the words by which the line is found beside its own; none of a secret."""
        found: dict[str, str] = {}
        for row in open_rows(self.snapshot, records):
            opened = redact(row["text"], find_secrets(row["text"]), "")
            said = f"{lexical_query(opened)} {folded_words(row.get('metadata'))}"
            found |= {
                word.casefold(): word for word in said.split() if word.casefold() not in found
            }
        for word in lexical_query(self.summary).split():
            found.pop(word.casefold(), None)
        return " ".join([*found.values()][:MOST_WORDS])

    @property
    def record(self) -> Json:
        """The new memory as a record."""
        row = {name: value for name, value in self.fold.items() if value is not None}
        times = {name: format_time(row[name]) for name in ("happened_at", "recorded_at")}
        return {"kind": "memory", "v": 1, **row, **times}

    @property
    def _is_empty(self) -> bool:
        return self.is_there and not self.changes.records

    def commit(self, arguments: dict[str, Any]) -> Commit | None:
        """Write it; BadUsage for a line that was purged before."""
        if not self.admitted([self.fold]):
            what = "the line was purged before and stays gone"
            raise BadUsage(what, "say it otherwise")
        return super().commit(arguments)

    def _write(self, transaction: Transaction) -> None:
        if self.is_known:
            set_state(transaction, [self.fold["id"]], State.active, self.now)
        else:
            transaction.append_batches("memories", [self._encoded()])
        self.changes.write(transaction, self.now)
        reason = "folded by hand"
        ends = ((self.fold["id"], id_) for id_ in self.fold["source_ids"])
        links = [link_row(*end, "summarizes", 1.0, reason, self.now) for end in ends]
        write_links(transaction, links)

    def _encoded(self) -> pa.RecordBatch:
        from memcli.memory.encoding import encoded_rows
        from memcli.memory.search_columns import search_columns

        encoder = self._encoder()
        row = {**self.fold, "metadata": json_text(self.fold["metadata"])}
        schema = tables.memories(encoder.dimension)
        return encoded_rows([{**row, **search_columns(row)}], encoder, schema)


class UnfoldStep(PlannedStep):
    """One call of `unfold`: folds are what is taken back, changes what comes into sight again."""

    command = "unfold"

    def __init__(
        self, store: Store, now: datetime, names: Sequence[str], namespace: str | None = None
    ) -> None:
        """`names`: folds, or memories that were folded."""
        self.names, self.namespace = names, namespace
        super().__init__(store, now)

    def plan(self) -> None:
        """Work out what comes back."""
        if not self.names:
            raise BadUsage("nothing to unfold", "name a line, or pipe hits into it")
        records = select(self.snapshot, self.names, self.namespace)
        named = [record["id"] for record in records]
        above = [row["id"] for row in folds_of(self.snapshot, named)]
        own = [record["id"] for record in records if is_fold(record)]
        # A fold within another comes into sight by the other, and is no more taken back.
        ids = own or above
        if not ids:
            what = f"no fold stands for {', '.join(self.names[:3])}"
            raise BadUsage(what, "memcli restore brings back what was hidden")
        self.folds = list(read_records(self.snapshot, list(dict.fromkeys(ids)), None).values())
        self.changes = self._changes()

    def _changes(self) -> MemoryChanges:
        """Return what brings back what the folds put away, as far as it is hidden still."""
        away = [id_ for fold in self.folds for id_ in put_away(fold.get("metadata"))]
        records = read_records(self.snapshot, list(dict.fromkeys(away)), None)
        states = states_of(self.snapshot, records.values())
        back = [r for id_, r in records.items() if states[id_] is State.hidden]
        ids = [record["id"] for record in back]
        return MemoryChanges(
            records=[without(record, "archived") for record in back],
            states={State.active: ids} if ids else {},
        )

    @property
    def _standing(self) -> list[str]:
        """The folds that stand still."""
        return [fold["id"] for fold in self.folds if not fold.get("archived")]

    @property
    def _is_empty(self) -> bool:
        return not (self._standing or self.changes.records)

    def _write(self, transaction: Transaction) -> None:
        self.changes.write(transaction, self.now)
        if self._standing:
            set_state(transaction, self._standing, State.archived, self.now)
