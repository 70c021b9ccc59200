"""
Tables: cells of Markdown and of separated values whose secret is told by the head of their column.

"| host | password |" says of each cell below it what "password:" says of what follows it.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Final, NamedTuple

from memcli.language.patterns import lazy_pattern

SEPARATORS: Final = "|\t;,"
# No heading is longer, and no table of logins wider.
LONGEST_HEADING: Final = 40
MOST_COLUMNS: Final = 40
_RULE = lazy_pattern(r"[\s|:-]+")
_EDGES: Final = " \t`*\"'"


class Cell(NamedTuple):
    """What stands at text[start:end] in a column of a heading."""

    heading: str
    start: int
    end: int


def cells_of_tables(text: str) -> Iterator[Cell]:
    """Yield the cells of the tables in a text, without their heads and what marks a cell up."""
    if "\n" not in text:
        return
    lines, at = [], 0
    for line in text.splitlines(keepends=True):
        lines.append((at, line.rstrip()))
        at += len(line)
    for separator in SEPARATORS:
        if text.count(separator) > 1 or separator != "|":
            yield from _of_separator(lines, separator)


def _of_separator(lines: list[tuple[int, str]], separator: str) -> Iterator[Cell]:
    headings: list[str] = []
    for (_, above), (at, line) in pairwise([(0, ""), *lines]):
        count = line.count(separator)
        if not 0 < count <= MOST_COLUMNS or above.count(separator) != count:
            headings = []
            continue
        headings = headings or [cell.strip(_EDGES) for cell in above.split(separator)]
        if any(len(heading) > LONGEST_HEADING for heading in headings) or _RULE.fullmatch(line):
            continue
        start = at
        for heading, cell in zip(headings, line.split(separator), strict=True):
            plain = cell.strip(_EDGES)
            if heading and plain:
                place = start + cell.index(plain)
                yield Cell(heading, place, place + len(plain))
            start += len(cell) + 1
