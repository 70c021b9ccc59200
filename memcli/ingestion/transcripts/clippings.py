"""My Clippings.txt of a Kindle: what was marked in books, and the notes beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from memcli.ingestion.transcripts.items import BOM, Item, Rejected, Source
from memcli.ingestion.transcripts.lines import read_lines
from memcli.ingestion.transcripts.saying import said

ENDS: Final = "=========="
MEDIA: Final = "bookmarks without words"
# `- Your Highlight on page 12 | Location 170-171 | Added on Monday, March 2, 2026 10:00:00 AM`,
# in other languages alike: parts between bars, the last of them the time.
_ABOUT = re.compile(r"- (?P<place>[^|]{3,120}(?:\|[^|]{3,120})?)\|(?P<when>[^|]{8,120})")
_TIME = re.compile(
    r"(?P<day>[^\W\d_]+ \d{1,2}, \d{4}|\d{1,2} [^\W\d_]+ \d{4})[, ]*"
    r"(?P<clock>\d{1,2}:\d{2}(?::\d{2})?(?: ?[AP]M)?)"
)


def is_clippings(head: bytes) -> bool:
    """Tell clippings by the first of them."""
    lines = head.removeprefix(BOM).decode(errors="ignore").splitlines()[:12]
    return ENDS in [line.strip() for line in lines] and len(lines) > 1 and (
        bool(_ABOUT.fullmatch(lines[1].strip()))
    )  # fmt: skip


def read_clippings(source: Source) -> Iterator[Item]:
    """Yield what was marked and noted, with the book as its heading."""
    held: list[str] = []
    start = 1
    for line in read_lines(source):
        if isinstance(line, Rejected):
            yield line
            continue
        text = line.data.decode().strip("\ufeff ")
        if text == ENDS:
            item = _clipping(source, start, held)
            held, start = [], line.number + 1
            if item:
                yield item
        else:
            held.append(text)
    item = _clipping(source, start, held) if any(held) else None
    if item:
        yield item


def _clipping(source: Source, start: int, lines: list[str]) -> Item | None:
    """Return what a clipping says."""
    book, about, *words = [*lines, "", ""]
    found = _ABOUT.fullmatch(about)
    time = _TIME.search(found["when"]) if found else None
    text = "\n".join(words).strip()
    if not text:
        source.leave_out(MEDIA)
        return None
    if found and not time:
        source.not_read("Added on", "the time of clippings in a language that is not read")
    return said(
        source,
        start,
        text,
        at=f"{time['day']} {time['clock']}" if time else None,
        metadata={"heading": book, "place": found["place"].strip() if found else about},
    )
