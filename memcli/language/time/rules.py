"""
From a matched form to the days that it means.

What lacks a year or a week is the latest that has begun where the clause is in the past, the next
where it is in the present or future, and the nearest where the clause has no verb.
"""

from __future__ import annotations

from memcli.language.time import dates, relative
from memcli.language.time.calendar import Span, in_range
from memcli.language.time.context import NOT_ITSELF, Hit

_READERS = dates.READERS | relative.READERS


def read(name: str, hit: Hit) -> Span | None:
    """Return the days that a hit of the form `name` means, or None."""
    if hit.before(NOT_ITSELF):
        return None
    try:
        span = _READERS[name](hit)
    except (ValueError, OverflowError):  # the 31st of June, 900 years ago
        return None
    return span if span and in_range(span) else None
