"""Each format of an export, written to its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from memcli.exports import ExportFormat
from memcli.exports.contents import Contents
from memcli.exports.target import new_file, new_folder, require_regular, write_file

if TYPE_CHECKING:
    from store import Snapshot


def encoder_of(form: ExportFormat) -> Callable[[Contents], Iterator[bytes]]:
    """Return what turns contents into the bytes of a format that can be streamed."""
    if form is ExportFormat.csv:
        from memcli.exports.tabular import encode_csv

        return encode_csv
    from memcli.exports.lines import encode_lines

    return encode_lines


def write_new_file(contents: Contents, form: ExportFormat, path: Path, force: bool) -> str:
    """Write a file of any format and return in words what it holds."""
    if form is ExportFormat.duckdb:
        require_regular(path, form)
    with new_file(path, force) as place:
        _write(contents, form, place)
    if form is ExportFormat.duckdb:
        return "all tables"
    return contents.summary()


def _write(contents: Contents, form: ExportFormat, place: Path) -> None:
    if form is ExportFormat.duckdb:
        from store.sql import write_database

        write_database(place, contents.snapshot.sql_sources(contents.namespace))
    elif form is ExportFormat.parquet:
        from memcli.exports.tabular import write_parquet

        write_parquet(contents, place)
    else:
        write_file(place, encoder_of(form)(contents))


def write_new_folder(snapshot: Snapshot, path: Path, namespace: str | None) -> str:
    """Write a folder of Markdown and return in words what it holds."""
    from memcli.exports.markdown import write_folder

    with new_folder(path) as folder:
        return write_folder(snapshot, folder, namespace)
