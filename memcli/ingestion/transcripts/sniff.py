"""Which format an input has, by its extension, else by its first bytes."""

from __future__ import annotations

import os
import re
from typing import Final

from memcli.ingestion.transcripts.fields import ALIASES
from memcli.ingestion.transcripts.items import Source
from memcli.ingestion.transcripts.lines import BOM
from memcli.ingestion.transcripts.sources import EXTENSIONS, look_ahead
from store.errors import BadRecord

HEAD_BYTES: Final = 64 * 1024
PARQUET_MAGIC: Final = b"PAR1"
# The two marks that begin UTF-16; its text is full of NUL bytes without being binary.
UTF16: Final = (b"\xff\xfe", b"\xfe\xff")
_JSON_ARRAY = re.compile(rb"\[\s*(?:[{\]]|$)")
_MARKDOWN = re.compile(rb"(?m)\A---\s*$|^#{1,6} \S|^(?:[-*>] )?\*\*[^*\n]{1,40}(?::\*\*|\*\*:)")
_COLUMN = re.compile(r'"?(\w[\w .-]{0,39})"?')
_CONTENT = frozenset(("content", *ALIASES["content"]))


def detect_form(source: Source) -> tuple[str, Source]:
    """Return the form and a source that still has all bytes; BadRecord for a binary file."""
    by_name = EXTENSIONS.get(os.path.splitext(source.path)[1].lower())
    if by_name in ("jsonl", "csv", "parquet"):
        return by_name, source
    head, source = look_ahead(source, HEAD_BYTES, enough=lambda part: b"\n" in part.strip())
    start = head.removeprefix(BOM).lstrip()
    if head.startswith(PARQUET_MAGIC):
        return "parquet", source
    if by_name in (None, "json") and (form := _json_form(start, by_name == "json")):
        return form, source
    if start.startswith(b"{") and _is_record(start.partition(b"\n")[0]):
        return "jsonl", source  # logs of programs are often called .log or .txt
    _refuse_binary(source.path, head)
    return by_name or _text_form(start), source


def _json_form(start: bytes, named_json: bool) -> str | None:
    """Tell JSON Lines, whose first line is whole, from one document; None for neither."""
    if start.startswith(b"{"):
        line, newline, rest = start.partition(b"\n")
        lonely = named_json and not rest.strip()
        return "json" if lonely or not newline or not _is_record(line) else "jsonl"
    return "json" if named_json or _JSON_ARRAY.match(start) else None


def _is_record(line: bytes) -> bool:
    """Tell whether a line is a whole JSON object, other than a document with messages."""
    import msgspec

    try:
        raw = msgspec.json.decode(line)
    except (ValueError, RecursionError):
        return False
    return isinstance(raw, dict) and not isinstance(raw.get("messages"), list)


def _refuse_binary(path: str, head: bytes) -> None:
    """Raise BadRecord for what is not text."""
    if head.startswith(UTF16):
        raise BadRecord("UTF-16 text", path=path, remedy="convert it: iconv -f UTF-16 -t UTF-8")
    if b"\0" in head:
        remedy = "give JSON Lines, JSON, text, Markdown, CSV or Parquet; unpack archives first"
        raise BadRecord("a binary file, not text", path=path, remedy=remedy)


def _text_form(start: bytes) -> str:
    """Tell CSV by a known column name, Markdown by its marks, from plain text."""
    header = start.partition(b"\n")[0].decode(errors="replace").rstrip("\r").lower()
    columns = [_COLUMN.fullmatch(name) for name in re.split(r"[,;\t|]", header)]
    if len(columns) > 1 and all(columns) and _CONTENT & {name[1] for name in columns if name}:
        return "csv"
    return "markdown" if _MARKDOWN.search(start) else "text"
