"""
Ingest step: records in, one transaction out.

Reading and encoding need no lock: new rows wait in a spool. The lock is held only while the
spool is written, and what another writer added in between is looked at again then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa

from memcli.ingestion.attachments import attachment_rows
from memcli.ingestion.encoding_ahead import EncodingAhead
from memcli.ingestion.exported import (
    ends_of,
    links_without,
    memory_row,
    part_link,
    plain_fields,
    without_sources,
)
from memcli.ingestion.new_entities import MENTIONS, NewEntities
from memcli.ingestion.redacting import redactor_of
from memcli.ingestion.sequencing import Sequencer, SessionEnds, next_links
from memcli.ingestion.turns import (
    Defaults,
    Turn,
    TurnMaker,
)
from memcli.jsonl import Row
from memcli.memory.arrow import records_to_table
from memcli.memory.ids import IdSet, content_id
from memcli.memory.known_ids import link_id, link_ids, session_ends
from memcli.memory.placing import crowded, settle
from memcli.memory.spaces import DEFAULT_NAMESPACE
from memcli.memory.spool import Spool
from memcli.memory.states import fitting_strengths, write_strengths
from memcli.memory.step import Step
from memcli.memory.user_tables.exchange import TakenTables
from memcli.memory.value_keeping import LARGE, keeper_of
from memcli.memory.windows import write_windows
from memcli.records import Entity, Link, Memory, Message, Record, Strength
from schemas import tables
from store.errors import BadRecord
from store.memory import give_back

if TYPE_CHECKING:
    from memcli.ingestion.captions import Describer
    from memcli.ingestion.transcripts import Accepted
    from memcli.memory.text_link import TextLink
    from memcli.models.encoder import Encoder
    from store import Store, Transaction


# Records and characters that are worked on at a time: bounds memory for long turns too. The first
# are few, so that an encoder is loaded and used while others are being read.
CHUNK: Final = 4_096
FIRST_CHUNK: Final = 512
CHUNK_CHARACTERS: Final = 8 << 20
# After so many records, what is free goes back to the system: the heap frays, 80 MB in a million.
GIVE_BACK_AFTER: Final = 64 * CHUNK


def chunks(records: Iterable[Accepted]) -> Iterator[list[Accepted]]:
    """Yield the records in lists of bounded length and size."""
    chunk: list[Accepted] = []
    size, most = 0, FIRST_CHUNK
    for item in records:
        chunk.append(item)
        size += len(getattr(item.record, "content", "")) + len(getattr(item.record, "text", ""))
        if len(chunk) == most or size > CHUNK_CHARACTERS:
            yield chunk
            chunk, size, most = [], 0, CHUNK
    if chunk:
        yield chunk


class IngestStep(Step):
    """Collects the rows of one call of `ingest` and writes them as one commit."""

    command = "ingest"
    harmless = None

    def __init__(
        self,
        store: Store,
        encoder: Encoder,
        defaults: Defaults,
        redact: bool | None = None,
        link: TextLink | None = None,
    ) -> None:
        """
        Take what it is to be kept with.

        redact: take secrets out; None is as the store's settings say. link: to the process that
        makes search keys, where it has begun already.
        """
        super().__init__(store, defaults.now)
        self.redactor = redactor_of(store, redact)
        self.encoder = encoder
        self.defaults = defaults
        folder = store.layout.work
        self._ahead = EncodingAhead(encoder, folder, defaults.now, link)
        self.rows = self._ahead.rows
        self.archived = Spool(self._ahead.schema, folder)
        self.links = Spool(tables.links(), folder)
        self.seen = self.n_besides = self.n_attached = 0
        # Is told how many rows of memories were written.
        self.on_written: Callable[[int], None] = lambda n: None
        # What describes files that are new; nothing does if it is not asked to.
        self.describer: Describer | None = None
        self._maker = TurnMaker(defaults)
        self._met = IdSet(folder)
        self._known_links: IdSet | None = None
        self._named, self._successors = IdSet(folder), IdSet(folder)
        self._entities = NewEntities(self._is_gone)
        self._strengths: list[dict[str, Any]] = []
        self._user_tables = TakenTables(defaults.namespace)

    def add(self, items: Sequence[Accepted]) -> None:
        """Take some records of the input, in its order."""
        before, self.seen = self.seen, self.seen + len(items)
        if before // GIVE_BACK_AFTER < self.seen // GIVE_BACK_AFTER:
            give_back()
        clean = [(item, self.redactor.item(item)) for item in items]
        items = [after for before, after in clean if not self._was_purged(before, after)]
        rows = [item for item in items if isinstance(item.record, Message | Memory)]
        self.n_besides += len(items) - len(rows)
        # Both have places in sessions, so the order between them matters.
        for type_, some in groupby(rows, key=lambda item: type(item.record)):
            if type_ is Message:
                self._add_turns(list(some))
            else:
                self._add_memories([item.record for item in some])
        self._add_links([item.record for item in items if isinstance(item.record, Link)])
        self._add_entities([item.record for item in items if isinstance(item.record, Entity)])
        self._strengths += [plain_fields(i.record) for i in items if isinstance(i.record, Strength)]
        self._user_tables.add(item.record for item in items)

    def _was_purged(self, before: Accepted, after: Accepted) -> bool:
        """Say whether a turn was purged as it was before its secrets were taken out."""
        said, left = before.record, after.record
        if not isinstance(said, Message) or not isinstance(left, Message):
            return False
        if said.content == left.content or not self.barred:
            return False
        namespace = self.defaults.namespace or said.namespace or DEFAULT_NAMESPACE
        own = {"namespace": namespace, "type": before.type, "level": 0, "text": said.content}
        return not self.admitted([{**own, "id": content_id("as it was", namespace, said.content)}])

    def _new(self, ids: Sequence[str]) -> np.ndarray:
        """Return the indices of the ids that neither the store nor this call has met."""
        new = self._met.add_new(ids) & ~self.known.contains(ids)
        return np.flatnonzero(new)

    def _add_turns(self, items: Sequence[Accepted]) -> None:
        turns: list[Turn] = []
        attached: list[Row] = []
        for item in items:
            message = item.record
            if isinstance(message, Message) and (said := self._maker.without_recall(message)):
                turns.append(self._maker.turn(said, item.path, item.unique, item.type))
                attached += self._attached(turns[-1], item)
        turns = self.admitted(turns, Turn._asdict)
        attached = self.admitted(attached)
        self._meet(turns)
        self._submit([turns[i] for i in self._new([turn.id for turn in turns])], attached)

    def _meet(self, turns: Sequence[Turn]) -> None:
        """Take note of turns of the input, of those too that the store has."""

    def _attached(self, turn: Turn, item: Accepted) -> list[Row]:
        """Return the rows of what was sent with a turn."""
        sent = item.record.attachments if isinstance(item.record, Message) else None
        return list(attachment_rows(turn, sent, item.path, self.now)) if sent else []

    def _submit(self, turns: list[Turn], attached: list[Row]) -> None:
        """Let new turns, and what is new of their attachments, be encoded."""
        new = [attached[i] for i in self._new([row["id"] for row in attached])]
        attached = [self._described(row) for row in new]
        self._add_links([part_link(row, self.now) for row in attached])
        self.n_attached += len(attached)
        if turns or attached:
            self._ahead.submit(turns, attached)

    def _described(self, row: Row) -> Row:
        """Return a file's row with what a program says of it, if one is asked and says anything."""
        pending = self.describer.pending(row) if self.describer else None
        if self.describer is None or pending is None:
            return row
        told = self.describer.described(pending, row["id"], self.now)
        return told if told and self.may_tell(told) else row

    def _add_memories(self, records: Sequence[Record]) -> None:
        """Take memories of an export as they are, but for the vectors."""
        if not records:
            return
        made = (memory_row(record, self.encoder.name, self.defaults) for record in records)
        rows = [self._without_gone_ends(row) for row in self.admitted(list(made))]
        self._named.add([id_ for row in rows for id_ in row["source_ids"] or ()])
        self._successors.add([row["superseded_by"] for row in rows if row["superseded_by"]])
        new = self._new([row["id"] for row in rows])
        for spool, archived in ((self.rows, False), (self.archived, True)):
            some = [rows[i] for i in new if rows[i]["archived"] is archived]
            if some:
                self._ahead.keep_memories(some, spool)

    def _without_gone_ends(self, row: Row) -> Row:
        """Return a memory that nothing replaced which is gone."""
        by = row["superseded_by"]
        return {**row, "superseded_by": None} if by and self._is_gone(by) else row

    def _is_gone(self, id_: str) -> bool:
        """Say whether what an id names was purged, and may not come back."""
        return bool(self.barred) and not self.is_allowed and self.barred.has_id(id_)

    def _add_links(self, records: Sequence[Record]) -> None:
        if not records:
            return
        if self._known_links is None:
            self._known_links = link_ids(self.snapshot)
        rows = [row for row in map(plain_fields, records) if self._is_free(row)]
        self._named.add([row[end] for row in rows for end in ("source_id", "target_id")])
        new = np.flatnonzero(self._known_links.add_new([link_id(row) for row in rows]))
        if len(new):
            table = records_to_table([rows[i] for i in new], tables.links())
            self.links.append(table.combine_chunks().to_batches()[0])

    def _is_free(self, link: Row) -> bool:
        """Say whether no end of a link is gone."""
        is_free = not any(map(self._is_gone, ends_of(link)))
        if self.barred and link["relation"] == MENTIONS:
            self._entities.note(link["target_id"], is_free)
        return is_free

    def _add_entities(self, records: Sequence[Record]) -> None:
        """Take the entities of an export that the store does not have."""
        if not records:
            return
        for row in map(plain_fields, records):
            if row["id"] not in self._known_entities:
                self._known_entities.add(row["id"])
                row["namespace"] = self.defaults.namespace or row["namespace"]
                self._entities.add(row)

    @cached_property
    def _known_entities(self) -> set[str]:
        return set(self.snapshot.read("entities", ["id"])["id"].to_pylist())

    def _are_entities(self, ids: Sequence[str]) -> np.ndarray:
        """Return a bool for each id: whether it is one of an entity."""
        return np.array([id_ in self._known_entities for id_ in ids], bool)

    @cached_property
    def nowhere(self) -> frozenset[str]:
        """
        What an export cites and links to, and neither it nor the store has: a part of a store.

        Raises BadRecord for a successor that is nowhere, without which what ended would hold again.
        """
        self._ahead.finish()
        lost = self._successors.outside(self._met.contains, self.known.contains)
        if lost:
            what = f"memories are superseded by {lost[0]!r}, which is nowhere"
            raise BadRecord(what, remedy="export that along with them")
        are_there = (self._met.contains, self.known.contains, self._are_entities)
        return frozenset(self._named.outside(*are_there))

    # ---------------------------------------------------------------- writing

    @property
    def n_stripped(self) -> int:
        """How many blocks of recalled memories were taken out of turns."""
        return self._maker.n_stripped

    def count_new(self) -> int:
        """Return how many new memories were collected, attachments aside."""
        self._ahead.finish()
        return self.rows.rows + self.archived.rows - self.n_attached

    def count_rows(self) -> int:
        """Return how many rows are to be written to `memories`, which comes next."""
        if self.rows.rows:
            # What writes takes a tenth of a second to load: while the last rows are encoded.
            import store.transaction  # noqa: F401
        self._ahead.finish()
        return self.rows.rows

    @property
    def _is_empty(self) -> bool:
        self._ahead.finish()
        spools = (self.rows, self.archived, self.links)
        others = self._entities.rows or self._strengths or self._user_tables
        return not (any(spool.rows for spool in spools) or others)

    def _make_room(self) -> None:
        """Give back what encoding held, which is more than what writing takes."""
        self._ahead.close()
        self.encoder.release()

    def _write(self, transaction: Transaction) -> None:
        self._make_room()
        folder = self.store.layout.work
        pairs = Spool(tables.links(), folder)
        sequencer = Sequencer(SessionEnds(folder, lambda keys: session_ends(transaction, keys)))

        def placed() -> Iterator[pa.RecordBatch]:
            for fresh in self._cited(transaction, self.rows):
                if fresh.num_rows:
                    ready, following = sequencer.place(fresh)
                    if following:
                        pairs.append(next_links(following, tables.links(), self.now))
                    yield ready
                    self.on_written(ready.num_rows)

        transaction.append_batches("memories", placed())
        self._look_ahead()
        transaction.append_batches("archive", self._cited(transaction, self.archived))
        write_windows(transaction, self._ahead.windows)
        transaction.append_batches("links", pairs)
        if entities := self._entities.rows:
            rows = records_to_table(entities, tables.entities())
            transaction.upsert("entities", rows, ["id"])
        if self._strengths:
            write_strengths(transaction, fitting_strengths(transaction, self._strengths))
        self._user_tables.write(transaction, self.now, self.barred)
        late = link_ids(transaction) if self.has_moved(transaction) and self.links.rows else None
        tied = (links_without(batch, late, self.nowhere) for batch in self.links)
        transaction.append_batches("links", tied)
        # Exports of two stores may each have a turn at a place of one session.
        if sequencer.stated and (shared := crowded(transaction, sequencer.stated)):
            settle(transaction, shared)

    def _look_ahead(self) -> None:
        """Have the newest turns looked through for what TAB may tell, while they are indexed."""
        if self.rows.rows >= LARGE and (keeper := keeper_of(self.store)):
            keeper.look_ahead(self.store.layout, self._ahead.beside, [*self._ahead.newest])

    def _cited(
        self, transaction: Transaction, rows: Iterable[pa.RecordBatch]
    ) -> Iterator[pa.RecordBatch]:
        """Yield rows that are new still, without the sources that are nowhere."""
        for batch in self.fresh(transaction, rows):
            yield without_sources(batch, self.nowhere) if self.nowhere else batch
