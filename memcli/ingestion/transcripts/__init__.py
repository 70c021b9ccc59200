"""Input of every format -> records, one at a time; what is no record is yielded as such."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Literal, TypeAlias

from memcli.ingestion.transcripts.items import STDIN, Accepted, Item, Rejected, Source
from memcli.ingestion.transcripts.sources import expand_sources, open_source
from store.errors import BadRecord

__all__ = [
    "STDIN",
    "Accepted",
    "Form",
    "Item",
    "Rejected",
    "Source",
    "expand_sources",
    "read_source",
    "reader_of",
]

Form: TypeAlias = Literal["auto", "jsonl", "json", "text", "markdown", "csv", "parquet"]
Reader: TypeAlias = Callable[[Source], Iterator[Item]]


def read_source(path: str, form: Form = "auto", folder: Path | None = None) -> Iterator[Item]:
    """
    Yield the records and the rejections of a file, or of stdin for "-", in their order.

    `auto` goes by the extension, else by the first bytes. What must be read twice and cannot be is
    copied into `folder`, without a name. Raises InputNotFound or StoreIOError where the file itself
    cannot be read, and nothing for what it holds.
    """
    with open_source(path, folder) as source:
        known: str = form
        if form == "auto":
            from memcli.ingestion.transcripts.sniff import detect_form

            try:
                known, source = detect_form(source)
            except BadRecord as error:
                yield Rejected(error, b"")
                return
        with closing(reader_of(known)(source)) as items:  # type: ignore[type-var]
            yield from items


def reader_of(form: str) -> Reader:
    """Return the reader of a form, imported only now."""
    match form:
        case "jsonl":
            from memcli.ingestion.transcripts.jsonl import read_jsonl as read
        case "json":
            from memcli.ingestion.transcripts.json_document import read_json as read
        case "text":
            from memcli.ingestion.transcripts.text import read_text as read
        case "markdown":
            from memcli.ingestion.transcripts.markdown import read_markdown as read
        case "csv":
            from memcli.ingestion.transcripts.tabular import read_csv as read
        case _:
            from memcli.ingestion.transcripts.tabular import read_parquet as read
    return read
