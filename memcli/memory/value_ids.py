"""
Ids of a store with their days, packed into one sorted text that is searched without unpacking it.

Of a hundred thousand memories a shell is told the newest with their words. What is older is still
found by the beginning of its id: two megabytes of text are read in a few milliseconds, where
opening a table takes half a second.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

ID_LENGTH: Final = 16
# Days since 1970 in digits; minuses where there is no day, or one before.
DAY_LENGTH: Final = 5
NO_DAY: Final = "-" * DAY_LENGTH
WIDTH: Final = ID_LENGTH + DAY_LENGTH
EPOCH: Final = date(1970, 1, 1)


def beginning_with(packed: str, prefix: str) -> Iterator[tuple[str, str]]:
    """
    Yield the ids that begin so, in their order, and the day of each as YYYY-MM-DD or "".

    packed: ids of 16 characters, each followed by its day, in ascending order.
    """
    rows = _Rows(packed)
    for place in range(bisect_left(rows, prefix), len(rows)):
        if not rows[place].startswith(prefix):
            return
        yield rows[place][:ID_LENGTH], _day(rows[place][ID_LENGTH:])


class _Rows:
    """The rows of a packed text, as bisect asks for them."""

    def __init__(self, packed: str) -> None:
        self.packed = packed

    def __len__(self) -> int:
        return len(self.packed) // WIDTH

    def __getitem__(self, place: int) -> str:
        return self.packed[place * WIDTH : (place + 1) * WIDTH]


def _day(digits: str) -> str:
    return "" if digits == NO_DAY else (EPOCH + timedelta(days=int(digits))).isoformat()
