"""
The work of `add`: notes of a line each become verbatim memories, in one transaction.

One row has no need of what `ingest` does for millions: no spool, no lookup of many ids at once. A
note is a turn like one of a transcript, so the same record given to `ingest` has the same id.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from memcli.ingestion.turns import Defaults, Sequencer, TurnMaker, next_links
from memcli.jsonl import Row
from memcli.records import Message
from schemas import tables

if TYPE_CHECKING:
    import pyarrow as pa

    from memcli.models.encoder import Encoder
    from store import Commit, Snapshot, Store, Transaction


@dataclass(frozen=True)
class About:
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


@dataclass
class Added:
    """
    What became of some notes.

    rows: memories, level 0, of what is new, as batches; known: the ids of what was there already.
    """

    rows: list[pa.RecordBatch] = field(default_factory=list)
    known: list[str] = field(default_factory=list)
    commit: Commit | None = None

    @property
    def n_new(self) -> int:
        """How many notes are new."""
        return sum(batch.num_rows for batch in self.rows)


def note_rows(texts: Iterable[str], about: About, now: datetime) -> list[Row]:
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


def add_notes(
    store: Store,
    encoder: Callable[[], Encoder],
    rows: Sequence[Row],
    arguments: dict[str, Any],
    dry_run: bool = False,
) -> Added:
    """
    Write notes, but for those that the store has; nothing new is no commit.

    `encoder` may still be loading; it has to be that of the head.
    """
    from memcli.memory.conflicts import refuse_conflicts

    store.load_engine()  # while the encoder loads
    snapshot = store.snapshot()
    encoded = _encoded(rows, encoder(), snapshot)
    if dry_run:
        return _prepared(encoded, snapshot, rows)[0]
    with store.transaction("add", arguments) as transaction:
        refuse_conflicts(store, snapshot.commit, transaction.head, harmless=None)
        added, pairs = _prepared(encoded, transaction, rows)
        for batch in added.rows:
            transaction.append("memories", _as_table(batch))
        if pairs:
            links = next_links(pairs, tables.links(), rows[0]["recorded_at"])
            transaction.append("links", _as_table(links))
        added.commit = transaction.publish() if transaction.changed else None
    return added


def _encoded(rows: Sequence[Row], encoder: Encoder, snapshot: Snapshot) -> pa.RecordBatch:
    """Return notes with their vectors, as the store's encoder makes them."""
    from memcli.memory.encoding import encoded_rows

    schema = tables.memories(snapshot.encoder.dimension)
    return encoded_rows([{**row, "encoder": encoder.name} for row in rows], encoder, schema)


def _prepared(
    batch: pa.RecordBatch, tables_of: Snapshot | Transaction, rows: Sequence[Row]
) -> tuple[Added, list[tuple[str, str]]]:
    """Return what is new with its places in sessions, and pairs (turn, next turn) of ids."""
    import pyarrow as pa

    from memcli.memory.known_ids import KnownIds, session_ends

    ids = [row["id"] for row in rows]
    known = KnownIds(tables_of).contains(ids)
    added = Added(known=[id_ for id_, is_known in zip(ids, known, strict=True) if is_known])
    fresh = batch.filter(pa.array(~known)) if known.any() else batch
    if not fresh.num_rows:
        return added, []
    placed, pairs = Sequencer(lambda keys: session_ends(tables_of, keys)).place(fresh)
    added.rows = [placed]
    return added, pairs


def _as_table(batch: pa.RecordBatch) -> pa.Table:
    import pyarrow as pa

    return pa.Table.from_batches([batch])


def secrets_in(rows: Iterable[Row]) -> Iterator[tuple[str, list[str]]]:
    """Yield the id of each note that seems to hold secrets, and of what kinds."""
    from memcli.language.secrets import find_secrets

    for row in rows:
        kinds = sorted({secret.kind for secret in find_secrets(row["text"])})
        if kinds:
            yield row["id"], kinds
