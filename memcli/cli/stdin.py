"""Memory records between two commands of a pipe."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import msgspec

from memcli.records import Hit, Memory, Query, Record, from_wire
from store.errors import BadRecord, BadUsage

if TYPE_CHECKING:
    pass


def read_memory_ids(levels: range) -> list[str]:
    """
    Return the ids of the memory records on stdin, none on a terminal.

    Other records are passed over, and memories of other levels. BadRecord names the line of what
    is no record.
    """
    records = read_records()
    return [r.id for r in records if isinstance(r, Memory) and r.level in levels]


def read_records() -> Iterator[Record]:
    """Yield the records on stdin, none on a terminal; BadRecord names the line of what is none."""
    if sys.stdin.isatty():
        return
    for number, line in enumerate(sys.stdin.buffer, 1):
        if not line.strip():
            continue
        try:
            raw = msgspec.json.decode(line)
            if not isinstance(raw, dict):
                raise BadRecord("not a JSON object")
            yield from_wire(raw)
        except (msgspec.DecodeError, UnicodeDecodeError, BadRecord) as error:
            raise BadRecord(str(error), path="stdin", line=number) from error


def read_queries() -> Iterator[Query]:
    """Yield the queries on stdin, plain text or records, as they come."""
    for number, line in enumerate(sys.stdin.buffer, 1):
        try:
            text = line.decode("utf-8").strip()
            if not text:
                continue
            raw = msgspec.json.decode(text) if text.startswith("{") else {"query": text}
            record = from_wire(raw, "query")
        except (msgspec.DecodeError, UnicodeDecodeError, BadRecord) as error:
            raise BadRecord(str(error), path="stdin", line=number) from error
        if not isinstance(record, Query):
            raise BadRecord("not a query record", path="stdin", line=number)
        yield record


def read_names(given: Sequence[str]) -> list[str]:
    """
    Return the ids, prefixes and refs that were given, or the ids of the records on stdin.

    What is given leaves stdin alone, so that a loop can go on reading it. Memory and hit records
    count, others are passed over. BadUsage on a terminal, BadRecord for what is no record.
    """
    if given:
        return list(dict.fromkeys(given))
    if sys.stdin.isatty():
        raise BadUsage("name memories", "an id, the beginning of one or a ref, or pipe records in")
    ids = [record.id for record in read_records() if isinstance(record, Memory | Hit)]
    return list(dict.fromkeys(ids))
