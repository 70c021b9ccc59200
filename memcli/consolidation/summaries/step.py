"""
The work of summing up: sessions into days, weeks and months, segments into topics, at once.

As in H-MEM (Sun and Zeng, 2025) each summary points to its parts. What there is follows from the
live segments and session summaries alone, and a summary's id from its parts, so only those are made
whose parts are new or changed. Text is picked from the statements below; with a writer, a language
model writes it; where nothing is worth a line, there is none. What decay archived stays a part.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Final

from memcli.consolidation.summaries.base import RUNNING, SummaryDraft, SummaryStep
from memcli.consolidation.summaries.days import by_day, day_row
from memcli.consolidation.summaries.periods import (
    Period,
    PeriodDraft,
    find_periods,
    period_row,
    telling_ids,
    with_weeks,
)
from memcli.consolidation.summaries.running import running_ids, running_row
from memcli.consolidation.summaries.topics import Topic, find_topics, topic_row
from memcli.jsonl import Row
from memcli.memory import telling
from memcli.memory.holds import holds
from memcli.memory.periods import MONTH, WEEK
from memcli.memory.states import State, ids_in_state
from memcli.memory.telling import is_worth
from memcli.memory.watermarks import Watermark
from store.literals import quoted

if TYPE_CHECKING:
    from collections.abc import Callable


PARTS: Final = "(level = 2 OR (level = 3 AND session_id IS NOT NULL))"
PART_COLUMNS: Final = (
    "id namespace level text session_id seq source_ids happened_at valid_from metadata".split()
)
STATEMENTS: Final = "level = 1 AND type <> 'vault'"
WORD_COLUMNS: Final = (
    *"keywords session_id seq source_ids importance".split(),
    *telling.COLUMNS,
)
RUNNING_LEVEL: Final = 4


class SummarizeStep(SummaryStep):
    """One call of `summarize`; `write` is what a language model writes with, if any."""

    command = Watermark.SUMMARIZE
    level = 3
    kinds: ClassVar = {
        "day": "days",
        WEEK: "weeks",
        MONTH: "months",
        "topic": "topics",
        RUNNING: "running",
    }

    def run(
        self, namespace: str | None = None, progress: Callable[[int], None] = lambda n: None
    ) -> None:
        """Make the summaries that are not there yet; `progress` gets counts of parts."""
        spaces = self.begin(namespace, PARTS)
        self._hidden = ids_in_state(self.snapshot, State.hidden) if spaces else set()
        for name in spaces:
            progress(self._sum_up(name))
        self.finish()

    def _sum_up(self, namespace: str) -> int:
        inside = f"namespace = {quoted([namespace])}"
        parts = self.read(PART_COLUMNS, f"{PARTS} AND superseded_by IS NULL AND {inside}")
        below = self._below(inside)
        segments = [row for row in parts if row["level"] == 2]
        sessions = [row for row in parts if row["level"] == 3]
        made = {day: self._day(rows, below) for day, rows in by_day(sessions).items()}
        days = {day: draft for day, draft in made.items() if draft}
        self.reconcile(namespace, "day", list(days.values()))
        self._reconcile_periods(namespace, sessions, below, days)
        found = find_topics(segments, below.of_segments(segments), self.encoder)
        topics = (self._topic(topic, below) for topic in found)
        self.reconcile(namespace, "topic", [draft for draft in topics if draft])
        running = running_ids(below.all_holding())
        make = partial(running_row, write=self.write)
        drafts = [SummaryDraft(RUNNING, namespace, running, running, make, RUNNING_LEVEL, RUNNING)]
        self.reconcile(namespace, RUNNING, drafts if running else [], RUNNING_LEVEL)
        return len(parts)

    def _below(self, inside: str) -> _Below:
        """Return the statements of a namespace that are in sight."""
        rows = self.read(WORD_COLUMNS, f"{STATEMENTS} AND {inside}")
        return _Below([row for row in rows if row["id"] not in self._hidden], self.now)

    def _reconcile_periods(
        self,
        namespace: str,
        sessions: Sequence[Row],
        below: _Below,
        days: Mapping[date, SummaryDraft],
    ) -> None:
        """Note the weeks, and above them the months, that are new or changed."""
        ids = {day: draft.id for day, draft in days.items()}
        weeks, months = find_periods(sessions, ids, self.now)
        drafts = [(week, self._period(namespace, week, below)) for week in weeks]
        known = [(week, draft) for week, draft in drafts if draft]
        self.reconcile(namespace, WEEK, [draft for _, draft in known])
        of_weeks = [(week, draft.id) for week, draft in known]
        above = (self._period(namespace, with_weeks(m, of_weeks), below) for m in months)
        self.reconcile(namespace, MONTH, [draft for draft in above if draft])

    def _period(self, namespace: str, period: Period, below: _Below) -> PeriodDraft | None:
        """Draft of a week or a month, of what its conversations tell and still holds."""
        told = below.holding(row for each in period.sessions for row in below.told_by(each))
        if not any(map(is_worth, told)):
            return None
        make = partial(period_row, period, write=self.write)
        needs = telling_ids(told)
        return PeriodDraft(period.kind, namespace, period.parts, needs, make, place=period.name)

    def _day(self, sessions: Sequence[Row], below: _Below) -> SummaryDraft | None:
        rows = [row for session in sessions for row in below.of_session(session["session_id"])]
        make = partial(day_row, sessions, write=self.write)
        return self._draft("day", sessions, below.holding(rows), make)

    def _topic(self, topic: Topic, below: _Below) -> SummaryDraft | None:
        rows = [row for segment in topic.segments for row in below.of_segment(segment)]
        make = partial(topic_row, topic, write=self.write)
        return self._draft("topic", topic.segments, below.holding(rows), make)

    @staticmethod
    def _draft(
        kind: str, parts: Sequence[Row], needs: Sequence[Row], make: Callable[[list[Row]], Row]
    ) -> SummaryDraft | None:
        """Draft of what has something to tell; None for the rest."""
        if not any(map(is_worth, needs)):
            return None
        return SummaryDraft(kind, parts[0]["namespace"], _ids(parts), _ids(needs), make)


class _Below:
    """The statements of a namespace by where they were said: a session, and a place in it."""

    def __init__(self, statements: Sequence[Row], now: datetime) -> None:
        self._now = now
        self._by_id = {row["id"]: row for row in statements}
        self._by_session: dict[str | None, list[Row]] = {}
        self._by_place: dict[tuple[str | None, int], list[Row]] = {}
        for row in sorted(statements, key=lambda row: str(row["id"])):
            self._by_session.setdefault(row["session_id"], []).append(row)
            if row["seq"] is not None:
                self._by_place.setdefault((row["session_id"], row["seq"]), []).append(row)

    def told_by(self, session: Row) -> list[Row]:
        """Return the statements that the summary of a session tells, else all of it."""
        metadata = session["metadata"]
        told = json.loads(metadata).get("told") if metadata else None
        if not isinstance(told, list):
            return self.of_session(session["session_id"])
        return [self._by_id[id_] for id_ in told if id_ in self._by_id]

    def of_session(self, session: str | None) -> list[Row]:
        """Return the statements of a session."""
        return self._by_session.get(session, [])

    def all_holding(self) -> list[Row]:
        """Return all statements that hold."""
        return [row for row in self._by_id.values() if holds(row, self._now)]

    def holding(self, rows: Iterable[Row]) -> list[Row]:
        """Return what still holds of some statements, each once."""
        held = (self._held_by(row) for row in rows)
        return list({row["id"]: row for row in held if row is not None}.values())

    def _held_by(self, row: Row) -> Row | None:
        """Return what a statement holds as; none when something else does now."""
        if holds(row, self._now):
            return row
        successor = self._by_id.get(row["superseded_by"])
        # One that was merged into another that says the same has handed on its sources.
        merged = successor is not None and set(row["source_ids"] or ()) <= set(
            successor["source_ids"] or ()
        )
        still = successor and merged and holds(successor, self._now)
        return successor if still else None

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
