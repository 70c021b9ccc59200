"""A room of Matrix as Element exports it in JSON: events, of which some are messages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from memcli.ingestion.transcripts.items import Item, Rejected, Source
from memcli.ingestion.transcripts.json_document import read_members
from memcli.ingestion.transcripts.known_json import has, items_of
from memcli.ingestion.transcripts.outline import Outline
from memcli.ingestion.transcripts.saying import said
from memcli.jsonl import Json

SERVICE: Final = "service lines"
TEXTS: Final = ("m.text", "m.notice", "m.emote")
# `> <@ida:m.org> what was said`, in front of an answer to it.
_QUOTED = re.compile(r"\A(?:>[^\n]*\n)+\n")


def is_matrix(seen: Outline) -> bool:
    """Tell the export of a room by its events."""
    events = items_of(seen.first, "messages")
    return any(has(each, "event_id", "sender", "content", "origin_server_ts") for each in events)


def read_matrix(source: Source) -> Iterator[Item]:
    """Yield what was said in a room; who speaks is called as when they came in."""
    names: dict[str, str] = {}
    for each in read_members(source, "messages"):
        if isinstance(each, Rejected):
            yield each
            continue
        line, event = each
        content = event.get("content")
        if event.get("type") == "m.room.member" and isinstance(content, dict):
            name = content.get("displayname")
            if isinstance(name, str) and name:
                names[str(event.get("state_key") or event.get("sender"))] = name
        if event.get("type") != "m.room.message" or not isinstance(content, dict):
            source.leave_out(SERVICE)
            continue
        item = _turn(source, line, event, content, names)
        if item:
            yield item


def _turn(
    source: Source, line: int, event: Json, content: Json, names: dict[str, str]
) -> Item | None:
    """Return what a message says; of a picture or a file, its name is an attachment."""
    changed = content.get("m.new_content")
    body: Any = (changed if isinstance(changed, dict) else content).get("body")
    is_text = content.get("msgtype") in TEXTS
    text = _QUOTED.sub("", str(body or "")) if is_text else ""
    sender = str(event.get("sender") or "")
    return said(
        source,
        line,
        text,
        name=names.get(sender, sender),
        ref=event.get("event_id"),
        at=event.get("origin_server_ts"),
        session=event.get("room_id"),
        attachments=None if is_text or not body else [{"name": str(body)}],
    )
