"""
Turns: message records as rows of `memories`, with ids, defaults, places and links.

Nothing here reads or writes a store; commands/ingest.py does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, NamedTuple

from msgspec.structs import replace

from memcli.ingestion.documents import document_context
from memcli.memory.arrow import json_text
from memcli.memory.ids import content_id
from memcli.memory.recall_blocks import strip_recall
from memcli.memory.search_columns import count_words, search_keys, vector_column
from memcli.memory.sessions import SessionEnd, SessionPlace
from memcli.memory.spaces import DEFAULT_NAMESPACE
from store.errors import BadUsage

if TYPE_CHECKING:
    import pyarrow as pa

    from memcli.records import Message


@dataclass
class Defaults:
    """What the command line says of records that do not say it themselves."""

    namespace: str | None = None
    session: str | None = None
    name: str | None = None
    timestamp: datetime | None = None
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    file_time: Callable[[str], datetime | None] = lambda path: None
    utc_offset: int | None = None
    assumed: dict[str, list[Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse what is no text: the shell hands on any bytes."""
        given = " ".join(filter(None, (self.namespace, self.session, self.name)))
        try:
            given.encode()
        except UnicodeEncodeError:
            raise BadUsage(f"{given!r} is not text", "write it in UTF-8") from None

    def time_of(self, message: Message, path: str, before: datetime | None) -> datetime:
        """Return when a turn was said, noting in `assumed` where that had to be guessed."""
        if message.timestamp is not None:
            return message.timestamp
        if self.timestamp is not None:
            return self.timestamp
        moment = before or self.file_time(path) or self.now
        count = self.assumed.setdefault(path, [0, moment])
        count[0] += 1
        return moment


class Turn(NamedTuple):
    """A row of `memories` for one verbatim turn: the columns that differ between turns."""

    id: str
    namespace: str
    text: str
    speaker: str | None
    session_id: str
    happened_at: datetime
    utc_offset: int | None
    ref: str | None
    metadata: str | None
    extra: str | None
    context: str | None
    keys: str
    n_words: int


class TurnMaker:
    """Turns messages, in order, into rows."""

    def __init__(self, defaults: Defaults) -> None:
        self.defaults = defaults
        self.n_stripped = 0
        self._last: tuple[str, str | None, datetime] | None = None

    def without_recall(self, message: Message) -> Message | None:
        """Return a message without what was recalled for it; None where it says nothing else."""
        content, n_blocks = strip_recall(message.content)
        if not n_blocks:
            return message
        self.n_stripped += n_blocks
        if not content and not message.attachments:
            return None
        return replace(message, content=content)

    def turn(self, message: Message, path: str) -> Turn:
        """
        Return the row of one message.

        The id is of what the message itself says, and the namespace: not of what was assumed.
        """
        defaults = self.defaults
        namespace = defaults.namespace or message.namespace or DEFAULT_NAMESPACE
        happened_at = defaults.time_of(message, path, self._time_before(path, message.session_id))
        self._last = (path, message.session_id, happened_at)
        speaker = message.name or defaults.name or message.role
        context = document_context(message)
        found_by = f"{context} {message.content}" if context else message.content
        return Turn(
            id=message_id(message, namespace, defaults),
            namespace=namespace,
            text=message.content,
            speaker=speaker,
            session_id=defaults.session or message.session_id or _session(message, path),
            happened_at=happened_at,
            utc_offset=message.utc_offset if message.timestamp else defaults.utc_offset,
            ref=message.id,
            metadata=json_text(message.metadata),
            extra=json_text(_extra(message)),
            context=context,
            keys=search_keys(found_by, message.name or defaults.name),
            n_words=count_words(message.content),
        )

    def _time_before(self, path: str, session: str | None) -> datetime | None:
        """Return the time of the turn before, if that was of the same session."""
        last = self._last
        return last[2] if last and last[:2] == (path, session) else None


def message_id(message: Message, namespace: str, defaults: Defaults) -> str:
    """Return the id of a turn: a hash of all that tells it from another."""
    moment = message.timestamp or defaults.timestamp
    occurrence = (message.extra or {}).get("occurrence")
    return content_id(
        namespace,
        defaults.session or message.session_id,
        message.id,
        message.name or defaults.name,
        message.role,
        moment.isoformat() if moment else None,
        message.content,
        str(occurrence) if occurrence else None,
    )


