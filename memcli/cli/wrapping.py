"""Wrapping of long plain text, as Rich wraps it, in a tenth of its time."""

from __future__ import annotations

import re
from typing import Final

# Letters of Latin, Greek and Cyrillic with the marks of prose: all take one column, and none is
# what a terminal takes for a command.
_SIGNS: Final = (
    r"!-~\u00a1-\u00ac\u00ae-\u024f\u0391-\u03a1\u03a3-\u0482\u048a-\u04ff"
    r"\u2013\u2014\u2018-\u201e\u2026"
)
_PLAIN: Final = re.compile(rf"[{_SIGNS}][ {_SIGNS}]*")


def is_plain(line: str) -> bool:
    """Tell a line that begins with a word, and of which each character takes one column."""
    return _PLAIN.fullmatch(line) is not None


def wrapped(line: str, width: int) -> list[str]:
    """
    Return the lines of a plain one, wrapped between words into so many columns.

    A word that is longer is broken where the line ends. Blanks at the ends of lines are left out.
    """
    lines: list[str] = []
    start, end = 0, len(line)
    while end - start > width:
        stop = start + width
        # A blank behind what fits ends its last word.
        last = line.rfind(" ", start, stop + 1)
        lines.append(line[start : stop if last < 0 else last].rstrip())
        start = stop if last < 0 else last
        while start < end and line[start] == " ":
            start += 1
    if start < end or not lines:
        lines.append(line[start:].rstrip())
    return lines
