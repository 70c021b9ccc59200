"""
Traces of a text in the files of a store: the proof that a purge was one.

Lance compresses what it writes and only marks rows that were deleted, so every one of its files is
decoded too, whatever refers to it. Each file is read once, in pieces of bounded size.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from store import _lance
from store.errors import MemcliError
from store.files import io_errors
from store.layout import TABLE_NAMES
from store.needles import Needles
from store.problems import MAX_IDS, Problem, problem
from store.user_tables import is_user_table, name_of

if TYPE_CHECKING:
    import pyarrow as pa

    from store.layout import Layout
    from store.store import Store

CHUNK_BYTES: Final = 1 << 20
REMEDY: Final = "memcli forget --purge the memories that say it; edit what you wrote yourself"
UNREADABLE: Final = "memcli compact removes what crashed writers left; run this again after it"


@dataclass(frozen=True)
class Trace:
    """A file that holds a text: the columns and ids of the rows in which it stands, if known."""

    path: Path
    columns: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    is_readable: bool = True


@lru_cache(maxsize=65_536)
def forms(text: str) -> tuple[str, ...]:
    """Return a text as it may be written: as it is, in a JSON string, in one within another."""
    found = [text]
    for _ in range(2):
        for form in list(found):
            found += [json.dumps(form, ensure_ascii=ascii_)[1:-1] for ascii_ in (False, True)]
    return tuple(dict.fromkeys(found))


def find_traces(
    store: Store, texts: Sequence[str], progress: Callable[[int], None] = lambda n: None
) -> Iterator[Trace]:
    """Yield every file below a store in which one of some texts stands, in order of path."""
    wanted = list(dict.fromkeys(form for text in texts if text for form in forms(text)))
    layout = store.layout
    if layout.remote and wanted:
        store.require_kept()
        layout.remote.bring_strays()
    for path in _all_files(layout) if wanted else ():
        try:
            trace = _trace(path, wanted)
        except FileNotFoundError:
            continue  # cleaned up since it was listed
        named = layout.named(path)
        if trace is None and any(form in named for form in wanted):
            trace = Trace(path)
        if trace is not None:
            yield trace
        progress(1)


def as_problem(store: Store, trace: Trace) -> Problem:
    """Return a trace as check reports it; the text itself is not in it."""
    path = store.layout.named(trace.path)
    table, remedy = _table_of(Path(path)), REMEDY
    if table and is_user_table(table):
        table = name_of(table)
        remedy = f"memcli table delete {table} --purge, of the rows that say it"
    if not trace.is_readable:
        return problem("error", f"{path} cannot be read and may hold the text", UNREADABLE, table)
    where = f" in {', '.join(trace.columns)}" if trace.columns else ""
    return problem("error", f"{path} holds the text{where}", remedy, table, trace.ids)


def _table_of(path: Path) -> str | None:
    """Return the key of the table in whose folder a file lies, if it lies in one."""
    names = [part.removesuffix(".lance") for part in path.parts if part.endswith(".lance")]
    return next((name for name in names if name in TABLE_NAMES or is_user_table(name)), None)


def _all_files(layout: Layout) -> Iterator[Path]:
    """Yield the files of a store; of an encrypted one decrypted, and what it has in plain."""
    yield from _files(layout.root)
    if layout.vault:
        yield from _files(layout.work)


def _files(root: Path) -> Iterator[Path]:
    with io_errors(f"read {root}"):
        for folder, folders, names in os.walk(root):
            folders.sort()
            for name in sorted(names):
                path = Path(folder, name)
                if path.is_file() or path.is_symlink():
                    yield path


def _trace(path: Path, wanted: Sequence[str]) -> Trace | None:
    """Look at the bytes of a file, and at what Lance has packed into it."""
    is_raw = _holds(path, wanted)
    if path.suffix != ".lance":
        return Trace(path) if is_raw else None
    try:
        packed = _unpacked(path, wanted)
    except MemcliError:
        if not path.exists():
            return None
        return Trace(path, is_readable=is_raw)
    return packed or (Trace(path) if is_raw else None)


def _holds(path: Path, wanted: Sequence[str]) -> bool:
    """Say whether one of some texts is in a file, also across the pieces it is read in."""
    needles = _needles(tuple(wanted))
    overlap = max(len(_bytes(form)) for form in wanted) - 1
    tail = b""
    try:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK_BYTES):
                piece = tail + chunk
                if needles.are_in(piece):
                    return True
                tail = piece[-overlap:] if overlap else b""
    except FileNotFoundError:
        raise
    except OSError as error:
        with io_errors(f"read {path}"):
            raise error
    return False


def _unpacked(path: Path, wanted: Sequence[str]) -> Trace | None:
    """Look at every text that a file of Lance holds."""
    columns: dict[str, None] = {}
    ids: dict[str, None] = {}
    for batch in _lance.file_batches(path, is_text):
        for name in batch.schema.names:
            rows = rows_with(batch[name], wanted)
            if rows:
                columns[name] = None
                if "id" in batch.schema.names and len(ids) < MAX_IDS:
                    ids.update((str(batch["id"][row]), None) for row in rows)
    return Trace(path, tuple(columns), tuple(ids)) if columns else None


def is_text(type_: pa.DataType) -> bool:
    """Say whether a column can hold a text: strings, bytes, and lists of them."""
    import pyarrow as pa

    if pa.types.is_list(type_) or pa.types.is_large_list(type_):
        return is_text(type_.value_type)
    if pa.types.is_dictionary(type_):
        return is_text(type_.value_type)
    kinds = ("string", "large_string", "string_view", "binary", "large_binary", "binary_view")
    return str(type_) in kinds


def rows_with(column: pa.Array, wanted: Sequence[str]) -> list[int]:
    """Return the numbers of the rows of a column, of texts or lists of them, that hold a text."""
    return sorted({row for row, _ in rows_and_texts(column, wanted)})


def rows_and_texts(column: pa.Array, wanted: Sequence[str]) -> Iterator[tuple[int, bytes]]:
    """Yield the numbers of the rows that hold a text, and which one, as bytes."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_list(column.type) or pa.types.is_large_list(column.type):
        parents = pc.list_parent_indices(column).to_numpy(zero_copy_only=False)
        for row, text in rows_and_texts(pc.list_flatten(column), wanted):
            yield int(parents[row]), text
        return
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    for chunk in column.chunks if isinstance(column, pa.ChunkedArray) else [column]:
        yield from _needles(tuple(wanted)).rows(chunk)


# The same texts are looked for in many files and batches.
@lru_cache(maxsize=4)
def _needles(wanted: tuple[str, ...]) -> Needles:
    return Needles([_bytes(form) for form in wanted])


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def without_texts(
    batch: pa.RecordBatch, columns: Sequence[str], texts: Sequence[str]
) -> pa.RecordBatch:
    """Return a batch with null where one of some columns quotes one of some texts."""
    import pyarrow as pa

    wanted = [form for text in texts for form in forms(text)]
    for name in columns:
        rows = rows_with(batch[name], wanted)
        if rows:
            values = batch[name].to_pylist()
            for row in rows:
                values[row] = None
            place = batch.schema.get_field_index(name)
            field_ = batch.schema.field(place)
            batch = batch.set_column(place, field_, pa.array(values, field_.type))
    return batch
