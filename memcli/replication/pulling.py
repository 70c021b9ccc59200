"""
Pull step: what another store has is taken over, as one commit.

New memories are encoded before the lock is taken, by this store's own encoder. What both stores
have is merged under it, for what is there may change until then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

import pyarrow as pa

from memcli.jsonl import Row
from memcli.memory.encoding import encoded_rows
from memcli.memory.known_ids import KnownIds
from memcli.memory.placing import settle
from memcli.memory.search_columns import embedding_text, search_columns
from memcli.memory.stamps import place_rows, read_places, write_stamps
from memcli.memory.step import Step, Tally
from memcli.memory.watermarks import Pulled
from memcli.memory.windows import write_windows
from memcli.memory.writing import replace_columns, with_columns
from memcli.replication.about import AboutMemories
from memcli.replication.arrivals import Arrivals, Terms, some_of, without_gone_end
from memcli.replication.merging import changed_memories, changed_states
from memcli.replication.own_tables import CameTables
from memcli.replication.parts import ARCHIVED, MEMORIES, STRENGTHS, as_stored
from schemas import tables
from store.errors import CommitConflict
from store.layout import MEMORY_TABLES

if TYPE_CHECKING:
    from memcli.models.encoder import Encoder
    from memcli.replication.bundle import Bundle
    from memcli.replication.graves import Graves
    from store import Commit, Store, Transaction

EVERYTHING: Final = Terms()
PLACE_COLUMNS: Final = ("id", "namespace", "session_id", "seq")


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
    rows: int = 0


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
        terms: Terms = EVERYTHING,
    ) -> None:
        super().__init__(store, now)
        self.encoder, self.bundle, self.graves, self.terms = encoder, bundle, graves, terms
        self.tally: PullTally = PullTally()
        self.barred = graves.barred
        self.is_allowed = graves.barred.is_allowed
        self._arrivals = Arrivals(bundle, terms, encoder, store.layout.work)
        self._about = AboutMemories(self._arrivals, self.barred)
        self.tables = CameTables(bundle)

    def prepare(self, progress: Callable[[int], None] = lambda n: None) -> None:
        """Read the memories, and encode those that are new."""
        self._arrivals.read(self.barred, self.admitted, self.known, progress)
        self.tally.kept_back = len(self.barred.kept_back)

    def foresee(self) -> None:
        """Count what would be written, as far as that is known without writing it."""
        self.tally.memories = sum(spool.rows for spool in self._arrivals.new.values())
        stamps = self._about.stamps
        for batch in self._arrivals.known:
            changed = changed_memories(self.snapshot, batch.to_pylist(), stamps)
            self.tally.changed += len(changed)
        for some in some_of(self._about.of_known(STRENGTHS, self.known)):
            self.tally.states += len(changed_states(self.snapshot, some, stamps))

    # ---------------------------------------------------------------- writing

    def _catch_up(self, transaction: Transaction) -> None:
        """Raise CommitConflict also where what was written meanwhile may be purged elsewhere."""
        super()._catch_up(transaction)
        if self.graves.newly and self.has_moved(transaction):
            raise CommitConflict(
                "the store changed while what was purged was looked for", "run it again"
            )

    def _write(self, transaction: Transaction) -> None:
        self.encoder.release()  # what it held is more than what writing takes
        self.graves.write(transaction)
        late = [row for table in MEMORY_TABLES for row in self._append(transaction, table)]
        write_windows(transaction, self._arrivals.windows)
        there, about = KnownIds(transaction), self._about
        self._arrivals.require_cited(there, about.is_gone)
        for rows in self._met(late):
            self._merge(transaction, rows)
        self.tally.entities = about.write_names(transaction)
        self.tally.links = about.write_links(transaction, there)
        self.tally.states = about.write_states(transaction, there)
        about.write_stamps(transaction, there)
        self.tally.verdicts = about.write_verdicts(transaction, there)
        if not self.terms.is_stranger and self._bound is None:
            self.tally.rows = self.tables.write(transaction)
        self._take_places(transaction, about.places)
        self.tally.moved = settle(transaction, self._arrivals.sessions)

    def _append(self, transaction: Transaction, table: str) -> Iterator[Row]:
        """Write new memories; yield the rows of those that others have written meanwhile."""
        late = KnownIds(transaction) if self.has_moved(transaction) else None
        met: list[Row] = []

        def fresh() -> Iterator[pa.RecordBatch]:
            for batch in self._arrivals.new[table]:
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
        gone = {id_ for id_, by in ends if by and self._about.is_gone(by)}
        return with_columns(batch, {id_: {"superseded_by": None} for id_ in gone})

    def _met(self, late: list[Row]) -> Iterator[list[Row]]:
        """Yield the memories that both stores have."""
        if late and not self.terms.is_stranger:
            yield as_stored(MEMORIES, late)
        for batch in self._arrivals.known:
            yield batch.to_pylist()

    def _merge(self, transaction: Transaction, rows: list[Row]) -> None:
        """Write what changes of memories that both stores have."""
        rows = [without_gone_end(row, self.barred) for row in rows]
        changes = changed_memories(transaction, rows, self._about.stamps)
        self.tally.changed += len(changes)
        write_changed(transaction, changes, self.encoder)
        self._merge_places(transaction, {r["id"]: r["seq"] for r in rows if r["level"] == 0})

    def _merge_places(self, transaction: Transaction, came: Mapping[str, int | None]) -> None:
        """Keep the least of the places that turns had first; their sessions are settled anew."""
        ids = [id_ for id_, seq in came.items() if seq is not None]
        known = read_places(transaction, ids)
        least: dict[str, int] = {}
        for row in transaction.rows_of(ids, PLACE_COLUMNS, where="session_id IS NOT NULL"):
            place, other = known.get(row["id"], row["seq"]), came[row["id"]]
            if other is not None and (place is None or other < place):
                least[row["id"]] = other
                self._arrivals.sessions.add((row["namespace"], row["session_id"]))
        write_stamps(transaction, place_rows(least))

    def _take_places(self, transaction: Transaction, came: Mapping[str, int]) -> None:
        """Settle sessions that are settled in the other store."""
        known = read_places(transaction, sorted(came))
        new = sorted(came.keys() - known.keys())
        where = "level = 0 AND session_id IS NOT NULL"
        places = {}
        for row in transaction.rows_of(new, PLACE_COLUMNS, where=where):
            seq = came[row["id"]] if row["seq"] is None else row["seq"]
            places[row["id"]] = min(seq, came[row["id"]])
            self._arrivals.sessions.add((row["namespace"], row["session_id"]))
        write_stamps(transaction, place_rows(places))
        self._merge_places(transaction, {id_: came[id_] for id_ in known})

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
