"""Output formats: JSON Lines in a pipe, a readable table on a terminal, or as asked."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from itertools import chain
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from memcli import jsonl
from memcli.cli.progress import note
from memcli.language.sanitize import printable

if TYPE_CHECKING:
    import pyarrow as pa

    from store import Commit, Store


class Format(StrEnum):
    """The forms in which records can be written."""

    jsonl = "jsonl"
    json = "json"
    csv = "csv"
    table = "table"
    md = "md"
    text = "text"


# Every record has these; in a table they say nothing.
HIDDEN = ("kind", "v")
Rows = Iterable[dict[str, Any]]


def show(
    records: Rows,
    form: Format | None,
    columns: Sequence[str] = (),
    text: str = "text",
    paged: bool = True,
    question: str = "",
) -> None:
    """
    Write records to stdout.

    `columns` are those of the table forms (all, where none are named); `text` is the field that
    the form `text` prints, of records that have it. Without a form: a table on a terminal, else
    JSON Lines. `paged` lets a pager show what is longer than the screen, `question` has its words
    marked.
    """
    form = form or (Format.table if sys.stdout.isatty() else Format.jsonl)
    if form is Format.jsonl:
        jsonl.write(records)
    elif form is Format.json:
        rows = [msg.decode().rstrip() for msg in map(jsonl.encode, records)]
        jsonl.write_bytes([b"[" + ",\n ".join(rows).encode() + b"]\n"])
    elif form is Format.text:
        lines = (str(record[text] or "") + "\n" for record in records if text in record)
        jsonl.write_bytes(_for_terminal(line).encode() for line in lines)
    else:
        _show_table(list(records), form, columns, paged, question)


def _for_terminal(text: str) -> str:
    """Return a text as it may be written: as it is, but on a terminal without control codes."""
    return printable(text) if sys.stdout.isatty() else text


def is_tabular(form: Format | None) -> bool:
    """Say whether a person is going to read a table."""
    chosen = form or (Format.table if sys.stdout.isatty() else Format.jsonl)
    return chosen not in (Format.jsonl, Format.json)


def _show_table(
    records: list[dict[str, Any]],
    form: Format,
    columns: Sequence[str],
    paged: bool,
    question: str,
) -> None:
    """Write records in one of the forms that have columns."""
    names = list(columns) or list(dict.fromkeys(k for r in records for k in r if k not in HIDDEN))
    as_text = {Format.csv: exact, Format.table: in_words}.get(form, cell)
    rows = [[as_text(record.get(name)) for name in names] for record in records]
    if form is Format.csv:
        jsonl.write_bytes([as_csv(names, rows).encode()])
    elif form is Format.md:
        jsonl.write_bytes([_for_terminal(as_markdown(names, rows)).encode()])
    else:
        from memcli.cli import tables, terminal

        if not rows and terminal.is_terminal():
            note("nothing to show")
            return
        terminal.write([tables.as_table(names, rows, question).encode()], paged)


def cell(value: Any) -> str:
    """Return a value as a person reads it."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return jsonl.format_time(value)
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)


def in_words(value: Any) -> str:
    """Return a value as a table on a screen has it: no brackets, and no shares of nothing."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return ", ".join(f"{name} {in_words(one)}" for name, one in value.items() if one)
    return ", ".join(map(in_words, value)) if isinstance(value, list) else cell(value)


def exact(value: Any) -> str:
    """Return a value as a program reads it: numbers in full, words of JSON."""
    if isinstance(value, bool | float):
        return json.dumps(value)
    return cell(value)


def as_csv(names: Sequence[str], rows: list[list[str]]) -> str:
    """Return rows as CSV with a header."""
    lines: list[str] = []
    # A carriage return is quoted only where it is part of the end of a line, so that is cut off.
    sink = SimpleNamespace(write=lambda line: lines.append(line.removesuffix("\r\n") + "\n"))
    csv.writer(sink).writerows([names, *rows])
    return "".join(lines)


def as_markdown(names: Sequence[str], rows: list[list[str]]) -> str:
    """Return rows as a Markdown table."""
    lines = [names, ["---"] * len(names), *rows]
    clean = ([value.replace("|", "\\|").replace("\n", " ") for value in line] for line in lines)
    return "".join("| " + " | ".join(line) + " |\n" for line in clean)


def written_memories(store: Store, commit: Commit) -> Iterator[pa.RecordBatch]:
    """
    Yield the memories that a commit added: not the head, another writer may be ahead.

    Rows that it changed stand among the new ones, at the end, and moved up those before.
    """
    from memcli.memory.arrow import wire_columns
    from memcli.memory.known_ids import KnownIds
    from store import Snapshot
    from store.commits import read_commit

    snapshot = Snapshot(store.layout, commit)
    parent = read_commit(store.layout.commits, commit.number - 1)
    before, known = parent.tables["memories"].rows, KnownIds(Snapshot(store.layout, parent))
    columns = wire_columns(snapshot.table("memories").schema)
    last = snapshot.scan("memories", ["id"], offset=before)
    is_changed = any(known.contains(batch["id"].to_pylist()).any() for batch in last)
    for batch in snapshot.scan("memories", columns, offset=0 if is_changed else before):
        if new := known.without(batch) if is_changed else batch:
            yield new


def show_memories(
    batches: Iterable[pa.RecordBatch],
    form: Format | None,
    columns: Sequence[str],
    more: Rows = (),
) -> None:
    """Write memories to stdout for the next command, then more, unless a person is looking."""
    from memcli.memory.arrow import batch_to_records, wire_columns

    if form is None and sys.stdout.isatty():
        return
    new = (
        record
        for batch in batches
        for record in batch_to_records(batch.select(wire_columns(batch.schema)), "memory")
    )
    show(chain(new, more), form, columns)
