"""
Pasted stretches: quotations, rows and records in a turn, which are not its speaker's words.

By their form alone, on the text of the turn. Cue words are in own_words.toml.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Final

from memcli.language.data import words

__all__ = ["pasted_stretches"]

_cue = partial(words, "own_words")
# An inch mark stands behind a digit and opens nothing.
_QUOTED = re.compile(
    r"(?<![\w\"])\"(?=\S)(?:[^\"\n]|\n(?!\s*\n)){2,4000}\"|\u201c[^\u201d]{2,4000}\u201d"
)
_LINE = re.compile(r"[^\n]+")
_LABELLED = re.compile(r"\s*[-*\u2022]?\s*\**([A-Za-z][\w /'-]{0,24}?)\**:\**\s+\S")
_BARE_COMMA = re.compile(r",(?=\S)")
_THOUSANDS = re.compile(r"\d,\d{3}\b")
_WORD = re.compile(r"[a-z']+")
# From so many lines on, they are a table or a record; from so many commas in each, its rows.
LEAST_LINES: Final = 2
LEAST_COMMAS: Final = 2

Line = re.Match[str]


def pasted_stretches(text: str) -> list[tuple[int, int]]:
    """
    Return the stretches [start, end) of a turn that are another's words, or nobody's.

    What stands in quotation marks, unless that is the whole turn; rows of values parted by
    commas; and a record, whose lines tell of what one of them names ("Restaurant: Da Mario",
    "Address: ..."), unless the line above says that it is the speaker's own ("My details").
    """
    whole = text.strip()
    quoted = [m.span() for m in _QUOTED.finditer(text) if m.group() != whole]
    lines = list(_LINE.finditer(text)) if "\n" in text else []
    return [*quoted, *_tables(lines), *_records(lines)]


def _tables(lines: Sequence[Line]) -> Iterator[tuple[int, int]]:
    """Yield rows of as many values parted by commas without a space."""
    for _, run in _runs(lines, lambda line: _n_values(line.group())):
        if len({_n_values(line.group()) for line in run}) == 1:
            yield run[0].start(), run[-1].end()


def _n_values(line: str) -> int:
    """Return how many commas part values in a line, 0 where they may be those of a sentence."""
    found = len(_BARE_COMMA.findall(_THOUSANDS.sub("", line)))
    return found if found >= LEAST_COMMAS else 0


def _records(lines: Sequence[Line]) -> Iterator[tuple[int, int]]:
    """Yield labelled lines about what one of them names, or that lies somewhere."""
    for above, run in _runs(lines, lambda line: bool(_LABELLED.match(line.group()))):
        labels = {m[1].lower() for m in (_LABELLED.match(line.group()) for line in run) if m}
        if not labels.isdisjoint(_cue("identities")) and not _is_own(above):
            yield run[0].start(), run[-1].end()


def _is_own(above: str) -> bool:
    """Tell whether a line says of those below that they are the speaker's own data."""
    said = set(_WORD.findall(above.lower()))
    return "me" in said or (
        not said.isdisjoint(_cue("first")) and not said.isdisjoint(_cue("details"))
    )


def _runs(
    lines: Sequence[Line], belongs: Callable[[Line], object]
) -> Iterator[tuple[str, list[Line]]]:
    """Yield (the line above, lines) of each run of lines that belong together."""
    above, run = "", list[Line]()
    for line in lines:
        if belongs(line):
            run.append(line)
            continue
        if len(run) >= LEAST_LINES:
            yield above, run
        above, run = line.group(), []
    if len(run) >= LEAST_LINES:
        yield above, run
