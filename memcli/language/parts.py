"""What the steps of extraction hand to each other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal


@dataclass(frozen=True, slots=True)
class Utterance:
    """
    A verbatim turn as the extractor reads it; `said_at` is in UTC.

    utc_offset: minutes that the speaker's clock was ahead of UTC, None where that is not known.
    """

    id: str
    text: str
    speaker: str | None = None
    said_at: datetime | None = None
    is_assistant: bool = False
    utc_offset: int | None = None


TimeKind = Literal["at", "since", "until"]


@dataclass(frozen=True, slots=True)
class TimeSpan:
    """
    A time that a text names: [start, end) in UTC, the words for it and where they stand.

    edge: the word before it that says which of its edges is meant, as "since" or "by", else
    nothing; utc_offset: the speaker's, in minutes.
    """

    start: datetime
    end: datetime
    words: str
    place: tuple[int, int]
    edge: str = ""
    utc_offset: int = 0

    @property
    def kind(self) -> TimeKind:
        """Whether what holds is so since or until the time, or at it."""
        if self.edge in ("since", "as"):
            return "since"
        return "until" if self.edge in ("until", "till", "through") else "at"

    @property
    def days(self) -> tuple[date, date]:
        """The speaker's own days that it covers: the first, and the one after the last."""
        shift = timedelta(minutes=self.utc_offset)
        return (self.start + shift).date(), (self.end + shift).date()


@dataclass(frozen=True, slots=True)
class Entity:
    """Something with a name: person, place, organization, event, product, work or other."""

    name: str
    type: str
