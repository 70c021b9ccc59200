"""
Threads of Messenger and Instagram: inbox/THREAD/message_1.json, the newest message first.

Their text is UTF-8 written as if each byte were a letter of Latin-1; it is put right.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import PurePath
from typing import Any, Final

from memcli.ingestion.transcripts.decoding import mended
from memcli.ingestion.transcripts.items import Item, Rejected, Source
from memcli.ingestion.transcripts.json_document import read_members
from memcli.ingestion.transcripts.known_json import items_of
from memcli.ingestion.transcripts.order import begins_with_last
from memcli.ingestion.transcripts.outline import outline
from memcli.ingestion.transcripts.saying import said
from memcli.ingestion.transcripts.sources import look_ahead
from memcli.jsonl import Json

HEAD_BYTES: Final = 64 * 1024
UNSENT: Final = "messages taken back"
REACTIONS: Final = "reactions"
MAX_REACTION: Final = 60
# As the program writes it in English, Spanish, German, French, Italian, Portuguese and Dutch.
_REACTED = re.compile(
    r"Reacted \S{1,12} to your message|Reaccionó con \S{1,12} a tu mensaje"
    r"|Hat mit \S{1,12} auf deine Nachricht reagiert|A réagi \S{1,12} à votre message"
    r"|Ha reagito con \S{1,12} al tuo messaggio|Reagiu com \S{1,12} à sua mensagem"
    r"|Heeft met \S{1,12} op je bericht gereageerd|Liked a message"
)
MEDIA: Final = "pictures and files without words or names"
FILES: Final = ("photos", "videos", "audio_files", "files", "gifs", "media")
_PART = re.compile(r"message_[0-9]+")


def is_reaction(words: str) -> bool:
    """Tell what the program writes where somebody only reacted."""
    return len(words) < MAX_REACTION and bool(_REACTED.fullmatch(words.strip()))


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
    yield from reversed(turns) if begins_with_last(turns) else turns


def _thread(source: Source) -> str:
    """Return the name of a thread whose file does not say it: its folder."""
    path = PurePath(source.conversation)
    is_part = _PART.fullmatch(path.name) and path.parent.name
    return path.parent.as_posix() if is_part else source.conversation


def _turn(source: Source, line: int, message: Json, session: Any) -> Item | None:
    """Return the turn that a message is."""
    content = message.get("content", message.get("text"))
    words = mended(content) if isinstance(content, str) else ""
    files = list(_files(message, source))
    if message.get("is_unsent") or message.get("isUnsent"):
        source.leave_out(UNSENT)
        return None
    if is_reaction(words) and not files:
        source.leave_out(REACTIONS)
        return None
    if not words.strip() and not files:
        source.leave_out(MEDIA)
        return None
    return said(
        source,
        line,
        words,
        name=mended(str(message.get("sender_name") or message.get("senderName") or "")),
        at=message.get("timestamp_ms", message.get("timestamp")),
        session=mended(str(session)),
        attachments=files or None,
    )


def _files(message: Json, source: Source) -> Iterator[Json]:
    """Yield what was sent with a message; stickers, which say nothing, are left out."""
    folder = os.path.basename(os.path.dirname(os.path.abspath(source.path)))
    for key in FILES:
        for each in items_of(message, key):
            uri = each.get("uri")
            if isinstance(uri, str) and uri:
                # Paths begin at the top of the export; the thread's own folder is below it.
                yield {"path": mended(uri).rpartition(f"/{folder}/")[2]}
    share = message.get("share")
    if not isinstance(share, dict):
        return
    link = share.get("link")
    if isinstance(link, str) and link and link not in str(message.get("content")):
        told = share.get("share_text")
        yield {"name": link, "url": link, "text": mended(told) if isinstance(told, str) else ""}
