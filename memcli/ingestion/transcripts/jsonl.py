"""JSON Lines: one message, memory or link a line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, Literal

import msgspec

from memcli.ingestion.transcripts.date_order import dates_in, is_day_first
from memcli.ingestion.transcripts.decoding import decode_object
from memcli.ingestion.transcripts.fields import record_item
from memcli.ingestion.transcripts.items import Accepted, Item, Rejected, Source
from memcli.ingestion.transcripts.lines import read_lines
from memcli.ingestion.transcripts.saying import NOT_SAID
from memcli.ingestion.transcripts.sources import look_ahead
from memcli.language.roles import role_of
from memcli.memory.times import parse_time, utc_offset
from memcli.records import Message, Offset
from store.errors import BadRecord

HEAD_BYTES: Final = 64 * 1024
# Roles whose messages may be no turns, in any of their spellings.
NOT_PLAIN: Final = frozenset((*NOT_SAID, "developer", "function", "function_call", "observation"))


class _Plain(msgspec.Struct, tag_field="kind", tag="message", forbid_unknown_fields=True):
    """A message as our own commands write it; anything else takes the long way."""

    content: str
    v: Literal[1] = 1
    id: str | None = None
    role: str | None = None
    name: str | None = None
    timestamp: str | None = None
    utc_offset: Offset | None = None
    session_id: str | None = None
    namespace: str | None = None
    metadata: dict[str, Any] | None = None
    attachments: list[Any] | None = None
    extra: dict[str, Any] | None = None


_PLAIN_DECODER = msgspec.json.Decoder(_Plain)


def read_jsonl(source: Source) -> Iterator[Item]:
    """Yield a record or a rejection for each line that is not blank."""
    head, source = look_ahead(source, HEAD_BYTES, lambda head: b"\n" in head)
    day_first = is_day_first(dates_in(head))
    for line in read_lines(source):
        if isinstance(line, Rejected):
            yield line
        elif line.data and not line.data.isspace():
            item = decode_record(line.data, source, line.number, day_first)
            if item:
                yield item


def decode_record(data: bytes, source: Source, line: int, day_first: bool = True) -> Item | None:
    """Return the record that one JSON object holds, why there is none, or None for no turn."""
    message = _plain_message(data, source)
    if message:
        return Accepted(message, source.path, line)
    raw = decode_object(data, source, line)
    return raw if isinstance(raw, Rejected) else record_item(raw, source, line, data, day_first)


def _plain_message(data: bytes, source: Source) -> Message | None:
    """Return what to_record would, four times as fast, for a message of known fields only."""
    try:
        plain = _PLAIN_DECODER.decode(data)
        if plain.role in NOT_PLAIN or not plain.content.strip() or ";base64," in plain.content:
            return None
        # A date that does not begin with its year may be one of two: it takes the long way.
        if plain.timestamp is not None and plain.timestamp[4:5] != "-":
            return None
        moment = None if plain.timestamp is None else parse_time(plain.timestamp, source.zone)
    except (BadRecord, msgspec.DecodeError, RecursionError):
        return None
    return Message(
        v=1,
        content=plain.content,
        id=plain.id,
        role=role_of(plain.role),
        name=plain.name,
        timestamp=moment,
        utc_offset=utc_offset(plain.timestamp) if plain.utc_offset is None else plain.utc_offset,
        session_id=plain.session_id,
        namespace=plain.namespace,
        metadata=plain.metadata,
        attachments=plain.attachments,
        extra=plain.extra,
    )
