"""
Tables in which nobody speaks, such as a database of Notion: each row a note, under its columns.

The tables in an export of Notion are known by their names. Beside one of the rows that were shown
there may be one of all: then that is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Final, Literal

from memcli.ingestion.transcripts.archives import read_neighbor
from memcli.ingestion.transcripts.items import Item, Source, rejected
from memcli.ingestion.transcripts.saying import BLANK, said
from memcli.ingestion.transcripts.sources import as_file
from memcli.jsonl import Json
from memcli.memory.times import parse_time
from store.errors import BadRecord

# `Boat tasks 0123456789abcdef0123456789abcdef.csv`, and `..._all.csv` of all its rows.
_NOTION = re.compile(r" [0-9a-f]{32}(?:_all)?(?=\.csv\Z|\Z)")
ALL: Final = "_all"
# The columns that say when a row was made.
MADE: Final = ("Created", "Created time", "Created at", "Date created", "Date")


def form_of_table(path: str) -> str | None:
    """Return how a table of Notion is read, by its name; None for any other file."""
    name = re.split(r"[/\\]", path)[-1]
    if not name.lower().endswith(".csv") or not _NOTION.search(name):
        return None
    whole = f"{name[: -len('.csv')]}{ALL}.csv"
    return "companion" if read_neighbor(path, whole, 1) else "table"


def read_table(source: Source) -> Iterator[Item]:
    """Yield a note for each row of a table of anything, as of the table in a page of notes."""
    from store.tabular import BadRow, read_tabular

    form: Literal["csv", "tsv"] = "tsv" if source.path.lower().endswith(".tsv") else "csv"
    bad: list[BadRow] = []
    row, title = 1, _NOTION.sub("", source.stem)
    try:
        with as_file(source) as path:
            for batch in read_tabular(path, form, on_bad_row=bad.append):
                for values in batch.to_pylist():
                    row += 1
                    item = _row_note(values, source, row, title)
                    if item:
                        yield item
    except BadRecord as error:
        bad.append(BadRow(error, b""))
    for bad_row in bad:
        yield rejected(bad_row.error, source.path, 0, bad_row.raw)


def _row_note(values: Json, source: Source, row: int, title: str) -> Item | None:
    """Return the note that a row is: its cells, and which columns they are of."""
    cells = {column: str(value).strip() for column, value in values.items() if value is not None}
    cells = {column: cell for column, cell in cells.items() if cell}
    if not cells:
        source.leave_out(BLANK)
        return None
    return said(
        source,
        row,
        " | ".join(cells.values()),
        at=_made_at(cells, source),
        metadata={"line": row, "heading": title, "columns": " | ".join(cells)},
    )


def _made_at(cells: dict[str, str], source: Source) -> datetime | None:
    """Return when a row was made, where a column says so in a way that can be read."""
    for name in MADE:
        try:
            return parse_time(cells[name], source.zone)
        except (KeyError, BadRecord):
            continue
    return None
