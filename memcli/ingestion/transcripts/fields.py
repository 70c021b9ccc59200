"""
Fields of a record: one decoded object -> one record, for all formats with names.

Fields of other tools' exports are taken under their own names, by the table ALIASES, only where
the field of ours is absent and the value fits; otherwise they stay under `extra`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from memcli.jsonl import Json
from memcli.memory.times import parse_time, utc_offset
from memcli.records import FIELDS, Record, from_wire
from store.errors import BadRecord, NewerRecord, UnsupportedVersion

ALIASES: Final = {
    "content": ("text",),
    "name": ("speaker", "author", "sender", "from"),
    "timestamp": ("ts", "time", "date", "created_at"),
    "session_id": ("session", "conversation_id", "thread_id"),
}
TIME_FIELDS: Final = {
    "message": ("timestamp",),
    "memory": ("happened_at", "valid_from", "valid_to", "recorded_at"),
    "link": ("recorded_at",),
    "entity": ("recorded_at", "first_at", "last_at"),
    "strength": ("recorded_at", "last_access_at"),
}
# Which time it is whose offset from UTC a record keeps.
OFFSET_OF: Final = {"message": "timestamp", "memory": "happened_at"}
REMEDY: Final = "input is message, memory, link, entity or strength records"


def to_record(raw: Json) -> Record:
    """Return the input record that a decoded object holds; BadRecord says why there is none."""
    kind = raw.get("kind", "message")
    if isinstance(kind, str) and kind in FIELDS and kind not in TIME_FIELDS:
        article = "an" if kind[0] in "aeiou" else "a"
        raise BadRecord(f"{article} {kind} is not input", remedy=REMEDY)
    ours = _renamed(raw) if kind == "message" else dict(raw)
    if str(kind) in OFFSET_OF and ours.get("utc_offset") is None:
        ours["utc_offset"] = utc_offset(ours.get(OFFSET_OF[str(kind)]))
    for field in TIME_FIELDS.get(str(kind), ()):
        if ours.get(field) is not None:
            ours[field] = _time_field(field, ours[field])
    try:
        record = from_wire(ours, default_kind="message")
    except UnsupportedVersion as error:
        raise NewerRecord(error.what, remedy=error.remedy) from error
    return record


def _renamed(raw: Json) -> Json:
    """Return a copy with the first alias that fits in the place of each absent field."""
    ours = dict(raw)
    if type(ours.get("id")) is int:
        ours["id"] = str(ours["id"])
    for field, aliases in ALIASES.items():
        if ours.get(field) is None:
            alias = next((a for a in aliases if _has_field_type(field, ours.get(a))), None)
            if alias:
                value = ours.pop(alias)
                ours[field] = str(value) if field == "session_id" else value
    return ours


def _has_field_type(field: str, value: object) -> bool:
    """Tell whether a value under an alias has the type of our field."""
    if isinstance(value, str):
        return bool(value)
    if field == "timestamp":
        return value is not None and not isinstance(value, bool | list | dict)
    return field == "session_id" and type(value) is int


def _time_field(field: str, value: Any) -> datetime:
    """Return a time field in UTC; the error names the field."""
    try:
        return parse_time(value)
    except BadRecord as error:
        raise BadRecord(f"`{field}`: {error.reason}", remedy=error.remedy) from error
