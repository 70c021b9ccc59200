"""Exports of Telegram Desktop: result.json, of one chat or of all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from memcli.ingestion.transcripts.items import Item, Rejected, Source
from memcli.ingestion.transcripts.json_document import read_members
from memcli.ingestion.transcripts.outline import outline
from memcli.ingestion.transcripts.saying import said
from memcli.ingestion.transcripts.sources import look_ahead
from memcli.jsonl import Json

HEAD_BYTES: Final = 64 * 1024
# A chat of an export of all is read whole.
MAX_CHAT: Final = 1 << 30
DELETED: Final = "Deleted Account"
SERVICE: Final = "service lines"
MEDIA: Final = "pictures and files without words or names"
# Stands in the place of a path where the file was not asked for, or was too large.
NOT_THERE: Final = "("


def read_telegram(source: Source) -> Iterator[Item]:
    """Yield the turns of each chat, which is a session."""
    head, source = look_ahead(source, HEAD_BYTES)
    about = outline(head).first
    if "chats" not in about:
        for each in read_members(source, "messages"):
            if isinstance(each, Rejected):
                yield each
            else:
                yield from _turn(source, *each, about)
        return
    for each in read_members(source, "chats", "list", limit=MAX_CHAT):
        if isinstance(each, Rejected):
            yield each
            continue
        line, chat = each
        for message in chat.get("messages") or ():
            if isinstance(message, dict):
                yield from _turn(source, line, message, chat)


def _turn(source: Source, line: int, message: Json, chat: Json) -> Iterator[Item]:
    """Yield the turn that a message is."""
    if message.get("type") != "message":
        source.leave_out(SERVICE)
        return
    text, files = _words(message.get("text")), _files(message)
    if not text.strip() and not files:
        source.leave_out(MEDIA)
        return
    told = {
        "chat": chat.get("name"),
        "reply_to": message.get("reply_to_message_id"),
        "forwarded_from": message.get("forwarded_from"),
    }
    item = said(
        source,
        line,
        text,
        name=str(message.get("from") or DELETED),
        ref=message.get("id"),
        at=message.get("date_unixtime") or message.get("date"),
        session=chat.get("id", chat.get("name")),
        metadata={key: value for key, value in told.items() if value} or None,
        attachments=files or None,
    )
    if item:
        yield item


def _files(message: Json) -> list[Json]:
    """Return what was sent with a message: a picture, or a file, with what it is; no stickers."""
    if message.get("media_type") == "sticker":
        return []
    place = next((p for key in ("photo", "file") if isinstance(p := message.get(key), str)), "")
    by = " - ".join(str(message[key]) for key in ("performer", "title") if message.get(key))
    found = {
        "name": message.get("file_name"),
        "path": "" if place.startswith(NOT_THERE) else place,
        "mime_type": message.get("mime_type"),
        "description": by,
    }
    told = {key: value for key, value in found.items() if isinstance(value, str) and value}
    return [told] if told.keys() - {"mime_type"} else []


def _words(text: Any) -> str:
    """Return a text that may be in pieces: links, mentions and the like."""
    if isinstance(text, str):
        return text
    pieces = text if isinstance(text, list) else ()
    words = (piece.get("text") if isinstance(piece, dict) else piece for piece in pieces)
    return "".join(word for word in words if isinstance(word, str))
