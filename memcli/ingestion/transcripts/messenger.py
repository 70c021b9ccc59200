"""
Threads of Messenger and Instagram: inbox/THREAD/message_1.json, the newest message first.

Their text is UTF-8 written as if each byte were a letter of Latin-1; it is put right.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePath
from typing import Any, Final

from memcli.ingestion.transcripts.decoding import mended
from memcli.ingestion.transcripts.items import Item, Rejected, Source
from memcli.ingestion.transcripts.json_document import read_members
from memcli.ingestion.transcripts.outline import outline
from memcli.ingestion.transcripts.saying import said
from memcli.ingestion.transcripts.sources import look_ahead
from memcli.jsonl import Json

HEAD_BYTES: Final = 64 * 1024
UNSENT: Final = "messages taken back"
MEDIA: Final = "pictures and files without words"
_PART = re.compile(r"message_[0-9]+")


def read_messenger(source: Source) -> Iterator[Item]:
    """Yield the turns of one file of a thread, the oldest first: some ten thousand at most."""
    head, source = look_ahead(source, HEAD_BYTES)
    about = outline(head).first
    session = about.get("thread_path") or about.get("threadName") or _thread(source)
    turns = [
        item
        for each in read_members(source, "messages")
        if (item := each if isinstance(each, Rejected) else _turn(source, *each, session))
    ]
    yield from reversed(turns)


def _thread(source: Source) -> str:
    """Return the name of a thread whose file does not say it: its folder."""
    path = PurePath(source.conversation)
    is_part = _PART.fullmatch(path.name) and path.parent.name
    return path.parent.as_posix() if is_part else source.conversation


def _turn(source: Source, line: int, message: Json, session: Any) -> Item | None:
    """Return the turn that a message is."""
    content = message.get("content", message.get("text"))
    if message.get("is_unsent") or message.get("isUnsent"):
        source.leave_out(UNSENT)
        return None
    if not isinstance(content, str) or not content.strip():
        source.leave_out(MEDIA)
        return None
    return said(
        source,
        line,
        mended(content),
        name=mended(str(message.get("sender_name") or message.get("senderName") or "")),
        at=message.get("timestamp_ms", message.get("timestamp")),
        session=mended(str(session)),
    )
