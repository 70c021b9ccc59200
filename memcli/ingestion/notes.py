"""
Notes of `add`: a line each becomes a verbatim memory, in one transaction.

One row has no need of what `ingest` does for millions: no spool, no lookup of many ids at once. A
note is a turn like one of a transcript, so the same record given to `ingest` has the same id.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from memcli.ingestion.turns import Defaults, Sequencer, TurnMaker, next_links
from memcli.jsonl import Row
from memcli.memory.step import Step
from memcli.records import Message
from schemas import tables

if TYPE_CHECKING:
    import pyarrow as pa

    from memcli.models.encoder import Encoder
    from store import Snapshot, Store, Transaction


@dataclass(frozen=True)
class NoteFields:
    """What a user says of their notes beside the text; `importance` is in [0, 1]."""

    at: datetime
    type: str = "episodic"
    name: str | None = None
    session: str | None = None
    namespace: str | None = None
    tags: tuple[str, ...] = ()
    pinned: bool = False
    importance: float | None = None
    valid_to: datetime | None = None


def note_rows(texts: Iterable[str], about: NoteFields, now: datetime) -> list[Row]:
    """
    Return notes as rows of `memories`, without vectors; the same text is there once.

    The time is part of the id: what is noted again later is another note. Without a session of its
    own a note is in that of its day, as a turn of a transcript would be.
    """
    given = Defaults(about.namespace, about.session, about.name, about.at, now)
    maker = TurnMaker(given)
    more = {
        "type": about.type,
        "level": 0,
        "tags": list(about.tags) or None,
        "pinned": about.pinned or None,
        "importance": about.importance,
        "valid_to": about.valid_to,
        "recorded_at": now,
    }
    messages = (Message(v=1, content=text, timestamp=about.at) for text in texts)
    turns = (maker.turn(m, "-") for said in messages if (m := maker.without_recall(said)))
    return list({turn.id: {**turn._asdict(), **more} for turn in turns}.values())


class NoteStep(Step):
    """
    One call of `add`: what is new is written, what the store has is left.

    `encoder` may still be loading; it has to be that of the head. batches: memories, level 0, of
    what is new; present: the ids of what was there already.
    """

    command = "add"
    harmless = None

    def __init__(
        self, store: Store, encoder: Callable[[], Encoder], rows: Sequence[Row], now: datetime
    ) -> None:
        store.load_engine()  # while the encoder loads
        super().__init__(store, now)
        self.batches: list[pa.RecordBatch] = []
        self.present: list[str] = []
        self._encoded_notes = _encoded_notes(rows, encoder(), self.snapshot)
        self._pairs: list[tuple[str, str]] = []

    @property
    def n_new(self) -> int:
        """How many notes are new."""
        return sum(batch.num_rows for batch in self.batches)

    def prepare(self, source: Snapshot | Transaction) -> None:
        """Work out what is new, with its places in sessions, and which turn comes after which."""
        from memcli.memory.known_ids import KnownIds, session_ends

        fresh = KnownIds(source).without(self._encoded_notes)
        new = set(fresh["id"].to_pylist())
        self.present = [id_ for id_ in self._encoded_notes["id"].to_pylist() if id_ not in new]
        if new:
            placed, self._pairs = Sequencer(lambda keys: session_ends(source, keys)).place(fresh)
            self.batches = [placed]

    def _write(self, transaction: Transaction) -> None:
        self.prepare(transaction)
        transaction.append_batches("memories", self.batches)
        if self._pairs:
            links = next_links(self._pairs, tables.links(), self.now)
            transaction.append_batches("links", [links])


def _encoded_notes(rows: Sequence[Row], encoder: Encoder, snapshot: Snapshot) -> pa.RecordBatch:
    """Return notes with their vectors, as the store's encoder makes them."""
    from memcli.memory.encoding import encoded_rows

    schema = tables.memories(snapshot.encoder.dimension)
    return encoded_rows([{**row, "encoder": encoder.name} for row in rows], encoder, schema)


def secrets_in(rows: Iterable[Row]) -> Iterator[tuple[str, list[str]]]:
    """Yield the id of each note that seems to hold secrets, and of what kinds."""
    from memcli.language.secrets import find_secrets

    for row in rows:
        kinds = sorted({secret.kind for secret in find_secrets(row["text"])})
        if kinds:
            yield row["id"], kinds
