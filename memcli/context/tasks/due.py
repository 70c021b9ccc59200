"""Due tasks: what is to be done by when, what is overdue first; for people and for a calendar."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from memcli.context.tasks.reading import Tasks, day
from memcli.jsonl import Json
from memcli.memory.times import parse_time

COLUMNS: Final = ("id", "due", "when", "text")
DAY: Final = timedelta(days=1)
# Lines of a calendar have so many bytes at most (RFC 5545, 3.1).
LINE_BYTES: Final = 75
# Priority 1, the most important, to 5, as a calendar counts them (RFC 5545, 3.8.1.9).
PRIORITIES: Final = {1: 1, 2: 3, 3: 5, 4: 7, 5: 9}
PRODUCT: Final = "-//memcli//tasks//EN"


def due_records(tasks: Tasks, now: datetime, until: datetime | None = None) -> list[Json]:
    """
    Return the open tasks with a day, what is overdue first, each with `overdue`, the days since.

    until: what is due later is left out. A day counts as a whole, so what is due today is not late.
    """
    found = []
    for id_, task in tasks.tree.tasks.items():
        if task.due is None or not tasks.is_shown(id_):
            continue
        due = datetime.fromtimestamp(task.due, UTC)
        if until is None or due <= until:
            late = _days_late(due, now)
            more = {"overdue": late} if late else {}
            found.append((due, task.priority, task.order, {**tasks.record(id_), **more}))
    return [record for *_, record in sorted(found, key=lambda each: each[:3])]


def _days_late(due: datetime, now: datetime) -> int:
    """Return the days that something is late, begun ones too; 0 for what is not."""
    end = due + DAY if is_day(due) else due
    return 0 if now < end else (now - end) // DAY + 1


def is_day(moment: datetime) -> bool:
    """Say whether a due time is a day, not a time of one."""
    return (moment.hour, moment.minute, moment.second) == (0, 0, 0)


def lines(tasks: Tasks, records: Sequence[Json], now: datetime) -> Iterator[Json]:
    """Yield due tasks as rows of COLUMNS, and `line` as plain text."""
    for record in records:
        short, when = tasks.short_ids[record["id"]], _when(record, now)
        text, at = " ".join(record["text"].split()), day(record["due"])
        line = f"- [ ] {text} (due {at}, {when}; id {short})"
        yield {"id": short, "due": at, "when": when, "text": text, "line": line}


def _when(record: Json, now: datetime) -> str:
    late = record.get("overdue")
    if late:
        return f"{late} {'day' if late == 1 else 'days'} overdue"
    ahead = (parse_time(record["due"]).date() - now.astimezone(UTC).date()).days
    return {0: "today", 1: "tomorrow"}.get(ahead, f"in {ahead} days")


# ---------------------------------------------------------------- a calendar


def calendar(records: Sequence[Json]) -> bytes:
    """
    Return tasks as an iCalendar file: a VTODO each (RFC 5545), its UID the id of the task.

    DTSTAMP is when the task was recorded, so that the same tasks make the same bytes.
    """
    ids = {record["id"] for record in records}
    todos = [line for record in records for line in _todo(record, ids)]
    head = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODUCT}"]
    return b"".join(folded(line) for line in [*head, *todos, "END:VCALENDAR"])


def _todo(record: Json, ids: set[str]) -> Iterator[str]:
    due, parent = parse_time(record["due"]), record.get("parent")
    yield from ("BEGIN:VTODO", f"UID:{record['id']}")
    yield f"DTSTAMP:{_stamp(record['recorded_at'])}"
    yield f"CREATED:{_stamp(record['valid_from'])}"
    yield f"DUE;VALUE=DATE:{due:%Y%m%d}" if is_day(due) else f"DUE:{_stamp(record['due'])}"
    yield f"SUMMARY:{escaped(' '.join(record['text'].split()))}"
    if "notes" in record:
        yield f"DESCRIPTION:{escaped(record['notes'])}"
    yield f"PRIORITY:{PRIORITIES[record['priority']]}"
    if parent in ids:
        yield f"RELATED-TO:{parent}"
    yield from ("STATUS:NEEDS-ACTION", "END:VTODO")


def _stamp(moment: str) -> str:
    return f"{parse_time(moment).astimezone(UTC):%Y%m%dT%H%M%SZ}"


def escaped(text: str) -> str:
    """Return a text as the value of a property (RFC 5545, 3.3.11), without control codes."""
    text = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    text = "\\n".join(text.splitlines())
    return "".join(ch for ch in text if ch == "\t" or (ch >= " " and ch != "\x7f"))


def folded(line: str) -> bytes:
    """Return a line in parts of LINE_BYTES bytes at most, no character cut, with its ends."""
    parts, room = [b""], LINE_BYTES
    for character in line:
        code = character.encode("utf-8", "replace")
        if len(parts[-1]) + len(code) > room:
            parts.append(b"")
            room = LINE_BYTES - 1  # a space goes before what follows
        parts[-1] += code
    return b"\r\n ".join(parts) + b"\r\n"
