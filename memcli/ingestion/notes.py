"""
Notes of `add`: a line each becomes a verbatim memory, in one transaction.

One row has no need of what `ingest` does for millions: no spool, no lookup of many ids at once. A
note is a turn like one of a transcript, so the same record given to `ingest` has the same id.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING

from memcli.ingestion.sequencing import Sequencer, SessionEnds, next_links
from memcli.ingestion.turns import Defaults, TurnMaker, turn_rows
from memcli.jsonl import Row
from memcli.memory.replacing import end_by_hand
from memcli.memory.search_columns import search_columns
from memcli.memory.step import Step
from memcli.records import Message
from schemas import tables
from schemas.tables import LONGEST_UNPARTED
from store.literals import literal

if TYPE_CHECKING:
    import pyarrow as pa

    from memcli.ingestion.redacting import Redactor
    from memcli.models.encoder import Encoder
    from store import Snapshot, Store, Transaction


@dataclass(frozen=True)
class NoteFields:
    """
    What a user says of their notes beside the text.

    importance: in [0, 1]; key: the name of a value, whose place the next note under it takes.
    """

    at: datetime
    type: str = "episodic"
    name: str | None = None
    session: str | None = None
    namespace: str | None = None
    tags: tuple[str, ...] = ()
    pinned: bool = False
    importance: float | None = None
    valid_to: datetime | None = None
    key: str | None = None
    utc_offset: int | None = None


def note_rows(
    texts: Iterable[str], about: NoteFields, now: datetime, redactor: Redactor | None = None
) -> list[Row]:
    """
    Return notes as rows of `memories`, without vectors; the same text is there once.

    The time is part of the id: what is noted again later is another note. Without a session of its
    own a note is in that of its day, as a turn of a transcript would be.
    """
    if redactor is not None:
        texts, about = redacted_notes(texts, about, redactor), redacted_fields(about, redactor)
    given = Defaults(about.namespace, about.session, about.name, about.at, now)
    maker = TurnMaker(given)
    more = {
        "type": about.type,
        "level": 0,
        "tags": list(about.tags) or None,
        "pinned": about.pinned or None,
        "importance": about.importance,
        "valid_to": about.valid_to,
        "attribute": about.key,
        "recorded_at": now,
    }
    said_at: Row = {"timestamp": about.at, "utc_offset": about.utc_offset}
    messages = (Message(v=1, content=text, **said_at) for text in texts)
    turns = [maker.turn(m, "-") for said in messages if (m := maker.without_recall(said))]
    rows = [{**row, **more} for row in turn_rows(turns)]
    if about.key is not None:
        for row in rows:
            row |= {"value": row["text"], "polarity": "positive", **search_columns(row | more)}
    return list({row["id"]: row for row in rows}.values())


def redacted_notes(texts: Iterable[str], about: NoteFields, redactor: Redactor) -> Iterator[str]:
    """Yield notes without secrets; the name of a value, or the note before, may say what one is."""
    before = f"{about.key}:" if about.key else ""
    for text in texts:
        yield redactor.text(text, before)
        before = before if about.key else text


def redacted_fields(about: NoteFields, redactor: Redactor) -> NoteFields:
    """Return what is said of notes beside the text without secrets."""

    def plain(value: str | None, name: str) -> str | None:
        return value and redactor.field(value, name)

    return replace(
        about,
        name=plain(about.name, "name"),
        session=plain(about.session, "session_id"),
        tags=tuple(redactor.field(tag, "tags") for tag in about.tags),
        key=plain(about.key, "attribute"),
    )


class NoteStep(Step):
    """
    One call of `add`: what is new is written, what the store has is left.

    `encoder` may still be loading; it has to be that of the head. replaces: the ids of memories
    whose place each note takes. batches: memories, level 0, of
    what is new; present: the ids of what was there already. What was purged before is left out,
    unless it `is_allowed`.
    """

    command = "add"
    harmless = None

    def __init__(
        self,
        store: Store,
        encoder: Callable[[], Encoder],
        rows: Sequence[Row],
        now: datetime,
        replaces: Sequence[str] = (),
        is_allowed: bool = False,
    ) -> None:
        store.load_engine()  # while the encoder loads
        super().__init__(store, now)
        self.is_allowed = is_allowed
        self.batches: list[pa.RecordBatch] = []
        self.present: list[str] = []
        self._rows = self.admitted(rows)
        self._encoded_notes = _encoded_notes(self._rows, encoder(), self.snapshot)
        self._windows = _windows(self._rows, encoder)
        self._pairs: list[tuple[str, str]] = []
        self._replaces = replaces

    @property
    def n_new(self) -> int:
        """How many notes are new."""
        return sum(batch.num_rows for batch in self.batches)

    @property
    def _is_empty(self) -> bool:
        return not self._rows

    def prepare(self, source: Snapshot | Transaction) -> None:
        """Work out what is new, with its places in sessions, and which turn comes after which."""
        from memcli.memory.known_ids import KnownIds, session_ends

        fresh = KnownIds(source).without(self._encoded_notes)
        new = set(fresh["id"].to_pylist())
        self.present = [id_ for id_ in self._encoded_notes["id"].to_pylist() if id_ not in new]
        if new:
            ends = SessionEnds(source.layout.work, lambda keys: session_ends(source, keys))
            placed, self._pairs = Sequencer(ends).place(fresh)
            self.batches = [placed]

    def _write(self, transaction: Transaction) -> None:
        self.prepare(transaction)
        transaction.append_batches("memories", self.batches)
        if self._windows:
            from memcli.memory.windows import write_windows

            write_windows(transaction, self._windows)
        if self._pairs:
            links = next_links(self._pairs, tables.links(), self.now)
            transaction.append_batches("links", [links])
        for row in self._rows:
            if self._replaces:
                end_by_hand(transaction, self._replaces, row, "replaced by hand", self.now)
            if row.get("attribute"):
                self._replace_value(transaction, row)

    def _replace_value(self, transaction: Transaction, row: Row) -> None:
        """Let a named value end the one before it, and be ended by one of a later time."""
        where = f"level = 0 AND attribute = {literal(row['attribute'])}"
        where += f" AND namespace = {literal(row['namespace'])}"
        values = sorted(
            transaction.rows(["id", "happened_at", "superseded_by"], where),
            key=lambda value: (value["happened_at"], value["id"]),
        )
        ids = {None, *(value["id"] for value in values)}
        for older, newer in pairwise(values):
            if older["superseded_by"] in ids - {newer["id"]}:
                reason = f"{row['attribute']} has a newer value"
                end_by_hand(transaction, [older["id"]], newer, reason, self.now)


def _encoded_notes(rows: Sequence[Row], encoder: Encoder, snapshot: Snapshot) -> pa.RecordBatch:
    """Return notes with their vectors, as the store's encoder makes them."""
    from memcli.memory.encoding import encoded_rows

    schema = tables.memories(snapshot.encoder.dimension)
    if not rows:
        import pyarrow as pa

        return pa.RecordBatch.from_pylist([], schema=schema)
    return encoded_rows([{**row, "encoder": encoder.name} for row in rows], encoder, schema)


def _windows(rows: Sequence[Row], encoder: Callable[[], Encoder]) -> list[pa.RecordBatch]:
    """Return the windows of long notes, of which there rarely is one."""
    if all(len(row["text"]) <= LONGEST_UNPARTED for row in rows):
        return []
    from memcli.memory.windows import window_batches

    return list(window_batches(rows, encoder()))


def secrets_in(rows: Iterable[Row]) -> Iterator[tuple[str, list[str]]]:
    """Yield the id of each note that seems to hold secrets, and of what kinds."""
    from memcli.language.secrets import find_secrets

    for row in rows:
        kinds = sorted({secret.kind for secret in find_secrets(row["text"])})
        if kinds:
            yield row["id"], kinds
