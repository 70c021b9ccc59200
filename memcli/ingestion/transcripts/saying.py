"""Messages from the parts that a reader has found: time, speaker, what is left out."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from memcli.ingestion.transcripts.items import Accepted, Item, Rejected, Source
from memcli.jsonl import Json
from memcli.language.roles import role_of
from memcli.memory.times import parse_time, utc_offset
from memcli.records import MemoryType, Message
from store.errors import BadRecord

# What a chat with a program holds beside turns, and what it is called when it is counted.
NOT_SAID: Final = {"system": "system texts", "tool": "outputs of tools"}
BLANK: Final = "blank turns"


def said(
    source: Source,
    line: int,
    content: str,
    *,
    role: str | None = None,
    name: str | None = None,
    ref: object = None,
    at: Any = None,
    session: object = None,
    unique: bool = False,
    type: MemoryType = "episodic",
    **more: Any,
) -> Item | None:
    """
    Return a turn; None where nothing is said, or by none but the program around it.

    role: in any of its spellings. at: a time of any form. more: other fields of a message.
    """
    role = role_of(role)
    if not content.strip() and not more.get("attachments"):
        source.leave_out(BLANK)
        return None
    if role in NOT_SAID and not (role == "tool" and source.tools):
        source.leave_out(NOT_SAID[role])
        return None
    try:
        moment = _moment(at, source)
    except BadRecord as error:
        placed = BadRecord(error.reason, path=source.path, line=line, remedy=error.remedy)
        return Rejected(placed, content.encode())
    message = Message(
        v=1,
        content=content,
        id=None if ref is None else str(ref),
        role=role,
        name=name or None,
        timestamp=moment,
        utc_offset=utc_offset(at) if isinstance(at, str | datetime) else None,
        session_id=source.conversation if session is None else str(session),
        **more,
    )
    kind = "resource" if role == "tool" else type
    return Accepted(message, source.path, line, unique, kind)


def in_folder(folder: object, **more: object) -> Json | None:
    """Return the metadata of a turn that was said to an agent at work in a folder."""
    told = {"cwd": folder, **more}
    return {key: value for key, value in told.items() if value and isinstance(value, str)} or None


def _moment(at: Any, source: Source) -> datetime | None:
    """Return a time in UTC, None where there is none."""
    if at is None or at == "":
        return None
    if isinstance(at, datetime) and at.tzinfo is UTC:
        return at
    return parse_time(at, source.zone)
