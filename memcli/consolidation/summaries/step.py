"""
The work of summing up: sessions into days, segments into topics, in one transaction.

As in H-MEM (Sun and Zeng, 2025) each summary points to its parts. What there is follows from the
live segments and session summaries alone, and a summary's id from its parts, so only those are made
whose parts are new or changed. Text is picked from the statements below; with a writer, a language
model writes it. What decay archived stays a part.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Final

from memcli.consolidation.summaries.base import Draft, SummaryStep, Writer
from memcli.consolidation.summaries.days import by_day, day_row
from memcli.consolidation.summaries.topics import Topic, find_topics, topic_row
from memcli.jsonl import Row
from memcli.memory.watermarks import Watermark
from store.literals import quoted

if TYPE_CHECKING:
    from collections.abc import Callable

    from memcli.models.encoder import Encoder
    from store import Store

PARTS: Final = "(level = 2 OR (level = 3 AND session_id IS NOT NULL))"
PART_COLUMNS: Final = (
    "id namespace level text session_id seq source_ids happened_at valid_from".split()
)
STATEMENTS: Final = "level = 1 AND type <> 'vault'"
WORD_COLUMNS: Final = "id keywords speaker session_id seq superseded_by source_ids".split()


class SummarizeStep(SummaryStep):
    """One call of `summarize`; `write` is what a language model writes with, if any."""

    command = Watermark.SUMMARIZE
    level = 3
    kinds: ClassVar = {"day": "days", "topic": "topics"}

    def __init__(
        self, store: Store, encoder: Encoder, now: datetime, write: Writer | None = None
    ) -> None:
        super().__init__(store, encoder, now)
        self._write_text = write

    def run(
        self, namespace: str | None = None, progress: Callable[[int], None] = lambda n: None
    ) -> None:
        """Make the days and topics that are not there yet; `progress` gets counts of parts."""
        for name in self.begin(namespace, PARTS):
            progress(self._sum_up(name))
        self.finish()

    def _sum_up(self, namespace: str) -> int:
        inside = f"namespace = {quoted([namespace])}"
        parts = self.read(PART_COLUMNS, f"{PARTS} AND superseded_by IS NULL AND {inside}")
        below = _Below(self.read(WORD_COLUMNS, f"{STATEMENTS} AND {inside}"))
        segments = [row for row in parts if row["level"] == 2]
        sessions = [row for row in parts if row["level"] == 3]
        days = by_day(sessions).values()
        self.reconcile(namespace, "day", [self._day(rows, below) for rows in days])
        topics = find_topics(segments, below.of_segments(segments), self.encoder)
        self.reconcile(namespace, "topic", [self._topic(topic, below) for topic in topics])
        return len(parts)

    def _day(self, sessions: Sequence[Row], below: _Below) -> Draft:
        # The text of a session stands in where nothing was stated in any.
        rows = [row for session in sessions for row in below.of_session(session["session_id"])]
        needs = below.holding(rows) or _ids(sessions)
        make = partial(day_row, sessions, write=self._write_text)
        return Draft("day", sessions[0]["namespace"], _ids(sessions), needs, make)

    def _topic(self, topic: Topic, below: _Below) -> Draft:
        rows = [row for segment in topic.segments for row in below.of_segment(segment)]
        needs = below.holding(rows)
        make = partial(topic_row, topic, write=self._write_text)
        return Draft("topic", topic.segments[0]["namespace"], _ids(topic.segments), needs, make)


class _Below:
    """The statements of a namespace by where they were said: a session, and a place in it."""

    def __init__(self, statements: Sequence[Row]) -> None:
        self._by_id = {row["id"]: row for row in statements}
        self._by_session: dict[str | None, list[Row]] = {}
        self._by_place: dict[tuple[str | None, int], list[Row]] = {}
        for row in sorted(statements, key=lambda row: str(row["id"])):
            self._by_session.setdefault(row["session_id"], []).append(row)
            if row["seq"] is not None:
                self._by_place.setdefault((row["session_id"], row["seq"]), []).append(row)

    def of_session(self, session: str | None) -> list[Row]:
        """Return the statements of a session."""
        return self._by_session.get(session, [])

    def holding(self, rows: Iterable[Row]) -> tuple[str, ...]:
        """Return the ids of what still holds of some statements, each once."""
        return tuple(dict.fromkeys(id_ for row in rows if (id_ := self._held_by(row))))

    def _held_by(self, row: Row) -> str | None:
        """Return the id under which a statement holds; none when something else does now."""
        if row["superseded_by"] is None:
            return str(row["id"])
        successor = self._by_id.get(row["superseded_by"])
        # One that was merged into another that says the same has handed on its sources.
        merged = successor is not None and set(row["source_ids"] or ()) <= set(
            successor["source_ids"] or ()
        )
        return (
            str(successor["id"])
            if successor and merged and successor["superseded_by"] is None
            else None
        )

    def of_segment(self, segment: Row) -> list[Row]:
        """Return the statements of a segment: those of the places that its turns take up."""
        if segment["seq"] is None:
            return []
        seqs = range(segment["seq"], segment["seq"] + len(segment["source_ids"] or ()))
        session = segment["session_id"]
        return [row for seq in seqs for row in self._by_place.get((session, seq), ())]

    def of_segments(self, segments: Sequence[Row]) -> dict[str, list[Row]]:
        """Return the statements of each segment by its id."""
        return {segment["id"]: self.of_segment(segment) for segment in segments}


def _ids(rows: Sequence[Row]) -> tuple[str, ...]:
    return tuple(row["id"] for row in rows)
