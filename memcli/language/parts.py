"""What the steps of extraction hand to each other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Utterance:
    """A verbatim turn as the extractor reads it; `said_at` is in UTC."""

    id: str
    text: str
    speaker: str | None = None
    said_at: datetime | None = None
    is_assistant: bool = False


@dataclass(frozen=True, slots=True)
class TimeSpan:
    """A time that a text names: [start, end) in UTC, the words for it and where they stand."""

    start: datetime
    end: datetime
    words: str
    place: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Entity:
    """Something with a name: person, place, organization, event, product, work or other."""

    name: str
    type: str


@dataclass(frozen=True, slots=True)
class Fact:
    """What a sentence states of someone or something: subject, attribute, value."""

    subject: str
    attribute: str
    value: str
    negated: bool = False
