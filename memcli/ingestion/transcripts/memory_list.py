"""
Memories that an assistant was asked to write down: `[2025-03-02] - Rows daily.`, a line each.

What claude.ai asks other assistants for has this form, with headings for its categories.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from memcli.ingestion.transcripts.items import Item, Rejected, Source
from memcli.ingestion.transcripts.lines import read_said_lines
from memcli.ingestion.transcripts.saying import said
from memcli.memory.times import parse_time
from store.errors import BadRecord

MIN_LINES: Final = 2
_ENTRY = re.compile(
    r"\s*(?:[-*]\s+)?"
    r"\[(?P<when>\d{4}-\d{2}(?:-\d{2})?|unknown(?: date)?|no date|undated|date unknown)\]"
    r"\s*[-\u2013\u2014:]\s*(?P<text>\S.*)",
    re.IGNORECASE,
)
_HEADING = re.compile(r"\s*(?:#{1,6}\s+(?P<marked>.+?)|\*\*(?P<bold>[^*]+?):?\*\*:?)\s*")
_FENCE = re.compile(r"\s*```.*")


def is_list(head: bytes) -> bool:
    """Tell a list of memories: every line that is no heading is one."""
    lines = [line for line in head.decode(errors="ignore").splitlines() if line.strip()][:40]
    rest = [line for line in lines if not (_HEADING.fullmatch(line) or _FENCE.fullmatch(line))]
    return len(rest) >= MIN_LINES and all(_ENTRY.fullmatch(line) for line in rest[:-1])


def read_list(source: Source) -> Iterator[Item]:
    """Yield a memory for each line, below the heading of its category."""
    category = ""
    for line in read_said_lines(source):
        if isinstance(line, Rejected):
            yield line
            continue
        text = line.data.decode()
        heading, entry = _HEADING.fullmatch(text), _ENTRY.fullmatch(text)
        if heading:
            category = heading["marked"] or heading["bold"]
        elif not _FENCE.fullmatch(text) and text.strip():
            when, words = (entry["when"], entry["text"]) if entry else ("", text.strip())
            item = said(
                source,
                line.number,
                words,
                at=_date(when),
                type="semantic",
                metadata={"heading": category} if category else None,
            )
            if item:
                yield item


def _date(text: str) -> str | None:
    """Return a date, of a month its first day; None for a word that says that there is none."""
    day = f"{text}-01" if len(text) == 7 else text
    try:
        parse_time(day)
    except BadRecord:
        return None
    return day
