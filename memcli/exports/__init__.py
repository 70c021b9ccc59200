"""Everything that a store holds, in open formats."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Final


class ExportFormat(StrEnum):
    """The formats of an export; `ingest` takes back the first three."""

    jsonl = "jsonl"
    csv = "csv"
    parquet = "parquet"
    markdown = "markdown"
    duckdb = "duckdb"


SUFFIXES: Final = {
    ".csv": ExportFormat.csv,
    ".parquet": ExportFormat.parquet,
    ".duckdb": ExportFormat.duckdb,
    ".db": ExportFormat.duckdb,
}


def format_of(path: Path | None) -> ExportFormat:
    """Return the format that a file's name asks for, by default JSON Lines."""
    suffix = path.suffix.lower() if path else ""
    return SUFFIXES.get(suffix, ExportFormat.jsonl)
