"""
Pull step: what another store has is taken over, as one commit.

New memories are encoded before the lock is taken, by this store's own encoder. What both stores
have is merged under it, for what is there may change until then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, TypeVar

import pyarrow as pa

from memcli.algorithms.replication import Stamp
from memcli.ingestion.new_entities import MENTIONS, NewEntities
from memcli.jsonl import Row
from memcli.memory.arrow import records_to_table
from memcli.memory.encoding import encoded_rows
from memcli.memory.ids import IdSet
from memcli.memory.known_ids import KnownIds
from memcli.memory.placing import settle
from memcli.memory.search_columns import embedding_text, search_columns
from memcli.memory.sessions import SessionPlace
from memcli.memory.spool import Spool
from memcli.memory.stamps import PLACE, place_rows, read_places, read_stamps, stamp_of, write_stamps
from memcli.memory.states import State, write_strengths
from memcli.memory.step import Step, Tally
from memcli.memory.watermarks import Pulled
from memcli.memory.writing import replace_columns, with_columns
from memcli.replication.merging import (
    changed_entities,
    changed_links,
    changed_memories,
    changed_stamps,
    changed_states,
    joined_verdicts,
)
from memcli.replication.parts import (
    ARCHIVED,
    ENTITIES,
    LINKS,
    MEMORIES,
    STAMPS,
    STRENGTHS,
    VERDICTS,
    as_stored,
)
from memcli.search.verdicts import MOST_KEPT
from schemas import tables
from store.errors import BadBundle
from store.layout import MEMORY_TABLES

if TYPE_CHECKING:
    from memcli.models.encoder import Encoder
    from memcli.replication.bundle import Bundle
    from memcli.replication.graves import Graves
    from store import Commit, Store, Transaction

ROWS_AT_ONCE: Final = 4_096
# Levels of what has a place in a session.
PLACED: Final = (0, 1, 2)
# What a stranger calls the core of a person is what they say of theirs.
OF_A_STRANGER: Final[Mapping[str, Any]] = {"pinned": None, "importance": None, ARCHIVED: False}
Item = TypeVar("Item")


@dataclass
class PullTally(Tally):
    """What a pull did, in numbers."""

    memories: int = 0
    changed: int = 0
    states: int = 0
    entities: int = 0
    links: int = 0
    moved: int = 0
    purged: int = 0
    kept_back: int = 0
    verdicts: int = 0


@dataclass(frozen=True)
class Terms:
    """What is taken: of one namespace, if any; of a stranger only new memories and their links."""

    namespace: str | None = None
    is_stranger: bool = False


class PullStep(Step):
    """One call of `pull`."""

    command = "pull"
    harmless = None

    def __init__(
        self,
        store: Store,
        encoder: Encoder,
        bundle: Bundle,
        graves: Graves,
        now: datetime,
        terms: Terms = Terms(),
    ) -> None:
        super().__init__(store, now)
        self.encoder, self.bundle, self.graves, self.terms = encoder, bundle, graves, terms
        self.tally: PullTally = PullTally()
        self.barred = graves.barred
        self.is_allowed = graves.barred.is_allowed
        self.schema = tables.memories(encoder.dimension)
        folder = store.layout.root
        self._new = {name: Spool(self.schema, folder) for name in MEMORY_TABLES}
        self._known = Spool(MEMORIES.schema, folder)
        self._sessions: set[SessionPlace] = set()
        self._cited, self._taken = IdSet(), IdSet()

    # ---------------------------------------------------------------- reading

    def prepare(self, progress: Callable[[int], None] = lambda n: None) -> None:
        """Read the memories, and encode those that are new."""
        self._find_gone()
        gone = self._gone
        for rows in _some(self._wanted(), ROWS_AT_ONCE):
            progress(len(rows))
            left = [self._without_gone_end(row) for row in rows if row["id"] not in gone]
            known = self.known.contains([row["id"] for row in left])
            pairs = list(zip(left, known, strict=True))
            self._keep_new([self._own(row) for row, is_known in pairs if not is_known])
            if not self.terms.is_stranger:
                self._keep_known([row for row, is_known in pairs if is_known])

    def _wanted(self) -> Iterator[Row]:
        bound = self.terms.namespace
        rows = self.bundle.rows(MEMORIES)
        return (row for row in rows if bound in (None, row["namespace"]))

    def _find_gone(self) -> None:
        """Find what was purged, and what rests on that, in whichever order it comes."""
        before = -1
        while self.barred and before != len(self._gone):
            before = len(self._gone)
            for rows in _some(self._wanted(), ROWS_AT_ONCE):
                self._gone_known |= {
                    row["id"] for row in rows if not self.is_allowed and self.barred.bars(row)
                }
                self.admitted(rows)
        self.tally.kept_back = len(self.barred.kept_back)

    @cached_property
    def _gone_known(self) -> set[str]:
        """Rows of the bundle that rest on what is gone, of memories that are here without that."""
        return set()

    @property
    def _gone(self) -> AbstractSet[str]:
        return self.barred.kept_back.keys() | self._gone_known

    def _is_gone(self, id_: str) -> bool:
        return bool(self.barred) and not self.is_allowed and self.barred.has_id(id_)

    def _without_gone_end(self, row: Row) -> Row:
        by = row["superseded_by"]
        return {**row, "superseded_by": None} if by and self._is_gone(by) else row

    def _own(self, row: Row) -> Row:
        """Return a new memory as this store takes it."""
        if not self.terms.is_stranger:
            return row
        kind = "semantic" if row["type"] == "core" else row["type"]
        return {**row, **OF_A_STRANGER, "type": kind}

    def _keep_new(self, rows: list[Row]) -> None:
        """Encode memories that are not here, each once."""
        is_first = self._taken.add_new([row["id"] for row in rows])
        rows = [row for row, is_new in zip(rows, is_first, strict=True) if is_new]
        for table in MEMORY_TABLES:
            some = [self._columns(row) for row in rows if row[ARCHIVED] is (table == "archive")]
            if some:
                self._new[table].append(encoded_rows(some, self.encoder, self.schema))
        self._note(rows)

    def _columns(self, row: Row) -> Row:
        return {**row, **search_columns(row), "encoder": self.encoder.name}

    def _keep_known(self, rows: list[Row]) -> None:
        """Keep memories that are here too, until they are merged."""
        if rows:
            table = records_to_table(rows, MEMORIES.schema).combine_chunks()
            self._known.append(table.to_batches()[0])
            self._note([], rows)

    def _note(self, new: Sequence[Row], known: Sequence[Row] = ()) -> None:
        """Take note of sessions in which something is new, and of what memories name."""
        self._sessions |= {
            (row["namespace"], row["session_id"])
            for row in new
            if row["session_id"] is not None and row["level"] in PLACED
        }
        for row in (*new, *known):
            ended = [row["superseded_by"]] if row["superseded_by"] else []
            self._cited.add([*(row["source_ids"] or ()), *ended])

    @cached_property
    def _stamp_rows(self) -> list[Row]:
        return [] if self.terms.is_stranger else list(self.bundle.rows(STAMPS))

    @cached_property
    def _stamps(self) -> dict[str, dict[str, Stamp]]:
        """The stamps of the other store, by id and register."""
        found: dict[str, dict[str, Stamp]] = {}
        for row in self._stamp_rows:
            if row["register"] != PLACE:
                found.setdefault(row["id"], {})[row["register"]] = stamp_of(row)
        return found

    # ---------------------------------------------------------------- writing

    def foresee(self) -> None:
        """Count what would be written, as far as that is known without writing it."""
        self.tally.memories = sum(spool.rows for spool in self._new.values())
        for batch in self._known:
            rows = batch.to_pylist()
            self.tally.changed += len(changed_memories(self.snapshot, rows, self._stamps))
        for some in _some(self._of_known(STRENGTHS, self.known), ROWS_AT_ONCE):
            self.tally.states += len(changed_states(self.snapshot, some, self._stamps))

    def _write(self, transaction: Transaction) -> None:
        self.encoder.release()
        self.graves.write(transaction)
        late = [row for table in MEMORY_TABLES for row in self._append(transaction, table)]
        there = KnownIds(transaction)
        self._require_cited(there)
        for rows in self._met(late):
            self._merge(transaction, rows)
        named = self._write_entities(transaction)
        self._write_links(transaction, there, named)
        self._write_states(transaction, there)
        self._write_stamps(transaction, there, named)
        self._write_verdicts(transaction, there)
        self.tally.moved = settle(transaction, self._sessions)

    def _append(self, transaction: Transaction, table: str) -> Iterator[Row]:
        """Write new memories; yield the rows of those that others have written meanwhile."""
        late = KnownIds(transaction) if self.has_moved(transaction) else None
        met: list[Row] = []

        def fresh() -> Iterator[pa.RecordBatch]:
            for batch in self._new[table]:
                kept = batch if late is None else late.without(batch)
                if kept.num_rows < batch.num_rows:
                    ids = set(kept["id"].to_pylist())
                    rows = batch.select(MEMORIES.columns).to_pylist()
                    flag = {ARCHIVED: table == "archive"}
                    met.extend({**row, **flag} for row in rows if row["id"] not in ids)
                yield self._without_gone_ends(kept)

        self.tally.memories += transaction.append_batches(table, fresh())
        yield from met

    def _without_gone_ends(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Return memories that nothing replaced which was kept back after they were read."""
        ends = zip(batch["id"].to_pylist(), batch["superseded_by"].to_pylist(), strict=True)
        wrong = {id_: {"superseded_by": None} for id_, by in ends if by and self._is_gone(by)}
        return with_columns(batch, wrong) if wrong else batch

    def _require_cited(self, there: KnownIds) -> None:
        """Raise BadBundle where memories name what is neither here nor in the bundle."""
        lost = self._cited.outside(there.contains)
        lost = [id_ for id_ in lost if not self._is_gone(id_)]
        if lost:
            what = f"{self.bundle.name}: memories name {lost[0]}, which is nowhere"
            raise BadBundle(what, "run memcli check on the store that it is of")

    def _met(self, late: list[Row]) -> Iterator[list[Row]]:
        """Yield the memories that both stores have."""
        if late and not self.terms.is_stranger:
            yield as_stored(MEMORIES, late)
        for batch in self._known:
            yield batch.to_pylist()

    def _merge(self, transaction: Transaction, rows: list[Row]) -> None:
        """Write what changes of memories that both stores have."""
        rows = [self._without_gone_end(row) for row in rows]
        changes = changed_memories(transaction, rows, self._stamps)
        self.tally.changed += len(changes)
        write_changed(transaction, changes, self.encoder)
        self._merge_places(transaction, {r["id"]: r["seq"] for r in rows if r["level"] == 0})

    def _merge_places(self, transaction: Transaction, came: Mapping[str, int | None]) -> None:
        """Keep the least of the places that turns had first; their sessions are settled anew."""
        columns = ["id", "namespace", "session_id", "seq"]
        ids = [id_ for id_, seq in came.items() if seq is not None]
        known = read_places(transaction, ids)
        least: dict[str, int] = {}
        for row in transaction.rows_of(ids, columns, where="session_id IS NOT NULL"):
            place, other = known.get(row["id"], row["seq"]), came[row["id"]]
            if other is not None and (place is None or other < place):
                least[row["id"]] = other
                self._sessions.add((row["namespace"], row["session_id"]))
        write_stamps(transaction, place_rows(least))

    # ---------------------------------------------------------------- what is said of memories

    def _of_known(self, part: Any, there: KnownIds) -> Iterator[Row]:
        """Yield the rows of a part whose memories are here."""
        for some in _some(
            self.bundle.rows(part) if not self.terms.is_stranger else (), ROWS_AT_ONCE
        ):
            known = there.contains([row["id"] for row in some])
            kept = [row for row, is_known in zip(some, known, strict=True) if is_known]
            yield from as_stored(part, kept)

    def _write_entities(self, transaction: Transaction) -> set[str]:
        """Write names that are new or decided otherwise; return the ids of all that are here."""
        known = transaction.table("entities").read().to_pylist()
        if self.terms.is_stranger:
            return {row["id"] for row in known}
        rows = as_stored(ENTITIES, [r for r in self.bundle.rows(ENTITIES) if self._is_wanted(r)])
        rows = self._without_orphans(rows, {row["id"] for row in known})
        ids = [row["id"] for row in rows]
        own = read_stamps(transaction, ids)
        changed = changed_entities(known, rows, own, self._stamps)
        self.tally.entities = len(changed)
        if changed:
            transaction.upsert("entities", records_to_table(changed, tables.entities()), ["id"])
        return {row["id"] for row in (*known, *rows)}

    def _is_wanted(self, row: Row) -> bool:
        return self.terms.namespace in (None, row["namespace"]) and not self._is_gone(row["id"])

    def _without_orphans(self, rows: list[Row], known: AbstractSet[str]) -> list[Row]:
        """Return names without those that only what was purged has mentioned."""
        if not self.barred:
            return rows
        new = NewEntities(self._is_gone)
        for row in rows:
            if row["id"] not in known:
                new.add(row)
        for link in self.bundle.rows(LINKS):
            if link["relation"] == MENTIONS:
                new.note(link["target_id"], not self._is_gone(link["source_id"]))
        mine = [row for row in rows if row["id"] in known]
        gone = [
            {**r, "canonical_id": None} if self._is_gone(r["canonical_id"] or "") else r
            for r in mine
        ]
        return [*gone, *new.rows]

    def _write_links(
        self, transaction: Transaction, there: KnownIds, named: AbstractSet[str]
    ) -> None:
        """Write the links whose ends are here."""
        for some in _some(self.bundle.rows(LINKS), ROWS_AT_ONCE):
            ends = [(row["source_id"], row["target_id"]) for row in some]
            known = [self._are_here([e[i] for e in ends], there, named) for i in (0, 1)]
            rows = [row for row, *both in zip(some, *known, strict=True) if all(both)]
            if self.terms.is_stranger:
                ids = self._taken.contains([row["source_id"] for row in rows])
                rows = [row for row, is_theirs in zip(rows, ids, strict=True) if is_theirs]
            new, changed = changed_links(transaction, as_stored(LINKS, rows))
            if self.terms.is_stranger:
                changed = []
            self.tally.links += len(new) + len(changed)
            if new:
                transaction.append("links", records_to_table(new, tables.links()))
            if changed:
                table = records_to_table(changed, tables.links())
                transaction.upsert("links", table, list(LINKS.key))

    def _are_here(self, ids: list[str], there: KnownIds, named: AbstractSet[str]) -> list[bool]:
        known = there.contains(ids)
        return [bool(is_known) or id_ in named for id_, is_known in zip(ids, known, strict=True)]

    def _write_states(self, transaction: Transaction, there: KnownIds) -> None:
        """Write the states that win, and put memories into the tables that they call for."""
        for some in _some(self._of_known(STRENGTHS, there), ROWS_AT_ONCE):
            changed = changed_states(transaction, some, self._stamps)
            self.tally.states += len(changed)
            if changed:
                write_strengths(transaction, changed)
                _put_in_place(transaction, {row["id"]: row["state"] for row in changed})

    def _write_stamps(
        self, transaction: Transaction, there: KnownIds, named: AbstractSet[str]
    ) -> None:
        """Write the stamps that win, of what is here."""
        ids = sorted(self._stamps)
        here = {
            id_
            for id_, is_here in zip(ids, self._are_here(ids, there, named), strict=True)
            if is_here
        }
        kept = {id_: names for id_, names in self._stamps.items() if id_ in here}
        write_stamps(transaction, changed_stamps(transaction, kept))
        places = {
            row["id"]: int(row["value"]) for row in self._stamp_rows if row["register"] == PLACE
        }
        self._take_places(transaction, places)

    def _take_places(self, transaction: Transaction, came: Mapping[str, int]) -> None:
        """Settle sessions that are settled in the other store."""
        known = read_places(transaction, sorted(came))
        columns = ["id", "namespace", "session_id", "seq"]
        new = sorted(came.keys() - known.keys())
        places = {}
        for row in transaction.rows_of(new, columns, where="level = 0 AND session_id IS NOT NULL"):
            seq = came[row["id"]] if row["seq"] is None else row["seq"]
            places[row["id"]] = min(seq, came[row["id"]])
            self._sessions.add((row["namespace"], row["session_id"]))
        write_stamps(transaction, place_rows(places))
        self._merge_places(transaction, {id_: came[id_] for id_ in known})

    def _write_verdicts(self, transaction: Transaction, there: KnownIds) -> None:
        """Take over what was said of hits, where the questions are encoded as they are here."""
        if self.terms.is_stranger or self.bundle.manifest.encoder != self.snapshot.encoder.sha256:
            return
        bound = self.terms.namespace
        rows = [r for r in self._of_known(VERDICTS, there) if bound in (None, r["namespace"])]
        before = transaction.verdicts
        transaction.verdicts = joined_verdicts(before, rows, MOST_KEPT)
        known = {(s, v.question, v.id, v.at) for s, given in before.items() for v in given}
        self.tally.verdicts = sum(
            (space, v.question, v.id, v.at) not in known
            for space, given in transaction.verdicts.items()
            for v in given
        )

    # ---------------------------------------------------------------- the commit

    @property
    def _is_whole(self) -> bool:
        return self.bundle.manifest.since is None

    def _watermarks(self, transaction: Transaction) -> dict[str, int]:
        if self.terms.is_stranger:
            return {}
        point = self.bundle.manifest.commit
        pulled = Pulled(self.bundle.manifest.store, self._bound)
        return pulled.write(point.number, int(point.mark, 16))

    @property
    def _bound(self) -> str | None:
        return self.terms.namespace or self.bundle.manifest.namespace

    def _publish(self, transaction: Transaction) -> Commit | None:
        """Make it the head if anything is new; how far it came is kept then, or after a whole."""
        head = transaction.head
        met = Pulled(self.bundle.manifest.store, self._bound).read(head.watermarks)
        is_new = bool(transaction.written) or transaction.verdicts != {
            name: list(given) for name, given in head.verdicts.items()
        }
        is_first = self._is_whole and not self.terms.is_stranger and not met
        return transaction.publish() if is_new or is_first else None


