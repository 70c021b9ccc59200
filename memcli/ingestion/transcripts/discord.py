"""Exports of DiscordChatExporter in JSON. Its CSV is read as CSV, its text by `discord_text`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from memcli.ingestion.transcripts.items import Item, Rejected, Source
from memcli.ingestion.transcripts.json_document import read_members
from memcli.ingestion.transcripts.known_json import items_of
from memcli.ingestion.transcripts.outline import outline
from memcli.ingestion.transcripts.saying import said
from memcli.ingestion.transcripts.sources import look_ahead
from memcli.jsonl import Json

HEAD_BYTES: Final = 64 * 1024
SAID: Final = ("Default", "Reply", "0", "19")
SERVICE: Final = "service lines"
MEDIA: Final = "pictures and files without words or names"


def read_discord(source: Source) -> Iterator[Item]:
    """Yield the turns of a channel, which is the session."""
    head, source = look_ahead(source, HEAD_BYTES)
    about = outline(head).first
    for each in read_members(source, "messages"):
        item = each if isinstance(each, Rejected) else _turn(source, *each, about)
        if item:
            yield item


def _turn(source: Source, line: int, message: Json, about: Json) -> Item | None:
    """Return the turn that a message is, None for what the program says."""
    if str(message.get("type", "Default")) not in SAID:
        source.leave_out(SERVICE)
        return None
    content = message.get("content")
    words = content if isinstance(content, str) else ""
    files = items_of(message, "attachments")
    if not words.strip() and not files:
        source.leave_out(MEDIA)
        return None
    author, channel = _dict(message.get("author")), _dict(about.get("channel"))
    told: dict[str, Any] = {
        "guild": _dict(about.get("guild")).get("name"),
        "channel": channel.get("name"),
        "reply_to": _dict(message.get("reference")).get("messageId"),
        "files": [each["fileName"] for each in files if "fileName" in each],
    }
    return said(
        source,
        line,
        words,
        name=author.get("nickname") or author.get("name"),
        ref=message.get("id"),
        at=message.get("timestamp"),
        session=channel.get("id"),
        metadata={key: value for key, value in told.items() if value} or None,
        attachments=files or None,
    )


def _dict(value: Any) -> Json:
    return value if isinstance(value, dict) else {}
