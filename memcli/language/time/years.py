"""Years that a time may be of."""

from typing import Final

# Before this, what looks like a year is mostly a number of something else.
FIRST_YEAR: Final = 1900
