"""Time expressions: dates, spans and times in questions."""

from typing import Final

# Before this, what looks like a year is mostly a number of something else.
FIRST_YEAR: Final = 1900
