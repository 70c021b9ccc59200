"""
Turns: message records as rows of `memories`, with ids, defaults, places and links.

Nothing here reads or writes a store; commands/ingest.py does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, NamedTuple

from msgspec.structs import replace

from memcli.ingestion.conversations import NOWHERE, Conversations, Place
from memcli.ingestion.documents import document_context
from memcli.ingestion.transcripts.items import STDIN
from memcli.memory.arrow import json_text
from memcli.memory.ids import content_id
from memcli.memory.recall_blocks import strip_recall
from memcli.memory.search_columns import (
    heading_of,
    many_counts_of_words,
    many_search_keys,
    vector_column,
)
from memcli.memory.spaces import DEFAULT_NAMESPACE
from store.errors import BadUsage

if TYPE_CHECKING:
    import pyarrow as pa

    from memcli.memory.search_columns import KeysOf
    from memcli.records import MemoryType, Message


@lru_cache(maxsize=64)
def _stem(path: str) -> str:
    return PurePath(path).stem


def _as_text(name: str) -> str:
    """Return the name of a file as text, which it need not be."""
    return name.encode("utf-8", "replace").decode()


@dataclass
class Defaults:
    """
    What the command line says of records that do not say it themselves.

    sessions: what the conversation in each file is called; stems: the names of files that had
    another one when they were first read. assumed, unspoken: how many turns of
    each file have no time and no speaker.
    """

    namespace: str | None = None
    session: str | None = None
    name: str | None = None
    timestamp: datetime | None = None
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    file_time: Callable[[str], datetime | None] = lambda path: None
    utc_offset: int | None = None
    zone: tzinfo = UTC
    sessions: Mapping[str, str] = field(default_factory=dict)
    stems: Mapping[str, str] = field(default_factory=dict)
    assumed: dict[str, list[Any]] = field(default_factory=dict)
    unspoken: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        """Refuse what is no text: the shell hands on any bytes."""
        given = " ".join(filter(None, (self.namespace, self.session, self.name)))
        try:
            given.encode()
        except UnicodeEncodeError:
            raise BadUsage(f"{given!r} is not text", "write it in UTF-8") from None

    def stem_of(self, path: str) -> str:
        """Return the name of a file without its extension, as text: it need not be any."""
        return _as_text(self.stems.get(path) or _stem(path))

    def offset_of(self, message: Message, moment: datetime) -> int | None:
        """Return the offset from UTC, in minutes, of where a turn was said, if that is known."""
        stated = message.utc_offset if message.timestamp else self.utc_offset
        if stated is not None or self.zone is UTC:
            return stated
        offset = moment.astimezone(self.zone).utcoffset()
        return None if offset is None else round(offset.total_seconds() / 60)

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
    """
    A row of `memories` for one verbatim turn: the columns that differ between turns.

    found_by, named: the text and the name whose words are its search keys.
    """

    id: str
    namespace: str
    type: str
    text: str
    speaker: str | None
    session_id: str
    happened_at: datetime
    utc_offset: int | None
    ref: str | None
    tags: list[str] | None
    metadata: str | None
    extra: str | None
    context: str | None
    found_by: str
    named: str | None


class TurnMaker:
    """Turns messages, in order, into rows."""

    def __init__(self, defaults: Defaults) -> None:
        self.defaults = defaults
        self.n_stripped = 0
        self._last: tuple[str, str | None, datetime] | None = None
        self._conversations = Conversations()

    def without_recall(self, message: Message) -> Message | None:
        """Return a message without what was recalled for it; None where it says nothing else."""
        content, n_blocks = strip_recall(message.content)
        if not n_blocks:
            return message
        self.n_stripped += n_blocks
        if not content and not message.attachments:
            return None
        return replace(message, content=content)

    def turn(
        self,
        message: Message,
        path: str,
        unique: bool = False,
        type: MemoryType = "episodic",
    ) -> Turn:
        """
        Return the row of one message; `unique` says that its id is that of no other one anywhere.

        The id is of what the message itself says, and the namespace: not of what was assumed.
        """
        defaults = self.defaults
        namespace = defaults.namespace or message.namespace or DEFAULT_NAMESPACE
        happened_at = defaults.time_of(message, path, self._time_before(path, message.session_id))
        self._last = (path, message.session_id, happened_at)
        speaker = message.name or defaults.name or message.role
        if speaker is None and type == "episodic":
            defaults.unspoken[path] += 1
        own, of_file = self._own_session(message, path)
        place = NOWHERE
        if speaker and not (message.id or message.timestamp or defaults.timestamp):
            stem = defaults.stem_of(path) if of_file and path != STDIN else None
            place = self._conversations.place(message, path, stem)
        own = None if unique else own
        context = document_context(message)
        found_by = f"{context} {message.content}" if context else _titled(message)
        return Turn(
            id=message_id(message, namespace, defaults, own, place),
            namespace=namespace,
            type=type,
            text=message.content,
            speaker=speaker,
            session_id=defaults.session or message.session_id or self._session(message, path),
            happened_at=happened_at,
            utc_offset=defaults.offset_of(message, happened_at),
            ref=message.id,
            tags=_tags(message.metadata),
            metadata=json_text(message.metadata),
            extra=json_text(_extra(message)),
            context=context,
            found_by=found_by,
            named=message.name or defaults.name,
        )

    def _own_session(self, message: Message, path: str) -> tuple[str | None, bool]:
        """
        Return the session as it is part of an id, and whether it is called by its file.

        Of such a one the file's name alone is taken: a file may be moved.
        """
        session, called = message.session_id, self.defaults.sessions.get(path)
        if session is None or called is None:
            return session, session is None
        if session == called or session.startswith(f"{called}/"):
            return self.defaults.stem_of(path) + session[len(called) :], True
        return session, False

    def _session(self, message: Message, path: str) -> str:
        """Return the session of a turn that names none: its file; on stdin its day."""
        if path != STDIN:
            return self.defaults.sessions.get(path) or self.defaults.stem_of(path)
        return message.timestamp.date().isoformat() if message.timestamp else "stdin"

    def _time_before(self, path: str, session: str | None) -> datetime | None:
        """Return the time of the turn before, if that was of the same session."""
        last = self._last
        return last[2] if last and last[:2] == (path, session) else None


def message_id(
    message: Message,
    namespace: str,
    defaults: Defaults,
    session: str | None = None,
    place: Place = NOWHERE,
) -> str:
    """Return the id of a turn: a hash of all that tells it from another."""
    moment = message.timestamp or defaults.timestamp
    occurrence = (message.extra or {}).get("occurrence") or place.occurrence
    beginning = (place.beginning,) if place.beginning else ()
    return content_id(
        namespace,
        defaults.session or session,
        message.id,
        message.name or defaults.name,
        message.role,
        moment.isoformat() if moment else None,
        message.content,
        str(occurrence) if occurrence and occurrence != 1 else None,
        *beginning,
    )


def _titled(message: Message) -> str:
    """Return a text with the headings above it, by which it is found too."""
    heading = heading_of(message.metadata)
    return f"{heading} {message.content}" if heading else message.content


def _tags(metadata: dict[str, Any] | None) -> list[str] | None:
    """Return the tags that a message has in its metadata."""
    tags = metadata.get("tags") if metadata else None
    is_tags = isinstance(tags, list) and all(isinstance(tag, str) for tag in tags)
    return tags or None if is_tags else None


def _extra(message: Message) -> dict[str, Any]:
    """Return what a message says that a memory has no column for."""
    named = {"role": message.role, "attachments": message.attachments}
    extra = {**(message.extra or {}), **{k: v for k, v in named.items() if v}}
    return extra


def turn_words(turns: Sequence[Turn], keys_of: KeysOf = many_search_keys) -> dict[str, list[Any]]:
    """
    Return the columns of turns that are made of their words: search keys and counts.

    keys_of: gives the `many_search_keys` of texts and their speakers.
    """
    return {
        "keys": keys_of([turn.found_by for turn in turns], [turn.named for turn in turns]),
        "n_words": many_counts_of_words([turn.text for turn in turns]),
    }


def turn_rows(turns: Sequence[Turn]) -> list[dict[str, Any]]:
    """Return turns as rows of `memories`, with the columns that differ between turns."""
    words = turn_words(turns)
    columns = zip(*words.values(), strict=True)
    rows = [
        {**turn._asdict(), **dict(zip(words, values, strict=True))}
        for turn, values in zip(turns, columns, strict=True)
    ]
    return [{k: v for k, v in row.items() if k not in ("found_by", "named")} for row in rows]


def turns_to_batch(
    turns: Sequence[Turn],
    words: Mapping[str, Sequence[Any]],
    vectors: Any,
    schema: pa.Schema,
    recorded_at: datetime,
    encoder: str,
) -> pa.RecordBatch:
    """Return turns, their `turn_words` and vectors [n, dimension], as rows of `memories`."""
    import pyarrow as pa

    n = len(turns)
    columns: dict[str, Any] = dict(zip(Turn._fields, zip(*turns, strict=True), strict=True))
    constant = {"level": 0, "recorded_at": recorded_at, "encoder": encoder}
    columns |= {**words, "vector": vector_column(vectors, schema)}
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
