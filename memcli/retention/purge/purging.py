"""
Purge step: memories leave every table, version, index, argument and cache.

What goes is decided in memcli/retention/purge/plan.py, how a store forgets its history in
store/purge.py.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from memcli.jsonl import Row
from memcli.memory.arrow import json_text, records_to_table
from memcli.memory.states import State
from memcli.memory.step import Step, Tally
from memcli.memory.tombstones import marker_of, require_key
from memcli.memory.value_keeping import make_anew
from memcli.memory.watermarks import Watermark, forget_pulled
from memcli.memory.writing import link_row, with_columns
from memcli.retention.purge.entities import EntityPurge
from memcli.retention.purge.receipts import Removed
from memcli.retention.purge.sources import changed_sources
from memcli.retention.purge.tombstones import after_lifted, not_there, tombstones_of
from memcli.retention.purge.words import TellingWords
from schemas import tables
from store.commits import without_verdicts_on
from store.errors import NotAllPurged
from store.keys import make_key
from store.layout import MEMORY_TABLES, TOMBSTONES, VAULT
from store.symlinks import refuse_symlinks
from store.user_tables import is_user_table, user_tables

if TYPE_CHECKING:
    import pyarrow as pa

    from memcli.retention.purge.plan import Plan
    from store import Commit, Snapshot, Store, Transaction

CACHE: Final = ("cache", "llm")
# How much these steps have worked through is no longer true. That there was an extraction is: it
# says that there are statements to search.
TO_REDO: Final = (
    Watermark.LINK,
    Watermark.MERGE,
    Watermark.ENTITIES,
    Watermark.SUMMARIZE,
    Watermark.PROFILE,
    Watermark.ABSTRACT,
)
# A shorter text is in the noise of compressed data, and in other words.
MIN_PROVEN_BYTES: Final = 8
MAX_SHOWN: Final = 5


@dataclass
class PurgeTally(Tally):
    """What a purge did, in numbers."""

    named: int = 0
    derived: int = 0
    sessions: int = 0
    links: int = 0
    entities: int = 0
    accesses: int = 0
    queries: int = 0
    answers: int = 0
    commits: int = 0
    tombstones: int = 0
    freed: int = 0
    unfolded: int = 0
    said_elsewhere: list[str] = field(default_factory=list)
    # How many of the texts each table of the user's own says.
    said_in_tables: Counter[str] = field(default_factory=Counter)


class PurgeStep(Step):
    """One call of `forget --purge`."""

    command = "forget"
    harmless = frozenset({"compact"})
    may_shrink = True

    def __init__(self, store: Store, snapshot: Snapshot, plan: Plan, now: datetime) -> None:
        super().__init__(store, now, snapshot)
        self.plan = plan
        n_derived = len(plan.gone) - len(plan.named)
        self.tally: PurgeTally = PurgeTally(len(plan.named), n_derived, len(plan.sessions))
        self._entities = EntityPurge(snapshot, plan, now)
        self._hashes: dict[str, set[str]] = defaultdict(set)
        self._scan: dict[str, int] = {}

    @cached_property
    def _gone(self) -> pa.Array:
        import pyarrow as pa

        return pa.array(sorted(self.plan.gone), pa.string())

    @cached_property
    def _gone_ends(self) -> pa.Array:
        """The ids that no link may have as an end."""
        import pyarrow as pa

        return pa.array(sorted(self.plan.gone | self._entities.gone), pa.string())

    def commit(self, arguments: dict[str, Any]) -> Commit:
        """
        Do it, and look whether it is done.

        NotAllPurged when bytes of what was said are still in a file of the store.
        """
        root, is_offered = self.store.layout.root, self.store.layout.completions.exists()
        from store.purge import require_no_versions

        commit = super().commit(arguments)
        assert commit is not None  # tables that are written anew are always published
        if is_offered:
            make_anew(root)
        before = self.snapshot.commit.tables["links"].rows
        self.tally.links = before - commit.tables["links"].rows
        self.tally.entities = len(self._entities.gone)
        self.verify()
        require_no_versions(self.store)
        return commit

    def _write(self, transaction: Transaction) -> None:
        refuse_symlinks(self.store.layout)
        self._require_key()
        self._forget_elsewhere()
        _let_steps_look_again(transaction)
        transaction.verdicts = without_verdicts_on(transaction.verdicts, self.plan.gone)

    def _publish(self, transaction: Transaction) -> Commit:
        from store.purge import remove_history, rewrite

        if not transaction.has(TOMBSTONES):
            transaction.make(TOMBSTONES)
        more = {**self._new_links(), TOMBSTONES: self._tombstones()}
        commit = rewrite(transaction, self._changed, more)
        self.tally.freed = remove_history(self.store)
        return commit

    def _require_key(self) -> None:
        require_key(self.snapshot)

    def _forget_elsewhere(self) -> None:
        """Purge what no transaction covers; doing it twice does no harm."""
        from memcli.models.llm.cache import purge
        from store.purge import redact_commits, rewrite_accesses

        texts, tally, gone = self.plan.texts, self.tally, self.plan.gone
        is_told = TellingWords(self.snapshot, gone, self.plan.said).are_in
        tally.answers = purge(self.store.layout.work.joinpath(*CACHE), texts, is_told)
        tally.accesses, tally.queries = rewrite_accesses(
            self.store, gone - self.plan.anew, self.plan.said, texts, is_told
        )
        tally.commits = redact_commits(self.store, texts, gone, is_told)

    def _tombstones(self) -> pa.RecordBatch:
        """Return what is kept so that what goes is known again."""
        marker = marker_of(self.snapshot, make_key(self.store.layout.tombstone_key))
        gone = self._entities.gone
        rows = tombstones_of(self.snapshot, self.plan, gone, marker, self.now)
        for row in rows:
            self._hashes[row["kind"]].add(row["hash"])
        new = after_lifted(self.snapshot, not_there(self.snapshot, rows))
        return self._buried(new)

    def _buried(self, new: Sequence[Row]) -> pa.RecordBatch:
        """Return rows of `tombstones`, which take the place of those of what was allowed before."""
        import pyarrow as pa

        self.tally.tombstones = len(new)
        self._replaced = pa.array(sorted({row["hash"] for row in new}), pa.string())
        if not new:
            return pa.RecordBatch.from_pylist([], tables.tombstones())
        return records_to_table(new, tables.tombstones()).combine_chunks().to_batches()[0]

    # ---------------------------------------------------------------- rows

    def _changed(self, table: str, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Return the rows of a batch that stay, as they are to be."""
        if table == "links":
            return self._changed_links(batch)
        if table == "entities":
            return self._entities.changed(batch)
        if table == "sources":
            told = [text for text in self.plan.texts if len(text.encode()) >= MIN_PROVEN_BYTES]
            return changed_sources(batch, self.plan.gone, told)
        if table == TOMBSTONES:
            return _without(batch, "hash", self._replaced)
        if is_user_table(table) or table == VAULT:
            return batch
        stay = _without(batch, "id", self._gone)
        if table == "strengths":
            return self._in_sight(stay)
        return self._changed_memories(stay) if table in MEMORY_TABLES else stay

    def _in_sight(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Return strengths in which nothing is hidden for a fold that goes."""
        pairs = zip(batch["id"].to_pylist(), batch["state"].to_pylist(), strict=True)
        back = [id_ for id_, state in pairs if id_ in self.plan.unfolded and state == State.hidden]
        self.tally.unfolded += len(back)
        return with_columns(batch, {id_: {"state": State.active.value} for id_ in back})

    def _changed_memories(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Return memories in their new places, current again where nothing replaces them."""
        wanted = ["id", "namespace", "session_id", "level", "seq", "valid_to", "metadata"]
        rows = batch.select(wanted).to_pylist()
        return with_columns(batch, {row["id"]: self._changes_of(row) for row in rows})

    def _changes_of(self, row: Row) -> Row:
        changes: Row = {}
        times = self.plan.held.get(row["id"])
        if times is not None:
            changes["superseded_by"] = None
            if row["valid_to"] in times:
                changes["valid_to"] = None
        if row["id"] in self.plan.unruled:
            said = json.loads(row["metadata"] or "{}")
            rest = {k: v for k, v in said.items() if k not in ("relation", "ruling")}
            changes["metadata"] = json_text(rest)
        places = self.plan.places.get((row["namespace"], row["session_id"]))
        if places and row["seq"] is not None and row["level"] < 2:
            changes["seq"] = row["seq"] - bisect_left(places, row["seq"])
        return changes

    def _changed_links(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Return the links whose ends stay, without reasons and fields that quote what goes."""
        from store.traces import without_texts

        for end in ("source_id", "target_id"):
            batch = _without(batch, end, self._gone_ends)
        return without_texts(batch, ("reason", "extra"), self.plan.texts)

    def _new_links(self) -> dict[str, pa.RecordBatch]:
        """Return links that close the gaps which turns leave in their sessions."""
        following: dict[str, list[str]] = defaultdict(list)
        known: set[tuple[str, str]] = set()
        columns = ["source_id", "target_id"]
        for batch in self.snapshot.scan("links", columns, "relation = 'next'"):
            for pair in zip(*(batch[name].to_pylist() for name in columns), strict=True):
                following[pair[0]].append(pair[1])
                known.add(pair)
        gone = self.plan.gone
        pairs = {
            (source, last)
            for source, targets in following.items()
            if source not in gone and not gone.isdisjoint(targets)
            for target in targets
            for last in _beyond(target, following, gone)
        }
        rows = [link_row(a, b, "next", 1.0, None, self.now) for a, b in sorted(pairs - known)]
        if not rows:
            return {}
        return {"links": records_to_table(rows, tables.links()).combine_chunks().to_batches()[0]}

    # ---------------------------------------------------------------- the proof

    def removed(self, commit: Commit) -> Removed:
        """Return what a receipt says of the purge, once it is verified."""
        before, after = self.snapshot.commit.tables, commit.tables
        rows = {name: before[name].rows - after[name].rows for name in before if name != TOMBSTONES}
        tally = self.tally
        counts = {**rows, "accesses": tally.accesses, "questions": tally.queries}
        counts |= {"answers": tally.answers, "arguments": tally.commits}
        return Removed(self._hashes_by_kind(), counts, self._scan)

    def _hashes_by_kind(self) -> dict[str, list[str]]:
        return {kind: sorted(hashes) for kind, hashes in sorted(self._hashes.items())}

    def verify(self) -> None:
        """Raise NotAllPurged when a file still holds what was said, and no memory that is left."""
        from store.traces import find_traces

        said = {text for text in self.plan.texts if len(text.encode()) >= MIN_PROVEN_BYTES}
        elsewhere = self._said_elsewhere(said)
        self.tally.said_elsewhere = sorted({id_ for ids in elsewhere.values() for id_ in ids})
        wanted = sorted(said - elsewhere.keys())
        files = Counter[str]()
        found = find_traces(self.store, wanted, lambda n: files.update({"files": n}))
        # A query that runs beside may be half-way through a file of its own.
        writing = self.store.layout.table("accesses")
        traces = [t for t in found if t.is_readable or not t.path.is_relative_to(writing)]
        self._scan = {"files": files["files"], "texts": len(wanted), "found": len(traces)}
        self._scan["said_elsewhere"] = len(elsewhere)
        if traces:
            named = self.store.layout.named
            paths = ", ".join(named(trace.path) for trace in traces[:MAX_SHOWN])
            raise NotAllPurged(
                f"the memories are purged, but {len(traces)} files still hold their words: {paths}",
                "see: memcli check --purged TEXT",
            )

    def _said_elsewhere(self, texts: set[str]) -> dict[str, list[str]]:
        """Return which texts memories that are left say too, and the ids of these."""
        from store.traces import forms, is_text, rows_and_texts

        found: dict[str, set[str]] = defaultdict(set)
        by_form = {form.encode(): text for text in sorted(texts) for form in forms(text)}
        wanted = [form.decode() for form in by_form]
        snapshot = self.store.snapshot()
        for table in MEMORY_TABLES if texts else ():
            schema = snapshot.table(table).schema
            columns = [f.name for f in schema if is_text(f.type)]
            for batch in snapshot.scan(table, columns):
                for name in columns:
                    for row, form in rows_and_texts(batch[name], wanted):
                        found[by_form[form]].add(batch["id"][row].as_py())
        for table, key in user_tables(snapshot.commit.tables).items() if texts else ():
            for text in self._said_in(snapshot, key, by_form):
                found[text] |= set()
                self.tally.said_in_tables[table] += 1
        return {text: sorted(ids) for text, ids in found.items()}

    @staticmethod
    def _said_in(snapshot: Snapshot, key: str, by_form: Mapping[bytes, str]) -> set[str]:
        """Return which texts a table of the user's own says."""
        from store.traces import is_text, rows_and_texts

        wanted = [form.decode() for form in by_form]
        columns = [f.name for f in snapshot.table(key).schema if is_text(f.type)]
        return {
            by_form[form]
            for batch in snapshot.scan(key, columns)
            for name in columns
            for _, form in rows_and_texts(batch[name], wanted)
        }


def finish_purge(store: Store) -> Commit | None:
    """Remove what a purge that was killed has left, and return its commit, if there was one."""
    from store.purge import remove_history, require_no_versions, unfinished_purge

    purge = unfinished_purge(store)
    if purge is None:
        return None
    refuse_symlinks(store.layout)
    # As any writer does: what a killed one wrote after that goes first.
    with store.transaction("forget"):
        remove_history(store)
    require_no_versions(store)
    return purge


def _let_steps_look_again(transaction: Transaction) -> None:
    for mark in TO_REDO:
        transaction.watermarks.pop(mark, None)
    forget_pulled(transaction.watermarks)
    if Watermark.EXTRACT in transaction.watermarks:
        transaction.watermarks[Watermark.EXTRACT] = 0


def _without(batch: pa.RecordBatch, column: str, ids: pa.Array) -> pa.RecordBatch:
    import pyarrow.compute as pc

    return batch.filter(pc.invert(pc.is_in(batch[column], value_set=ids)))


def _beyond(id_: str, following: dict[str, list[str]], gone: set[str]) -> Iterator[str]:
    """Yield the first turns that stay, at or after a turn."""
    met: set[str] = set()
    waiting = [id_]
    while waiting:
        here = waiting.pop()
        if here in met:
            continue
        met.add(here)
        if here in gone:
            waiting += following.get(here, ())
        else:
            yield here
