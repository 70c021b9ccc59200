"""
Chats of Signal: data.json of signal-export, a message a line, and what signal-cli receives.

In an export a chat is a folder, which is called as the other side or the group is.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any, Final

from memcli.ingestion.transcripts.decoding import read_objects
from memcli.ingestion.transcripts.items import STDIN, Item, Rejected, Source
from memcli.ingestion.transcripts.known_json import items_of
from memcli.ingestion.transcripts.saying import said
from memcli.jsonl import Json

ME: Final = "Me"
NOBODY: Final = "No-Sender"
SERVICE: Final = "service lines"
MEDIA: Final = "pictures and files without words or names"


def read_signal(source: Source) -> Iterator[Item]:
    """Yield the turns of a chat, or of all chats that signal-cli listened to."""
    for each in read_objects(source):
        if isinstance(each, Rejected):
            yield each
            continue
        line, raw = each
        is_envelope = isinstance(raw.get("envelope"), dict)
        item = _received(source, line, raw) if is_envelope else _exported(source, line, raw)
        if item:
            yield item


def _exported(source: Source, line: int, message: Json) -> Item | None:
    """Return the turn that a line of an export is."""
    if message.get("deleted") or message.get("call"):
        source.leave_out(SERVICE)
        return None
    body = str(message.get("body") or "").strip()
    sent = items_of(message, "attachments")
    files = [each.get("name") or each.get("fileName") for each in sent]
    if not body and not any(files):
        source.leave_out(MEDIA)
        return None
    sender = message.get("sender")
    folder = os.path.basename(os.path.dirname(os.path.abspath(source.path)))
    quote = str(message.get("quote") or "").strip().removeprefix("> ")
    told = {"files": [*filter(None, files)], "reply_to": quote}
    return said(
        source,
        line,
        body,
        role="user" if sender == ME else None,
        name=None if sender in (ME, NOBODY) else sender,
        at=message.get("date"),
        session=None if source.path == STDIN else folder,
        metadata={key: value for key, value in told.items() if value} or None,
        attachments=sent or None,
    )


def _received(source: Source, line: int, raw: Json) -> Item | None:
    """Return the turn in an envelope of signal-cli: received, or sent from another device."""
    envelope = raw["envelope"]
    sent = _dict(_dict(envelope.get("syncMessage")).get("sentMessage"))
    message = _dict(envelope.get("dataMessage")) or sent
    told = message.get("message")
    words = told if isinstance(told, str) else ""
    files = [each for each in items_of(message, "attachments") if each.get("filename")]
    if not words.strip() and not files:
        source.leave_out(SERVICE)
        return None
    group = _dict(message.get("groupInfo"))
    other = envelope.get("sourceName") or envelope.get("source")
    number = envelope.get("sourceNumber") or envelope.get("source")
    to = sent.get("destinationNumber") or sent.get("destination")
    return said(
        source,
        line,
        words,
        role="user" if sent else None,
        name=None if sent else other,
        at=message.get("timestamp") or envelope.get("timestamp"),
        session=group.get("groupId") or to or number,
        attachments=files or None,
    )


def _dict(value: Any) -> Json:
    return value if isinstance(value, dict) else {}
