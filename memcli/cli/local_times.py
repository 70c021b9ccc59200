"""
Local times: RFC 3339 in UTC as a person reads it, with the zone said once.

A time at midnight in UTC is a date alone, see memory/times.py, and is the same day everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

_UTC = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z")


class LocalTimes:
    """Times of one output; zones: the names of those that they are told in."""

    def __init__(self) -> None:
        self.zones: dict[str, None] = {}

    def shown(self, text: str) -> str:
        """Text, or in the place of a time the local one, to the minute."""
        if not _UTC.fullmatch(text):
            return text
        moment = datetime.fromisoformat(text)
        if not (moment.hour or moment.minute or moment.second or moment.microsecond):
            return f"{moment:%Y-%m-%d}"
        local = moment.astimezone()
        self.zones[local.tzname() or "local time"] = None
        return f"{local:%Y-%m-%d %H:%M}"

    def footer(self) -> str:
        """Line that says the zone; empty where no time of day was shown."""
        return f"times in {', '.join(sorted(self.zones))}" if self.zones else ""


def days(texts: Iterable[str]) -> list[str]:
    """Texts with times as days, where there is no room for more."""
    return [text[:10] if is_shown_time(text) else text for text in texts]


def is_shown_time(text: str) -> bool:
    """Say whether a text is a time as `LocalTimes` shows it."""
    return re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d", text) is not None
