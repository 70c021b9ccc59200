"""
CSV, TSV and Parquet: one record a row, columns named as the fields of a record.

A column that is structured is JSON in CSV, and JSON or a nested type in Parquet. The line of a
record is its row among those that could be read; the header of CSV is row 1.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final, Literal

import msgspec

from memcli.ingestion.transcripts.date_order import dates_in, is_day_first
from memcli.ingestion.transcripts.fields import ALIASES, record_item
from memcli.ingestion.transcripts.items import Item, Source, rejected
from memcli.ingestion.transcripts.saying import BLANK
from memcli.ingestion.transcripts.sources import as_file, look_ahead
from memcli.jsonl import Json
from memcli.language.formulas import unguarded
from memcli.records import FIELDS
from schemas import DERIVED_COLUMNS
from store.errors import BadRecord

HEADER_REMEDY: Final = "the first line names the columns: name,timestamp,content"
HEAD_BYTES: Final = 64 * 1024
STRUCTURED: Final = frozenset(
    "metadata extra attachments keywords tags entities source_ids aliases evidence".split()
)
NUMBERS: Final = frozenset(
    "v level seq importance confidence weight pinned archived "
    "retention stability_days n_accesses".split()
)
LISTS: Final = ("tags", "keywords")
BOOK: Final = ("Book Title", "Book Author")
# In the kinds that an export writes, empty text is text; elsewhere it stands for nothing.
EXPORTED: Final = ("memory", "link", "entity", "strength")
# What is stored beside a memory but is not on the wire.
_KNOWN = {
    name.lower(): name
    for names in (
        *ALIASES.values(), *(FIELDS[kind] for kind in ("message", *EXPORTED)), ALIASES, ("kind",)
    )
    for name in names
}  # fmt: skip


def read_csv(source: Source) -> Iterator[Item]:
    """Yield the records of a CSV file, or a TSV file by its extension."""
    form: Literal["csv", "tsv"] = "tsv" if source.path.lower().endswith(".tsv") else "csv"
    return _read_rows(source, form, header_rows=1)


def read_parquet(source: Source) -> Iterator[Item]:
    """Yield the records of a Parquet file."""
    return _read_rows(source, "parquet", header_rows=0)


def _read_rows(
    source: Source, form: Literal["csv", "tsv", "parquet"], header_rows: int
) -> Iterator[Item]:
    """Yield a record or a rejection for each row, those that are no CSV last."""
    from store.tabular import BadRow, read_tabular

    head, source = look_ahead(source, HEAD_BYTES)
    day_first = is_day_first(dates_in(head))
    row = header_rows
    bad: list[BadRow] = []
    try:
        with as_file(source) as path:
            for batch in read_tabular(path, form, on_bad_row=bad.append):
                for values in batch.to_pylist():
                    row += 1
                    if form != "parquet" and values.get("kind") in EXPORTED:
                        values = {name: _as_it_was(value) for name, value in values.items()}
                    item = _row_item(values, source, row, day_first)
                    if item:
                        yield item
    except BadRecord as error:
        bad.append(BadRow(error, b""))
    if row == header_rows and not bad and header_rows and not _is_csv_header(head):
        yield rejected(BadRecord("a header and no rows", remedy=HEADER_REMEDY), source.path, 1)
    for bad_row in bad:
        yield rejected(bad_row.error, source.path, 0, bad_row.raw)


def _as_it_was(value: Any) -> Any:
    """Return a value of a row that an export wrote, without the guard against spreadsheets."""
    return unguarded(value) if isinstance(value, str) else value


def _is_csv_header(head: bytes) -> bool:
    """Tell the header of an empty table, or nothing at all, from a row that has none above it."""
    from memcli.ingestion.transcripts.importers import IMPORTERS

    return not head.strip() or IMPORTERS["csv"].sniff(head)


def _row_item(values: Json, source: Source, row: int, day_first: bool) -> Item | None:
    """Return the record that a row holds, why there is none, or None for what is no turn."""
    if all(value in (None, "") for value in values.values()):
        source.leave_out(BLANK)
        return None
    try:
        fields = _of_book(_fields(values))
        return record_item(fields, source, row, _as_json(values), day_first)
    except BadRecord as error:
        return rejected(error, source.path, row, _as_json(values))


def _as_json(values: Json) -> bytes:
    """Return a row as JSON, absent values left out."""
    present = {name: value for name, value in values.items() if value is not None}
    return msgspec.json.encode(present, enc_hook=str)


def _fields(values: Json) -> Json:
    """Return the values that are there, decoded, under the names of our fields."""
    nothing = (None,) if values.get("kind") in EXPORTED else (None, "")
    fields = {}
    for column, value in values.items():
        name = _field_name(column)
        # A float that is not itself is NaN, which is how pandas writes an absent number.
        if value not in nothing and value == value and name not in DERIVED_COLUMNS:
            fields[name] = _decoded(name, value)
    return fields


def _of_book(fields: Json) -> Json:
    """Return a highlight of Readwise with its book as heading and its reader's note below it."""
    book = [str(fields[name]) for name in BOOK if name in fields]
    if not book or "highlight" not in fields:
        return fields
    text = "\n\n".join(str(fields[name]) for name in ("highlight", "Note") if name in fields)
    rest = {name: value for name, value in fields.items() if name not in (*BOOK, "Note")}
    about = {"heading": " / ".join(book), "tags": fields.get("tags") or []}
    return {**rest, "highlight": text, "metadata": about}


def _field_name(column: str) -> str:
    """Return the field that a column means, whatever its case, `Sent At` and `sent-at` too."""
    plain = re.sub(r"[\s-]+", "_", column.strip().lower())
    return _KNOWN.get(plain, column)


def _decoded(name: str, value: Any) -> Any:
    """Return a cell as its JSON value; the error names the column."""
    if not isinstance(value, str) or name not in STRUCTURED | NUMBERS:
        return value
    text = value.strip().lower() if name in NUMBERS else value
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError) as error:
        if name in LISTS and "{" not in text and "[" not in text:  # words with commas between
            return [each.strip() for each in text.split(",") if each.strip()]
        if name == "attachments":  # addresses, with commas between them and in them
            return re.split(r"\s*,\s*(?=\w+://|$)", text.strip().rstrip(","))
        what = "JSON" if name in STRUCTURED else "a number"
        raise BadRecord(f"column `{name}`: {value[:40]!r} is not {what}") from error
