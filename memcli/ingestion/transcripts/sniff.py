"""Format sniffing: what an input is by its first bytes, within what its extension allows."""

from __future__ import annotations

import os
import re
from functools import cache
from typing import Final

from memcli.ingestion.transcripts.archives import uncompressed_name
from memcli.ingestion.transcripts.foreign import refuse_foreign
from memcli.ingestion.transcripts.importers import EXTENSIONS, IMPORTERS, JSON_ARRAY
from memcli.ingestion.transcripts.items import BOM, Source
from memcli.ingestion.transcripts.known_json import is_conversation
from memcli.ingestion.transcripts.neighbors import form_by_neighbor
from memcli.ingestion.transcripts.outline import outline
from memcli.ingestion.transcripts.sources import look_ahead
from memcli.ingestion.transcripts.transcoding import as_utf8, is_utf16
from store.errors import BadRecord

HEAD_BYTES: Final = 64 * 1024
DATABASES: Final = (
    "cursor-database",
    "cursor-store",
    "langgraph-database",
    "opencode-database",
)
# Of these the extension is taken at its word where no special format is found.
CERTAIN: Final = ("parquet", "jsonl", "csv", "aider", "cursor-database")
# Whose readers say themselves what is wrong with bytes that are no text.
MAY_BE_BINARY: Final = (
    "parquet",
    "jsonl",
    "json",
    "csv",
    "mail",
    *DATABASES,
    "epub",
    "office",
    "pdf",
)
# Forms that take anything.
PROSE: Final = ("text", "markdown")
# Where files of other programs end up, for want of a better one.
MAY_BE_FOREIGN: Final = (*PROSE, "json", "jsonl", "csv", "opencode-database")
REMEDY: Final = (
    "give JSON Lines, JSON, text, Markdown, CSV, Parquet, or a zip archive; unpack others"
)
_KNOWN: Final = frozenset(EXTENSIONS)
XML: Final = re.compile(rb"<\?xml\b|<graphml\b")
# What it quotes would come in again as something that was said.
OWN_PAGE: Final = re.compile(
    rb"# [^\n]*\n\n(?:- Namespace: [^\n]*\n- Date \(UTC\): |[\d,]+ sessions; times are UTC\.)"
)
OWN_REMEDY: Final = "write the store out as JSON Lines, for ingest --from export"


def detect_form(source: Source) -> tuple[str, Source]:
    """Return the form and a source that still has all bytes; BadRecord for a binary file."""
    if beside := form_by_neighbor(source.path):
        return beside, source
    named = _named_by(_extensions_of(source.path))
    head, source = look_ahead(source, HEAD_BYTES, _is_enough)
    if is_utf16(head):
        head, source = look_ahead(as_utf8(source), HEAD_BYTES, _is_enough)
    possible = set(_possible(named))
    if "text" in named and outline(head).objects:
        possible.add("json")
    whole = head.strip() if "json" in named else head.lstrip()
    if "json" in possible and b"\n" not in whole:
        possible.discard("jsonl")  # a line that has not ended is a document
    for name, one in IMPORTERS.items():
        if name in possible and ((name in named and name in CERTAIN) or one.sniff(head)):
            break
    else:
        name = named[-1]
    if name == "jsonl" and is_conversation(outline(head)):
        name = "chat-lines"  # of one line so far
    _refuse_what_is_none(name, source.path, head)
    return name, source


def _refuse_what_is_none(name: str, path: str, head: bytes) -> None:
    """Raise BadRecord for what holds nothing that was said, though it came to a form for it."""
    if name in MAY_BE_FOREIGN:
        refuse_foreign(path, head)
    if name not in MAY_BE_BINARY:
        _refuse_binary(path, head)
    if name in PROSE:
        _refuse_made(path, head)


def _refuse_made(path: str, head: bytes) -> None:
    """Raise BadRecord for what a program made that is no prose, whatever it quotes."""
    start = head.removeprefix(BOM).lstrip()
    if XML.match(start):
        raise BadRecord("XML, not text", path=path, remedy=REMEDY)
    if OWN_PAGE.match(start):
        raise BadRecord("a page of memcli export, for people", path=path, remedy=OWN_REMEDY)


def _extensions_of(path: str) -> tuple[str, ...]:
    """Return what a file's name ends with from each of its dots on, but for what compresses it."""
    file = uncompressed_name(os.path.basename(path).lower())
    ends = (file[at:] for at, sign in enumerate(file) if sign == ".")
    return tuple(end for end in ends if end in _KNOWN)


@cache
def _named_by(extensions: tuple[str, ...]) -> tuple[str, ...]:
    """Return the forms whose files have any of some extensions, in the order of the table."""
    ours = {*extensions}
    return tuple(name for name, one in IMPORTERS.items() if not ours.isdisjoint(one.extensions))


@cache
def _possible(named: tuple[str, ...]) -> frozenset[str]:
    """Return the forms that a file of some may be of in truth; of no known extension, any."""
    return frozenset({*named, *_in_truth()} if named else IMPORTERS)


def _in_truth() -> list[str]:
    """Return the forms that may stand under any extension: those that cannot be taken for text."""
    return [
        name
        for name, one in IMPORTERS.items()
        if name in ("parquet", "jsonl", "aider", *DATABASES)
        or (".json" in one.extensions and name != "json")
    ]


def _is_enough(head: bytes) -> bool:
    """Say whether bytes tell the format: a whole line does, but for the first of a document."""
    start = head.removeprefix(BOM).strip()
    line, newline, _ = start.partition(b"\n")
    goes_on = JSON_ARRAY.match(start) or (line.startswith(b"{") and line.rstrip()[-1:] != b"}")
    return bool(newline) and not goes_on


def _refuse_binary(path: str, head: bytes) -> None:
    """Raise BadRecord for what is not text."""
    if b"\0" in head:
        raise BadRecord("a binary file, not text", path=path, remedy=REMEDY)
