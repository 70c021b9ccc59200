"""SQL literals: strings, lists of strings and times as statements hold them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime


def literal(text: str) -> str:
    """Return a string as a literal of SQL."""
    return "'" + text.replace("'", "''") + "'"


def quoted(values: Iterable[str]) -> str:
    """Return strings as a list of SQL literals."""
    return ", ".join(map(literal, values))


def time_literal(moment: datetime) -> str:
    """Return a time as a literal of SQL; one without a zone is UTC."""
    plain = moment.astimezone(UTC) if moment.tzinfo else moment
    return f"timestamp '{plain:%Y-%m-%d %H:%M:%S.%f}'"
