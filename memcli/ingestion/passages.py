"""Passages of free text in any form that `ingest` takes, and a sample of bounded size."""

from __future__ import annotations

import heapq
import re
from collections.abc import Iterator
from contextlib import closing
from hashlib import blake2b
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from memcli.ingestion.transcripts.importers import IMPORTERS
from memcli.ingestion.transcripts.items import BOM, Accepted, Rejected, Source
from memcli.ingestion.transcripts.lines import read_lines
from memcli.ingestion.transcripts.sniff import detect_form
from memcli.ingestion.transcripts.sources import look_ahead, open_source
from store.errors import BadRecord

if TYPE_CHECKING:
    from memcli.ingestion.transcripts.items import Item

Split: TypeAlias = Literal["auto", "line", "paragraph"]
PLAIN: Final = ("text", "markdown")
# About what a teacher of 256 tokens reads; what is longer becomes several passages.
MAX_CHARACTERS: Final = 1_000
# Fewer letters and digits than this say nothing that could be learned.
MIN_SIGNS: Final = 8
HEAD_BYTES: Final = 64 * 1024
HASH_BYTES: Final = 12
_SAYS_SOMETHING = re.compile(rf"(?:\w\W*){{{MIN_SIGNS}}}")
_BLANK_LINE = re.compile(rb"\n[ \t\r]*\n")


def read_passages(path: str, split: Split = "auto") -> Iterator[str | Rejected]:
    """
    Yield the passages of a file, or of stdin for "-", and what of it cannot be read.

    Plain text and Markdown are split at lines or at blank lines: `auto` splits at blank lines
    where the beginning has some. Records give the text of each message and memory.
    """
    with open_source(path) as source:
        try:
            form, source = detect_form(source)
        except BadRecord as error:
            yield Rejected(error, b"")
            return
        pieces = _text_passages(source, split) if form in PLAIN else _record_texts(source, form)
        with closing(pieces):  # type: ignore[type-var]
            for piece in pieces:
                yield from _passages(piece) if isinstance(piece, str) else (piece,)


def _record_texts(source: Source, form: str) -> Iterator[str | Rejected]:
    """Yield the texts of messages and memories; links and the like have none."""
    items: Iterator[Item] = IMPORTERS[form].read(source)
    for item in items:
        if isinstance(item, Accepted):
            record = item.record
            text = getattr(record, "content", None) or getattr(record, "text", None)
            if text:
                yield text
        else:
            yield item


def _text_passages(source: Source, split: Split) -> Iterator[str | Rejected]:
    """Yield lines or paragraphs, whole."""
    if split == "auto":
        head, source = look_ahead(source, HEAD_BYTES)
        split = "paragraph" if _BLANK_LINE.search(head.removeprefix(BOM).strip()) else "line"
    held: list[str] = []
    size = 0
    for line in read_lines(source):
        if isinstance(line, Rejected):
            yield line
            continue
        text = line.data.decode()
        if text.strip():
            held.append(text)
            size += len(text)
        # Text of any length may lack blank lines: it is cut then, as long passages are.
        if held and (split == "line" or not text.strip() or size > 64 * MAX_CHARACTERS):
            yield "\n".join(held)
            held, size = [], 0
    if held:
        yield "\n".join(held)


def _passages(text: str) -> Iterator[str]:
    """Yield a text on one line, cut between words into parts of at most MAX_CHARACTERS."""
    rest = " ".join(text.split())
    while rest:
        end = len(rest)
        if end > MAX_CHARACTERS:
            # Without a space, as in Chinese, it is cut where it is.
            end = max(rest.rfind(" ", MAX_CHARACTERS // 2, MAX_CHARACTERS + 1), 0) or MAX_CHARACTERS
        passage, rest = rest[:end], rest[end:].lstrip()
        if _SAYS_SOMETHING.search(passage):
            yield passage


class Sample:
    """
    Up to `size` different texts of any number, each as likely as any other.

    The texts with the least hashes are kept (a bottom-k sample, Cohen and Kaplan 2007): which
    they are depends on the texts and the seed alone, not on their order or how often they come.
    """

    def __init__(self, size: int, seed: int = 0) -> None:
        self.seen = 0
        self._size = size
        self._salt = seed.to_bytes(8, "big", signed=True)
        self._heap: list[tuple[int, str]] = []
        self._keys: set[int] = set()

    def add(self, text: str) -> None:
        """Count a text, and keep it if it belongs to the sample so far."""
        self.seen += 1
        hashed = blake2b(text.encode(), digest_size=HASH_BYTES, salt=self._salt).digest()
        key = -int.from_bytes(hashed, "big")
        if key in self._keys or (len(self._heap) == self._size and key < self._heap[0][0]):
            return
        self._keys.add(key)
        heapq.heappush(self._heap, (key, text))
        if len(self._heap) > self._size:
            self._keys.remove(heapq.heappop(self._heap)[0])

    def texts(self) -> list[str]:
        """Return the sample in the order of the hashes, that is by chance, but always the same."""
        return [text for _, text in sorted(self._heap, reverse=True)]
