"""Days: what was said in the conversations of one day, in a few of their statements."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Final

from memcli.consolidation.summaries.base import (
    Writer,
    day_text,
    episode_row,
    span,
    summary_of,
)
from memcli.jsonl import Row

DAY_WORDS: Final = 100
# A day of one conversation is summed up by the summary of that.
MIN_SESSIONS: Final = 2


def by_day(sessions: Sequence[Row]) -> dict[date, list[Row]]:
    """
    Return the session summaries of each day (UTC) with more than one, in order of time.

    A session that spans days belongs to the one of its last turn; without a time, to none.
    """
    days: dict[date, list[Row]] = {}
    for row in sorted((s for s in sessions if s["happened_at"]), key=_place):
        days.setdefault(row["happened_at"].astimezone(UTC).date(), []).append(row)
    return {day: rows for day, rows in sorted(days.items()) if len(rows) >= MIN_SESSIONS}


def _place(row: Row) -> tuple[datetime, str, str]:
    return row["happened_at"], row["session_id"] or "", row["id"]


def day_row(sessions: Sequence[Row], statements: Sequence[Row], write: Writer | None) -> Row:
    """Row of a day; sessions, and the statements that hold, in order of time, with vectors."""
    day = day_text(sessions[-1]["happened_at"].astimezone(UTC))
    context = f"{day}, {len(sessions)} conversations."
    told = summary_of(write, context, statements, DAY_WORDS)
    return told | episode_row(statements, context, span(sessions))
