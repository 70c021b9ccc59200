"""
Whether the files that Lance wrote are whole.

Lance drops the error of the last buffered write to a file, which is what a full disk gives: the
file ends too early, and nobody is told. So before a commit names new files, each is compared with
what it says of itself, and with the size that the version states that holds it. Only the ends of
large files are read.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Final

from store.errors import StoreCorrupt, StoreIOError
from store.file_forms import ends_early
from store.files import io_errors

if TYPE_CHECKING:
    from store._lance import Table

# Where Lance keeps them inside a table.
DATA: Final = "data"
INDEXES: Final = "_indices"
REMEDY: Final = "free some space, run it again"


def require_whole(table: Table, folder: Path, files: set[str], known: set[str]) -> None:
    """
    Raise StoreIOError unless the new files of one version of a table are whole.

    folder: where the table is; files: the paths of all its files; known: those that are not new.
    """
    new = files - known
    with io_errors(f"read what was written to {folder}"):
        torn = chain(_data_not_as_stated(table, folder, new, known), torn_files(new))
        for path in chain(torn, _indexes_not_as_stated(table, folder, new)):
            raise not_whole(path)


def torn_files(paths: Iterable[str]) -> Iterator[str]:
    """Yield the files that end earlier than their own footers or lengths say."""
    return (path for path in sorted(paths) if ends_early(path))


def not_whole(path: str | Path) -> StoreIOError:
    """Return the error for a file of which something is missing."""
    return StoreIOError(f"{path} was not written whole", REMEDY)


def _data_not_as_stated(
    table: Table, folder: Path, new: set[str], known: set[str]
) -> Iterator[str]:
    """Yield the new data files that are missing or of another size than the version states."""
    for name, stated in table.data_sizes().items():
        path = os.path.join(folder, DATA, name)
        if path in known:
            continue
        if path not in new or (stated and os.stat(path).st_size != stated):
            yield path


def _indexes_not_as_stated(table: Table, folder: Path, new: set[str]) -> Iterator[str]:
    """Yield the folders of new indexes that are missing or of another size than is stated."""
    written = {os.path.dirname(path) for path in new}
    for name, stated in table.index_sizes().items():
        path = os.path.join(folder, INDEXES, name)
        is_missing = not os.path.isdir(path)
        if is_missing or (path in written and stated and _bytes_in(path) != stated):
            yield path


def is_of_parts(name: str, parts: frozenset[str]) -> bool:
    """Say whether a file below a table is one of some parts of it, or in an index that is one."""
    return name in parts or os.path.dirname(name) in parts


def _bytes_in(path: str) -> int:
    with os.scandir(path) as entries:
        return sum(entry.stat().st_size for entry in entries)


def has_torn_data(table: Table, folder: Path) -> bool:
    """
    Say whether a data file of a version is shorter than that states, or ends early.

    A file that is gone is not torn: another process may have merged it with others.
    """
    for name, stated in table.data_sizes().items():
        path = os.path.join(folder, DATA, name)
        with suppress(FileNotFoundError):
            if os.stat(path).st_size < stated if stated else ends_early(path):
                return True
    return False


@contextmanager
def whole_or_restored(table: Table, folder: Path) -> Iterator[None]:
    """
    Take back what a block writes to a table outside of all transactions unless it is whole.

    Raises StoreIOError when that was so.
    """
    before = table.version
    yield
    if has_torn_data(table, folder):
        table.restore(before)
        raise StoreIOError(f"what was written to {folder} is not whole", REMEDY)


@contextmanager
def blaming_torn_files(new_files: Callable[[], Iterable[str]]) -> Iterator[None]:
    """Raise StoreIOError for a new file that is not whole where reading that is what failed."""
    try:
        yield
    except (StoreCorrupt, StoreIOError) as error:
        # A table that could not be made has no folder to look into.
        with io_errors("read what was written"), suppress(StoreCorrupt):
            for path in torn_files(new_files()):
                raise not_whole(path) from error
        raise
