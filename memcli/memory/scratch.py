"""Files without a name, for what a call keeps until it has written: nothing of them is left."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import IO, TYPE_CHECKING

from store.errors import StoreIOError

if TYPE_CHECKING:
    from pathlib import Path


def scratch_file(folder: Path) -> IO[bytes]:
    """Return a file that is gone with the process, however that ends; use it in `write_errors`."""
    return tempfile.TemporaryFile(dir=folder)


@contextmanager
def write_errors(folder: Path) -> Iterator[None]:
    """Turn what the operating system refuses into StoreIOError."""
    try:
        yield
    except OSError as error:
        raise StoreIOError(
            f"cannot write to {folder}: {error.strerror or error}",
            "free some space, run it again",
        ) from error


def close(file: IO[bytes]) -> None:
    """Close a file whose last bytes may find no room: nobody is going to read them."""
    with suppress(OSError):
        file.close()
