"""
Fields of a record: one decoded object -> one record, for all formats with names.

Fields of other tools' exports are taken under their own names, by the table ALIASES, only where
the field of ours is absent and the value fits; otherwise they stay under `extra`.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, tzinfo
from typing import Any, Final

from memcli.ingestion.transcripts.blocks import text_of, without_data
from memcli.ingestion.transcripts.items import Accepted, Item, Source, rejected
from memcli.ingestion.transcripts.markup import text_of_html
from memcli.ingestion.transcripts.saying import BLANK, NOT_SAID
from memcli.jsonl import Json
from memcli.language.roles import role_of
from memcli.memory.times import parse_time, utc_offset
from memcli.records import FIELDS, MemoryType, Message, Record, from_wire
from store.errors import BadRecord, NewerRecord, UnsupportedVersion

ALIASES: Final = {
    "content": tuple(
        "text message.content body.content body mes data.content data.text kwargs.content value "
        "utterance message msg parts contents highlight".split()
    ),
    "name": tuple(
        "speaker author.nickname author.global_name author.name author.login author sender.name "
        "sender sender_name from.user.displayName from.displayName from.name from from_name "
        "creator.name user.name user.login u.name u.username "
        "user user_name username display_name nickname nick "
        "speaker_name senderName "
        "sender_username".split()
    ),
    "role": tuple("message.role author.role sender_type data.type kwargs.type".split()),
    "timestamp": tuple(
        "ts time date_unixtime date datetime created_at createdAt createdDateTime create_time "
        "timestamp_ms origin_server_ts time.created created created_date sent_at send_date "
        "datetime_utc highlighted_at sent ts.$date date.$date created_at.$date "
        "createdAt.$date "
        "create_time.$date message_date date_journal".split()
    ),
    "session_id": tuple(
        "session conversation_id thread_id sessionId sessionID session_uuid conversationId "
        "threadId chat_id chatId conversation channel_id channel room_id room_name room "
        "threadName chat_session".split()
    ),
    "id": tuple("uuid message_id messageId message.id".split()),
}
# Fields that say who speaks: only where they hold the word for a role.
ROLE_FIELDS: Final = ("type", "sender", "from", "author", "speaker")
_CLOCK = re.compile(r"[0-9]{1,2}[:.][0-9]{2}(?:[:.][0-9]{2})?(?:\s?[AaPp]\.?[Mm]\.?)?")
# What an editor of rich text writes around all that was said.
_PAGE = re.compile(r"\s*<p\b[^<>]*>.*</p>\s*\Z", re.DOTALL)
# What else plainly is who, when or where; it is told, for it may be under a name of its own.
LOOKS_LIKE: Final = {
    "a sender": re.compile(
        r"(?i)(?:^|_|\.)(?:sender|author|speaker|user|from|who|by|nick|handle|participant|name)"
        r"(?:_?(?:name|id|by))?$|posted_by|(?:sender|author|speaker|user)[_A-Z]"
    ),
    "a time": re.compile(r"(?i)time|date|(?:_|^)(?:at|when|sent|posted)$"),
    "a session": re.compile(r"(?i)session|conversation|thread|chat_?(?:id|name)|channel|room"),
}
ROLES: Final = frozenset(("user", "assistant", "system", "tool"))
TIME_FIELDS: Final = {
    "message": ("timestamp",),
    "memory": ("happened_at", "valid_from", "valid_to", "recorded_at"),
    "link": ("recorded_at",),
    "entity": ("recorded_at", "first_at", "last_at"),
    "strength": ("recorded_at", "last_access_at"),
    "table": (),
    "table_row": ("recorded_at",),
}
# Which time it is whose offset from UTC a record keeps.
OFFSET_OF: Final = {"message": "timestamp", "memory": "happened_at"}
# What says of a record that it is no turn, where it is true.
BESIDE: Final = {
    "isThought": "thoughts of a model",
    "thought": "thoughts of a model",
    "system": "service lines",
}
MAX_KEYS: Final = 8
REMEDY: Final = "input is message records; --from export takes what memcli export wrote"
EXPORT_REMEDY: Final = "--from export takes what memcli export wrote, as it is"


def to_record(raw: Json, zone: tzinfo = UTC, day_first: bool = True) -> Record:
    """
    Return the input record that a decoded object holds; BadRecord says why there is none.

    zone, day_first: how times are read that name no zone, and 1/2/26.
    """
    kind = raw.get("kind", "message")
    if isinstance(kind, str) and kind in FIELDS and kind not in TIME_FIELDS:
        article = "an" if kind[0] in "aeiou" else "a"
        raise BadRecord(f"{article} {kind} is not input", remedy=REMEDY)
    ours = _renamed(raw) if kind == "message" else dict(raw)
    if str(kind) in OFFSET_OF and ours.get("utc_offset") is None:
        ours["utc_offset"] = utc_offset(ours.get(OFFSET_OF[str(kind)]))
    for field in TIME_FIELDS.get(str(kind), ()):
        if ours.get(field) is not None:
            ours[field] = _time_field(field, ours[field], zone, day_first)
    try:
        record = from_wire(ours, default_kind="message")
    except UnsupportedVersion as error:
        raise NewerRecord(error.what, remedy=error.remedy) from error
    return record


def record_item(
    raw: Json, source: Source, line: int, data: bytes, day_first: bool = True
) -> Item | None:
    """
    Return the record that an object holds, why there is none, or None for what is no turn.

    What plainly is a sender, a time or a session and could not be taken for one is told.
    """
    if raw.get("kind", "message") == "message":
        unsaid = NOT_SAID["tool"] if _is_call(raw) else _is_beside(raw)
        if unsaid:
            source.leave_out(unsaid)
            return None
    try:
        record = to_record(raw, source.zone, day_first)
    except BadRecord as error:
        return rejected(_with_keys(error, raw), source.path, line, data)
    if not isinstance(record, Message):
        # Among chats, it would be the word of whoever wrote the file about what is core and true.
        if source.intake and not source.intake.is_export:
            what = f"a record of kind {raw['kind']} among what was said"
            return rejected(BadRecord(what, remedy=EXPORT_REMEDY), source.path, line, data)
        return Accepted(record, source.path, line)
    _tell_unread(record, source)
    if record.role in NOT_SAID and not (record.role == "tool" and source.tools):
        source.leave_out(NOT_SAID[str(record.role)])
    elif not record.content.strip() and not record.attachments:
        source.leave_out(BLANK)
    else:
        kind: MemoryType = "resource" if record.role == "tool" else "episodic"
        return Accepted(record, source.path, line, type=kind)
    return None


def _with_keys(error: BadRecord, raw: Json) -> BadRecord:
    """Return an error that says which keys there are instead of words."""
    ours = _renamed(raw) if raw.get("kind", "message") == "message" else raw
    if not isinstance(error, NewerRecord) and "kind" not in raw and ours.get("content") is None:
        keys = ", ".join(f"`{key}`" for key in list(raw)[:MAX_KEYS]) or "none"
        more = " and more" if len(raw) > MAX_KEYS else ""
        reason = f"no `content`, no words of a message; its keys: {keys}{more}"
        return BadRecord(reason, remedy=_likely(raw) or REMEDY)
    return error


def _likely(raw: Json) -> str:
    """Return how what looks like messages, or like the words of one, would be read."""
    for key, value in raw.items():
        if isinstance(value, list) and value and all(isinstance(each, dict) for each in value[:3]):
            return f"if its list `{key}` has the messages: jq -c '.[\"{key}\"][]' | memcli ingest"
    texts = {key: value for key, value in raw.items() if isinstance(value, str) and " " in value}
    if not texts:
        return ""
    longest = max(texts, key=lambda key: len(texts[key]))
    return f"if `{longest}` has the words: jq -c '.content = .[\"{longest}\"]' | memcli ingest"


def _is_call(raw: Json) -> bool:
    """Tell a message in which nothing is said but a tool called."""
    calls = raw.get("tool_calls") or raw.get("function_call")
    return bool(calls) and not raw.get("content") and not raw.get("text")


def _is_beside(raw: Json) -> str | None:
    """Return what a record is that says itself that it is no turn."""
    return next((what for key, what in BESIDE.items() if raw.get(key) is True), None)


def _tell_unread(message: Message, source: Source) -> None:
    """Tell of fields that look like a sender, a time or a session where there is none."""
    known = {
        "a sender": message.name or message.role,
        "a time": message.timestamp,
        "a session": message.session_id,
    }
    for name, value in (message.extra or {}).items():
        if not isinstance(value, str | int | float | dict) or isinstance(value, bool):
            continue
        for what, pattern in LOOKS_LIKE.items():
            if known[what] is None and pattern.search(name):
                source.not_read(name, f"which looks like {what}")


def _renamed(raw: Json) -> Json:
    """Return a copy with the first alias that fits in the place of each absent field."""
    ours = dict(raw)
    if type(ours.get("id")) is int:
        ours["id"] = str(ours["id"])
    if ours.get("role") is None:
        _find_role(ours)
    _join_clock(ours)
    for field, aliases in ALIASES.items():
        if ours.get(field) is None:
            _take_alias(ours, field, aliases)
    if isinstance(ours.get("role"), str):
        ours["role"] = role_of(ours["role"])
    content = ours.get("content")
    if isinstance(content, list | dict):
        ours["content"] = text_of(content)
    elif isinstance(content, str):
        is_html = _at(raw.get("body"), ["contentType"]) == "html" or bool(_PAGE.match(content))
        ours["content"] = text_of_html(content) if is_html else without_data(content)
    return ours


def _find_role(ours: Json) -> None:
    """Take the role from a field that holds the word for one, or says whether it is the user."""
    if isinstance(ours.get("is_user"), bool):
        ours["role"] = "user" if ours["is_user"] else "assistant"
        return
    for field in ROLE_FIELDS:
        value = ours.get(field)
        if isinstance(value, str) and role_of(value) in ROLES:
            ours["role"] = role_of(ours.pop(field))
            return


def _join_clock(ours: Json) -> None:
    """Make one time of a day and a time of day in fields of their own, as tables have them."""
    day, clock = ours.get("date"), ours.get("time")
    if isinstance(day, str) and isinstance(clock, str) and _CLOCK.fullmatch(clock.strip()):
        ours.setdefault("timestamp", f"{day.strip()} {clock.strip()}")
        del ours["date"], ours["time"]


def _take_alias(ours: Json, field: str, aliases: tuple[str, ...]) -> None:
    """Put the first alias that fits into the place of a field; what it is a part of stays."""
    for alias in aliases:
        top, *path = alias.split(".")
        if top not in ours:
            continue
        value = _at(ours[top], path)
        if _has_field_type(field, value):
            ours[field] = str(value) if field in ("session_id", "id") else value
            if not path:
                del ours[top]
            elif field == "content":  # words are kept once
                ours[top] = {key: each for key, each in ours[top].items() if key != path[0]}
            return


def _at(value: Any, path: list[str]) -> Any:
    """Return what an object has at a path of keys."""
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _has_field_type(field: str, value: object) -> bool:
    """Tell whether a value under an alias has the type of our field."""
    if isinstance(value, str):
        return bool(value)
    if field == "timestamp":
        return value is not None and not isinstance(value, bool | list | dict)
    if field == "content":
        return isinstance(value, list)
    return field in ("session_id", "id") and type(value) is int


def _time_field(field: str, value: Any, zone: tzinfo, day_first: bool) -> datetime:
    """Return a time field in UTC; the error names the field."""
    try:
        return parse_time(value, zone, day_first=day_first)
    except BadRecord as error:
        raise BadRecord(f"`{field}`: {error.reason}", remedy=error.remedy) from error
