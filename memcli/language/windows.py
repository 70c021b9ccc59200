"""
Windows of a long text: parts that follow one another, each about as long as a few sentences.

A vector of thousands of words says nothing of any of them, and an encoder reads no text to its end.
Each part ends where a sentence, or a line, does, wherever there is such a place.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import Final

# Characters of a window. Measured by planted sentences: parts of 300 find what a turn of its own
# would, those of 600 and of 1,200 eight and six tenths of that.
SIZE: Final = 300
# No window is shorter, but for the last, and none is longer than twice SIZE.
LEAST: Final = 80
_END = re.compile(r"[.!?\u2026]+[\"')\]\u201d\u2019\u00bb]*\s+|[\u3002\uff01\uff1f]+|\n+")
_SPACE = re.compile(r"\s+")
Span = tuple[int, int]


def window_spans(text: str, size: int = SIZE) -> list[Span]:
    """Return the windows of a text as (start, stop) of its characters; together they are all."""
    spans: list[Span] = []
    start = 0
    while len(text) - start > size + LEAST:
        stop = start + _cut(text, start, size)
        spans.append((start, stop))
        start = stop
    if start < len(text) or not spans:
        spans.append((start, len(text)))
    return spans


def _cut(text: str, start: int, size: int) -> int:
    """Return where a window ends that begins at a place, counted from there."""
    piece = text[start : start + 2 * size]
    for pattern in (_END, _SPACE):
        ends = [match.end() for match in pattern.finditer(piece, LEAST)]
        if ends:
            fitting = [end for end in ends if end <= size]
            return fitting[-1] if fitting else ends[0]
    return min(size, len(piece))


def around(spans: list[Span], at: int) -> Span:
    """Return the stretch from the window before one to the window after it."""
    near = list(islice(spans, max(0, at - 1), at + 2))
    return near[0][0], near[-1][1]