def write_changed(transaction: Transaction, changes: Mapping[str, Row], encoder: Encoder) -> None:
    """Write changed columns of memories, with their search columns and vectors where these do."""
    if not changes:
        return
    schema = tables.memories(encoder.dimension)
    told: dict[str, Row] = {}
    for table in MEMORY_TABLES:
        rows = transaction.read_ids(table, sorted(changes)).drop_columns(["vector"]).to_pylist()
        said: list[Row] = []
        for row in rows:
            after = {**row, **changes[row["id"]]}
            after |= search_columns(after)
            if embedding_text(after) != embedding_text(row):
                said.append(after)
            else:
                told[row["id"]] = {n: v for n, v in after.items() if v != row[n]}
        if said:
            batch = encoded_rows(said, encoder, schema)
            transaction.upsert(table, pa.Table.from_batches([batch]), ["id"])
    replace_columns(transaction, told)


def _put_in_place(transaction: Transaction, states: Mapping[str, str]) -> None:
    """Put memories into the tables that their states call for."""
    hot, cold = MEMORY_TABLES
    for source, target, is_archived in ((hot, cold, True), (cold, hot, False)):
        ids = sorted(i for i, state in states.items() if (state == State.archived) is is_archived)
        there = [row["id"] for row in transaction.rows_of(ids, ["id"], tables=[source])]
        if there:
            transaction.move(source, target, there)


def _some(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    iterator = iter(items)
    while some := list(islice(iterator, size)):
        yield some