def _session(message: Message, path: str) -> str:
    """Return the session of a turn that names none: its day, else its file."""
    if message.timestamp is not None:
        return message.timestamp.date().isoformat()
    if path == "-":
        return "stdin"
    # The name of a file need not be text.
    return PurePath(path).stem.encode("utf-8", "replace").decode()


def _extra(message: Message) -> dict[str, Any]:
    """Return what a message says that a memory has no column for."""
    named = {"role": message.role, "attachments": message.attachments}
    extra = {**(message.extra or {}), **{k: v for k, v in named.items() if v}}
    return extra


def turns_to_batch(
    turns: Sequence[Turn], vectors: Any, schema: pa.Schema, recorded_at: datetime, encoder: str
) -> pa.RecordBatch:
    """Return turns and their vectors, float [n, dimension], as rows of `memories`."""
    import pyarrow as pa

    n = len(turns)
    columns: dict[str, Any] = dict(zip(Turn._fields, zip(*turns, strict=True), strict=True))
    constant = {"type": "episodic", "level": 0, "recorded_at": recorded_at, "encoder": encoder}
    columns["vector"] = vector_column(vectors, schema)
    arrays = []
    for f in schema:
        if f.name in columns:
            values = columns[f.name]
            arrays.append(values if isinstance(values, pa.Array) else pa.array(values, f.type))
        elif f.name in constant:
            arrays.append(pa.repeat(pa.scalar(constant[f.name], f.type), n))
        else:
            arrays.append(pa.nulls(n, f.type))
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


class Sequencer:
    """Gives turns their places in their sessions and links each to the next."""

    def __init__(
        self, load: Callable[[list[SessionPlace]], dict[SessionPlace, SessionEnd]]
    ) -> None:
        """`load` returns the ends of sessions that the store has already."""
        self._load = load
        self._ends: dict[SessionPlace, SessionEnd] = {}

    def place(self, batch: pa.RecordBatch) -> tuple[pa.RecordBatch, list[tuple[str, str]]]:
        """Return the batch with `seq` filled in, and pairs (turn, next turn) of ids."""
        import pyarrow as pa

        keys = list(
            zip(batch["namespace"].to_pylist(), batch["session_id"].to_pylist(), strict=True)
        )
        self._meet(keys)
        ids, stated = batch["id"].to_pylist(), batch["seq"].to_pylist()
        seqs: list[int | None] = []
        pairs: list[tuple[str, str]] = []
        for key, id_, seq, level in zip(keys, ids, stated, batch["level"].to_pylist(), strict=True):
            if level != 0 or key[1] is None:
                seqs.append(seq)
                continue
            end = self._ends[key]
            if seq is None and end.last_id is not None:
                pairs.append((end.last_id, id_))
            place = end.next_seq if seq is None else seq
            seqs.append(place)
            if place >= end.next_seq:
                self._ends[key] = SessionEnd(place + 1, id_)
        column = batch.schema.get_field_index("seq")
        placed = batch.set_column(column, batch.schema.field(column), pa.array(seqs, pa.int32()))
        return placed, pairs

    def _meet(self, keys: Iterable[SessionPlace]) -> None:
        """Load the ends of sessions not met before."""
        new = [key for key in dict.fromkeys(keys) if key not in self._ends and key[1] is not None]
        if new:
            known = self._load(new)
            self._ends.update((key, known.get(key) or SessionEnd()) for key in new)


def next_links(
    pairs: Sequence[tuple[str, str]], schema: pa.Schema, recorded_at: datetime
) -> pa.RecordBatch:
    """Return rows of `links` that lead from each turn to the next."""
    import pyarrow as pa

    n = len(pairs)
    values: dict[str, Any] = {
        "source_id": [source for source, _ in pairs],
        "target_id": [target for _, target in pairs],
        "relation": ["next"] * n,
        "weight": [1.0] * n,
        "recorded_at": [recorded_at] * n,
    }
    arrays = [
        pa.array(values[f.name], f.type) if f.name in values else pa.nulls(n, f.type)
        for f in schema
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)
