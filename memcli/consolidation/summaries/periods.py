"""
Weeks and months: what was said over several days, in a few of the statements that these tell.

MemoryBank (Zhong et al., 2024) sums up days into a view of events; H-MEM (Sun and Zeng, 2025) has
each level point to the one below, so that a search may go down from the coarse to the fine. A month
points to the weeks that lie in it and to what is left of its days, a week to its days, these to
their conversations. Only what is over is summed up, and only where there is enough of it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from memcli.consolidation.summaries.base import (
    MONTHS,
    SummaryDraft,
    Writer,
    day_text,
    episode_row,
    span,
    summary_of,
)
from memcli.jsonl import Row
from memcli.memory.ids import content_id
from memcli.memory.periods import MONTH, WEEK

# Of fewer conversations, or days, the levels below tell as much.
MIN_SESSIONS: Final = {WEEK: 3, MONTH: 4}
MIN_DAYS: Final = {WEEK: 2, MONTH: 4}
WORDS: Final = {WEEK: 120, MONTH: 150}
# So many statements, the most important ones, are looked at for one.
MOST_NEEDED: Final = 400
WEEK_DAYS: Final = timedelta(days=7)


@dataclass(frozen=True)
class Period:
    """
    A week or a month with enough conversations to be summed up.

    name: what there is one of in a namespace; parts: ids of what it sums up; sessions: the
    summaries of all its conversations, in order of time.
    """

    kind: str
    first: date
    parts: tuple[str, ...]
    sessions: tuple[Row, ...]

    @property
    def name(self) -> str:
        """The period as a tag: 2026-W19, 2026-05."""
        if self.kind == MONTH:
            return f"{self.first:%Y-%m}"
        year, week, _ = self.first.isocalendar()
        return f"{year}-W{week:02}"

    @property
    def title(self) -> str:
        """The period in words."""
        if self.kind == MONTH:
            return f"{MONTHS[self.first.month - 1]} {self.first.year}"
        return f"Week of {day_text(datetime(*self.first.timetuple()[:3], tzinfo=UTC))}"

    @property
    def words(self) -> list[str]:
        """The words by which a question names it."""
        said = [MONTHS[self.first.month - 1].lower(), str(self.first.year)]
        return [self.kind, *said, self.name.lower()]


@dataclass(frozen=True)
class PeriodDraft(SummaryDraft):
    """A summary of a period, made anew where another statement stands for one of its parts."""

    @property
    def id(self) -> str:
        """The id that it has in the store."""
        return content_id(self.kind, self.namespace, self.place, *self.parts, "", *self.needs)


def find_periods(
    sessions: Sequence[Row], days: Mapping[date, str], now: datetime
) -> tuple[list[Period], list[Period]]:
    """
    Return the weeks and the months that are over and have enough in them, in order.

    days: the ids of the summaries of days that there are. The weeks of a month take the place of
    their days once their ids are known (`with_weeks`).
    """
    dated = [(_day_of(row), row) for row in sessions if row["happened_at"]]
    weeks = _found(WEEK, dated, _monday, lambda day: day + WEEK_DAYS, days, now)
    months = _found(MONTH, dated, _first_of_month, _next_month, days, now)
    return weeks, months


def with_weeks(month: Period, weeks: Iterable[tuple[Period, str]]) -> Period:
    """Return a month whose parts are the weeks that lie in it, and what is in none of these."""
    inside = [(week, id_) for week, id_ in weeks if _is_inside(week, month)]
    told = {part for week, _ in inside for part in week.parts}
    rest = [part for part in month.parts if part not in told]
    return Period(MONTH, month.first, (*(id_ for _, id_ in inside), *rest), month.sessions)


def period_row(period: Period, statements: Sequence[Row], write: Writer | None) -> Row:
    """Row of a period; statements that hold, in order of time, with vectors."""
    n_days = len({_day_of(row) for row in period.sessions})
    context = f"{period.title}: {len(period.sessions)} conversations on {n_days} days."
    told = summary_of(write, context, statements, WORDS[period.kind])
    row = told | episode_row(statements, context, span(period.sessions), period.words)
    return row | {"tags": [period.kind, period.name, *(row["tags"] or ())]}


def telling_ids(rows: Sequence[Row]) -> tuple[str, ...]:
    """Return the ids of the statements that may stand for a period, in their order."""
    best = sorted(rows, key=lambda row: (-(row["importance"] or 0.0), row["id"]))[:MOST_NEEDED]
    kept = {row["id"] for row in best}
    return tuple(row["id"] for row in rows if row["id"] in kept)


def _found(
    kind: str,
    dated: Sequence[tuple[date, Row]],
    begin: Callable[[date], date],
    end: Callable[[date], date],
    days: Mapping[date, str],
    now: datetime,
) -> list[Period]:
    groups: dict[date, list[tuple[date, Row]]] = {}
    for day, row in sorted(dated, key=lambda one: (one[1]["happened_at"], one[1]["id"])):
        groups.setdefault(begin(day), []).append((day, row))
    today = now.astimezone(UTC).date()
    return [
        Period(kind, first, _parts(some, days), tuple(row for _, row in some))
        for first, some in sorted(groups.items())
        if end(first) <= today and _is_enough(kind, some)
    ]


def _is_enough(kind: str, some: Collection[tuple[date, Row]]) -> bool:
    days = {day for day, _ in some}
    return len(some) >= MIN_SESSIONS[kind] and len(days) >= MIN_DAYS[kind]


def _parts(some: Sequence[tuple[date, Row]], days: Mapping[date, str]) -> tuple[str, ...]:
    """Return the summaries of the days, and of the conversations of days that have none."""
    return tuple(dict.fromkeys(days.get(day) or str(row["id"]) for day, row in some))


def _is_inside(week: Period, month: Period) -> bool:
    return month.first <= week.first and week.first + WEEK_DAYS <= _next_month(month.first)


def _day_of(row: Row) -> date:
    moment: datetime = row["happened_at"]
    return moment.astimezone(UTC).date()


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _first_of_month(day: date) -> date:
    return day.replace(day=1)


def _next_month(first: date) -> date:
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)
