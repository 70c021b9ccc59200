"""
Lines, or a list, of whole conversations: the messages of one in each, as for fine-tuning.

`messages` as OpenAI and Anthropic have them, or `conversations` with `from` and `value` (ShareGPT).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from memcli.ingestion.transcripts.decoding import read_objects
from memcli.ingestion.transcripts.fields import ALIASES, record_item
from memcli.ingestion.transcripts.items import Accepted, Item, Rejected, Source, rejected
from memcli.ingestion.transcripts.json_document import read_documents
from memcli.ingestion.transcripts.known_json import items_of
from memcli.ingestion.transcripts.outline import outline
from memcli.ingestion.transcripts.sources import look_ahead
from memcli.jsonl import Json, encode
from memcli.records import Message
from store.errors import BadRecord

HEAD_BYTES: Final = 64 * 1024
LISTS: Final = ("messages", "conversations")
SESSION_KEYS: Final = ("session_id", *ALIASES["session_id"], "id")


def read_chat_lines(source: Source) -> Iterator[Item]:
    """Yield the turns of each conversation, which is a session of its own."""
    head, source = look_ahead(source, HEAD_BYTES)
    found = read_objects(source) if outline(head).shape == "lines" else read_documents(source)
    for number, each in enumerate(found, 1):
        if isinstance(each, Rejected):
            yield each
        else:
            yield from _turns(source, *each, number)


def _turns(source: Source, line: int, conversation: Json, number: int) -> Iterator[Item]:
    """Yield the turns of one conversation."""
    messages = [message for key in LISTS for message in items_of(conversation, key)]
    if not messages:
        reason = "no conversation: it has no `messages`"
        yield rejected(BadRecord(reason), source.path, line, encode(conversation))
        return
    session = _session(conversation) or f"{source.conversation}/{number}"
    for message in messages:
        item = record_item(message, source, line, b"")
        if isinstance(item, Accepted) and isinstance(item.record, Message):
            item.record.session_id = item.record.session_id or session
        if item:
            yield item


def _session(conversation: Json) -> str | None:
    """Return the session that a conversation names."""
    for key in SESSION_KEYS:
        value = conversation.get(key)
        if isinstance(value, str | int) and not isinstance(value, bool) and value != "":
            return str(value)
    return None
