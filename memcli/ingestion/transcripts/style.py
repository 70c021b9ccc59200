"""Transcript style, decided from the first part before any turn is read."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Final, NamedTuple

from memcli.ingestion.transcripts.date_order import is_day_first
from memcli.ingestion.transcripts.items import BOM, Source
from memcli.ingestion.transcripts.marks import TurnMark, find_heading
from memcli.ingestion.transcripts.sources import look_ahead
from memcli.language.roles import PRODUCTS, ROLE_OF
from memcli.memory.recall_blocks import TAG, collapse_recall

HEAD_BYTES: Final = 256 * 1024
STRONG: Final = frozenset(("stamp", "nick"))
# Marks that lists and sections share: they need a name that comes back in one section.
DOUBTFUL: Final = frozenset(("list", "h1", "h2", "h3", "h4", "h5", "h6"))
_HASHES = re.compile(r"(#{1,6})\s")
_FENCE = re.compile(r"\s*(?:```|~~~)")


class Style(NamedTuple):
    """Which marks begin a turn (none: the text is notes), by whom, and how dates are written."""

    markers: frozenset[str] = frozenset()
    speakers: frozenset[str] | None = None
    day_first: bool = True

    def begins_turn(self, mark: TurnMark | None) -> bool:
        """Tell whether a mark begins a turn in this transcript."""
        if mark is None or mark.marker not in self.markers:
            return False
        return self.speakers is None or (mark.name or "").casefold() in self.speakers


class Fence:
    """Follows whether lines are inside a block of code."""

    def __init__(self) -> None:
        self.inside = False

    def covers(self, line: str) -> bool:
        """Take the next line and tell whether it belongs to a block of code."""
        if _FENCE.match(line):
            self.inside = not self.inside
            return True
        return self.inside


def sample(source: Source) -> tuple[list[str], Source]:
    """Return the lines of the first part, and a source that still has them."""
    head, source = look_ahead(source, HEAD_BYTES)
    text = head.removeprefix(BOM).decode(errors="replace")
    lines = [line.removesuffix("\r") for line in text.split("\n")]
    whole = lines[:-1] if len(head) >= HEAD_BYTES and len(lines) > 1 else lines
    # What was recalled tells nothing of how the transcript around it is written.
    return [line for _, line in collapse_recall(whole)] if TAG in text else whole, source


def is_text(lines: Sequence[str]) -> bool:
    """Tell prose from tables of numbers and debris: half of it, at least, is letters."""
    n_letters = sum(character.isalpha() for line in lines for character in line)
    n_visible = sum(not character.isspace() for line in lines for character in line)
    return 2 * n_letters >= n_visible


def choose_style(lines: Sequence[str], find_mark: Callable[[str], TurnMark | None]) -> Style:
    """Return the style in which most of the sample makes sense."""
    fence = Fence()
    content = [line for line in lines if line.strip() and not fence.covers(line)]
    repeated = _repeated_in_sections(content, find_mark)
    content = [line for line in content if not find_heading(line, after_blank=True)]
    marks = [find_mark(line) for line in content]
    found = [mark for mark in marks if mark]
    day_first = is_day_first(mark.when for mark in found if mark.when)
    first = marks[0].marker if marks and marks[0] else ""
    n_strong = sum(mark.marker in STRONG for mark in found)
    if n_strong and (first in STRONG or 2 * n_strong >= len(content)):
        return Style(STRONG, None, day_first)
    n_paragraphs = sum(has_text for has_text, _ in groupby(lines, lambda line: bool(line.strip())))
    markers = {
        marker
        for marker in {mark.marker for mark in found} - STRONG
        if marker in repeated
        or _convinces([m for m in found if m.marker == marker], first, len(content), n_paragraphs)
    }
    if 20 * n_strong >= len(content) > 0:
        markers |= STRONG
    return Style(
        frozenset(markers), _speakers([m for m in found if m.marker in markers]), day_first
    )


def _repeated_in_sections(
    content: Sequence[str], find_mark: Callable[[str], TurnMark | None]
) -> frozenset[str]:
    """Return the doubtful marks with a name that comes back before a higher heading ends it."""
    sections, seen, repeated = Counter[str](), set[tuple[str, int, str]](), set[str]()
    for line in content:
        mark = find_mark(line)
        if mark and mark.marker in DOUBTFUL:
            place = (mark.marker, sections[mark.marker], _folded_name(mark))
            if place in seen:
                repeated.add(mark.marker)
            seen.add(place)
        heading = _HASHES.match(line)
        if heading:
            deeper = range(len(heading[1]) + 1, 7)
            sections.update(("list", *(f"h{level}" for level in deeper)))
    return frozenset(repeated)


def _convinces(marks: Sequence[TurnMark], first: str, n_lines: int, n_paragraphs: int) -> bool:
    """Tell whether marks of one kind are turns rather than a few words before colons."""
    marker, names = marks[0].marker, Counter(_folded_name(mark) for mark in marks)
    if marker in DOUBTFUL:
        return any(name in ROLE_OF for name in names)
    if max(names.values()) > 1:
        return True
    if len(marks) == 1:
        return marker == first and n_paragraphs == 1
    return marker == first or 3 * len(marks) >= n_lines


def _speakers(marks: Sequence[TurnMark]) -> frozenset[str] | None:
    """
    Return who may speak, None for anyone.

    What a language model answers is full of words before colons: in such a transcript only roles
    and names that come back are speakers.
    """
    names = Counter(_folded_name(mark) for mark in marks)
    if not any(name in ROLE_OF for name in names):
        return None
    return frozenset(ROLE_OF) | PRODUCTS | {name for name, count in names.items() if count > 1}


def _folded_name(mark: TurnMark) -> str:
    """Return a mark's name for comparison."""
    return (mark.name or "").casefold()
