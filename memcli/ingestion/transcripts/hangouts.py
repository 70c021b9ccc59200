"""Google Hangouts as Takeout wrote it: conversations with their people, and events in each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from memcli.ingestion.transcripts.items import Item, Rejected, Source
from memcli.ingestion.transcripts.json_document import MAX_DOCUMENT, read_members
from memcli.ingestion.transcripts.json_layouts import value_at
from memcli.ingestion.transcripts.known_json import has, items_of
from memcli.ingestion.transcripts.outline import Outline
from memcli.ingestion.transcripts.saying import said
from memcli.jsonl import Json

SERVICE: Final = "service lines"


def is_hangouts(seen: Outline) -> bool:
    """Tell Hangouts.json by its conversations with events."""
    first = next(iter(items_of(seen.first, "conversations")), {})
    return has(first, "events") and has(first.get("conversation"), "conversation")


def read_hangouts(source: Source) -> Iterator[Item]:
    """Yield what was said in each conversation, in its order."""
    for each in read_members(source, "conversations", limit=MAX_DOCUMENT):
        if isinstance(each, Rejected):
            yield each
            continue
        line, whole = each
        names = _names(whole)
        events = whole.get("events")
        events = [event for event in events or () if isinstance(event, dict)]
        for event in sorted(events, key=lambda event: str(event.get("timestamp")).zfill(20)):
            item = _turn(source, line, event, names)
            if item:
                yield item


def _names(whole: Json) -> dict[str, str]:
    """Return what the people of a conversation are called, by their numbers."""
    people = value_at(whole, "conversation.conversation.participant_data")
    found = ((value_at(one, "id.gaia_id"), value_at(one, "fallback_name")) for one in people or ())
    return {str(number): str(name) for number, name in found if name}


def _turn(source: Source, line: int, event: Json, names: dict[str, str]) -> Item | None:
    """Return what an event says, nothing for calls and people who come and go."""
    content = value_at(event, "chat_message.message_content")
    if not isinstance(content, dict):
        source.leave_out(SERVICE)
        return None
    number = str(value_at(event, "sender_id.gaia_id") or "")
    segments = [each for each in content.get("segment") or () if isinstance(each, dict)]
    pictures = value_at(content, "attachment.*.embed_item.plus_photo.url")
    return said(
        source,
        line,
        "".join(str(each.get("text") or "") for each in segments),
        name=names.get(number, number),
        ref=event.get("event_id"),
        at=event.get("timestamp"),
        session=value_at(event, "conversation_id.id"),
        attachments=pictures or None,
    )
