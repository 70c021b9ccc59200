"""Format sniffing: by the extension of an input, else by its first bytes."""

from __future__ import annotations

import os
from typing import Final

from memcli.ingestion.transcripts.importers import IMPORTERS, JSON_ARRAY
from memcli.ingestion.transcripts.items import BOM, Source
from memcli.ingestion.transcripts.sources import look_ahead
from store.errors import BadRecord

HEAD_BYTES: Final = 64 * 1024
# Of these the extension is taken at its word; other files may be one of two in truth.
CERTAIN: Final = ("jsonl", "csv", "parquet")
IN_TRUTH: Final = ("parquet", "jsonl")
# The two marks that begin UTF-16; its text is full of NUL bytes without being binary.
UTF16: Final = (b"\xff\xfe", b"\xfe\xff")
TEXTS: Final = ("csv", "markdown", "text")


def detect_form(source: Source) -> tuple[str, Source]:
    """Return the form and a source that still has all bytes; BadRecord for a binary file."""
    extension = os.path.splitext(source.path)[1].lower()
    named = [name for name, one in IMPORTERS.items() if extension in one.extensions]
    if named and named[0] in CERTAIN:
        return named[0], source
    head, source = look_ahead(source, HEAD_BYTES, _is_enough)
    possible = {*named, *IN_TRUTH} if named else {*IMPORTERS}
    whole = head.strip() if "json" in named else head.lstrip()
    if "json" in possible and b"\n" not in whole:
        possible.remove("jsonl")  # a line that has not ended is a document
    for name, one in IMPORTERS.items():
        if name in TEXTS and "json" not in named:
            _refuse_binary(source.path, head)
        if name in possible and one.sniff(head):
            return name, source
    return named[-1], source


def _is_enough(head: bytes) -> bool:
    """Say whether bytes tell the format: a whole line does, but for the first of a document."""
    start = head.removeprefix(BOM).strip()
    line, newline, _ = start.partition(b"\n")
    goes_on = JSON_ARRAY.match(start) or (line.startswith(b"{") and line.rstrip()[-1:] != b"}")
    return bool(newline) and not goes_on


def _refuse_binary(path: str, head: bytes) -> None:
    """Raise BadRecord for what is not text."""
    if head.startswith(UTF16):
        raise BadRecord("UTF-16 text", path=path, remedy="convert it: iconv -f UTF-16 -t UTF-8")
    if b"\0" in head:
        remedy = "give JSON Lines, JSON, text, Markdown, CSV or Parquet; unpack archives first"
        raise BadRecord("a binary file, not text", path=path, remedy=remedy)
