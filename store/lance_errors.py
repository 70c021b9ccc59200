"""
Errors of Lance as errors of ours.

Lance's exceptions carry their kind in the message only, so it is the message that is read here.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import pyarrow as pa

from store.errors import BadUsage, Interrupted, MemcliError, StoreCorrupt, StoreIOError

NO_SPACE: Final = ("No space left", "os error 28", "File too large", "os error 27", "Disk quota")
DAMAGED: Final = (
    "was not found",
    "Not found",
    "file size is too small",
    "invalid magic",
    "sufficient data",
    "Invalid range",
    "failed to fill whole buffer",
    "decode Protobuf",
    "corrupt",
)
NOT_ALLOWED: Final = ("Permission denied", "os error 13", "Read-only file system", "os error 30")


@contextmanager
def lance_errors(doing: str) -> Iterator[None]:
    """Turn what Lance raises into errors of ours."""
    try:
        yield
    except MemcliError:
        raise
    except (OSError, ValueError, RuntimeError, pa.ArrowException) as error:
        raise _mapped(error, doing) from error
    except BaseException as error:
        # What Lance's Rust code does on a manifest full of noise; no class of it can be imported.
        if type(error).__name__ != "PanicException":
            raise
        raise StoreCorrupt(f"cannot {doing}: {short(str(error))}", "run memcli check") from error


def _mapped(error: Exception, doing: str) -> MemcliError:
    """Return our error for one of Lance's, by its message."""
    text = str(error)
    if "KeyboardInterrupt" in text:
        return Interrupted("interrupted")
    code = getattr(error, "errno", None)
    if code in (errno.ENOSPC, errno.EFBIG, errno.EDQUOT) or any(t in text for t in NO_SPACE):
        return StoreIOError(f"cannot {doing}: the disk is full", "free some space, run it again")
    if code in (errno.EACCES, errno.EROFS) or any(mark in text for mark in NOT_ALLOWED):
        return StoreIOError(f"cannot {doing}: permission denied", "check owner and mode")
    if code == errno.EMFILE or "os error 24" in text:
        return StoreIOError(f"cannot {doing}: too many open files", "raise ulimit -n")
    if any(mark in text for mark in DAMAGED):
        return StoreCorrupt(f"cannot {doing}: {short(text)}", "run memcli check")
    if "Invalid user input" in text or "sql parser error" in text:
        return BadUsage(f"cannot {doing}: {short(text)}", "check the filter")
    return StoreIOError(f"cannot {doing}: {short(text)}", "run memcli check")


def short(text: str) -> str:
    """Return Lance's message without the place in its source code."""
    return text.split(", /")[0].splitlines()[0].removeprefix("Invalid user input: ")
