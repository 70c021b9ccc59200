"""Stdin: records and ids between two commands of a pipe."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

import msgspec

from memcli.cli.options import require_utf8
from memcli.records import Hit, Memory, Query, Record, from_wire
from store.errors import BadRecord, BadUsage

DASH: Final = "-"
BOM: Final = "\ufeff".encode()


def read_memory_ids(levels: range) -> list[str]:
    """
    Return the ids of the memory records on stdin, none on a terminal.

    Other records are passed over, and memories of other levels. BadRecord names the line of what
    is no record.
    """
    records = read_records()
    return [r.id for r in records if isinstance(r, Memory) and r.level in levels]


def read_names(names: Sequence[str] | None) -> list[str]:
    """
    Return the names that were given, or those on stdin: ids, beginnings of ids or refs, each once.

    stdin is read where none is given, or `-` alone, so that a loop can go on reading it otherwise.
    BadUsage on a terminal and for what is not UTF-8, BadRecord for a bad record.
    """
    if names and not are_piped(names):
        require_utf8(**{f"name {place}": name for place, name in enumerate(names, 1)})
        return list(dict.fromkeys(names))
    if sys.stdin.isatty():
        raise BadUsage("nothing is named", "give ids or refs, or pipe memories, hits or ids in")
    return names_of(read_entries())


def are_piped(names: Sequence[str] | None) -> bool:
    """Say whether names are to be read from stdin: none was given, or `-`."""
    return not names or list(names) == [DASH]


def names_of(entries: Iterable[Record | str]) -> list[str]:
    """Return the names among what stdin had: plain ones, and the ids of memories and hits."""
    names = (
        e if isinstance(e, str) else e.id for e in entries if isinstance(e, str | Memory | Hit)
    )
    return list(dict.fromkeys(names))


def read_entries() -> Iterator[Record | str]:
    """Yield what each line of stdin has: a record, or as text what is no JSON."""
    for number, line in _numbered_lines():
        is_json = line.lstrip().startswith((b"{", b"["))
        yield record_of(line, "stdin", number) if is_json else text_of(line, number)


def read_records() -> Iterator[Record]:
    """Yield the records on stdin, none on a terminal; BadRecord names the line of what is none."""
    if not sys.stdin.isatty():
        yield from (record_of(line, "stdin", number) for number, line in _numbered_lines())


def read_queries() -> Iterator[Query]:
    """Yield the queries on stdin as they come: what is no object of JSON is a question."""
    for number, line in _numbered_lines():
        text = text_of(line, number)
        if text.startswith("{") and _is_object(text):
            record = record_of(line, "stdin", number, "query")
            if not isinstance(record, Query):
                raise BadRecord("not a query record", path="stdin", line=number)
            yield record
        elif text:
            yield Query(v=1, query=text)


def numbered_objects(kind: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """
    Yield the number of each line of stdin and the object on it, without its `kind` and `v`.

    A line that is a record of another kind is BadRecord; one that names none is taken as it is.
    """
    for number, line in _numbered_lines():
        try:
            raw = msgspec.json.decode(line.removeprefix(BOM) if number == 1 else line)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise BadRecord(str(error), path="stdin", line=number) from error
        if not isinstance(raw, dict):
            raise BadRecord("not a JSON object", path="stdin", line=number)
        if raw.get("kind") == kind and raw.get("v") == 1:
            del raw["kind"], raw["v"]
        yield number, raw


def _is_object(text: str) -> bool:
    """Tell one whole object of JSON."""
    try:
        return isinstance(msgspec.json.decode(text), dict)
    except (msgspec.DecodeError, RecursionError):
        return False


def read_texts() -> list[str]:
    """Return the lines of stdin as texts, none on a terminal; BadRecord names what is not UTF-8."""
    return (
        [] if sys.stdin.isatty() else [text_of(line, number) for number, line in _numbered_lines()]
    )


def read_text(what: str) -> str:
    """Return all of stdin as one text; BadUsage where it is not UTF-8, naming what it should be."""
    try:
        return sys.stdin.buffer.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadUsage(f"{what} is not UTF-8", "convert it with iconv") from error


def _numbered_lines() -> Iterator[tuple[int, bytes]]:
    """Yield the lines of stdin that are not blank, with their numbers."""
    return ((n, line) for n, line in enumerate(sys.stdin.buffer, 1) if line.strip())


def text_of(line: bytes, number: int) -> str:
    """Return a line of stdin as text, without the space around it."""
    try:
        return line.decode("utf-8").strip()
    except UnicodeDecodeError as error:
        raise BadRecord("not UTF-8", path="stdin", line=number) from error


def record_of(line: bytes, path: str, number: int, default_kind: str | None = None) -> Record:
    """Return the record on a line; BadRecord, with its place, for what is none."""
    try:
        raw = msgspec.json.decode(line)
        if not isinstance(raw, dict):
            raise BadRecord("not a JSON object")
        return from_wire(raw, default_kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, BadRecord) as error:
        raise BadRecord(str(error), path=path, line=number) from error
