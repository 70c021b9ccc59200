"""What Lance raises, as errors of ours."""

from __future__ import annotations

import errno

import pyarrow as pa
import pytest

from store.errors import BadUsage, Interrupted, StoreCorrupt, StoreIOError, StoreLocked
from store.lance_errors import lance_errors, short


class PanicException(BaseException):
    """As that of PyO3, which cannot be imported."""


@pytest.mark.parametrize(
    ("raised", "kind", "words"),
    [
        (OSError(errno.ENOSPC, "no"), StoreIOError, "the disk is full"),
        (OSError("LanceError(IO): No space left on device, /src/a.rs:1"), StoreIOError, "is full"),
        (OSError("Too many open files (os error 24)"), StoreIOError, "too many open files"),
        (OSError(errno.EROFS, "no"), StoreIOError, "permission denied"),
        (RuntimeError("Read-only file system"), StoreIOError, "permission denied"),
        (ValueError("Dataset at path x was not found, /src/b.rs:2"), StoreCorrupt, "not found"),
        (pa.ArrowInvalid("file size is too small"), StoreCorrupt, "too small"),
        (ValueError("Invalid user input: no field x, /src/c.rs:3"), BadUsage, "no field x"),
        (RuntimeError("KeyboardInterrupt"), Interrupted, "interrupted"),
        (OSError("something else"), StoreIOError, "something else"),
        (PanicException("range end out of bounds"), StoreCorrupt, "range end"),
    ],
)
def test_the_message_tells_the_kind(raised, kind, words):
    with pytest.raises(kind, match=words) as error, lance_errors("read x"):
        raise raised
    assert kind is Interrupted or str(error.value).startswith("cannot read x: ")
    assert ".rs" not in str(error.value)


def test_errors_of_ours_and_of_others_pass():
    with pytest.raises(StoreLocked, match="busy"), lance_errors("read x"):
        raise StoreLocked("busy")
    with pytest.raises(SystemExit), lance_errors("read x"):
        raise SystemExit(3)
    with pytest.raises(KeyError), lance_errors("read x"):
        raise KeyError("a bug")


def test_places_in_the_source_of_lance_are_cut_off():
    assert short("Invalid user input: bad, /rust/x.rs:3") == "bad"
    assert short("one\ntwo") == "one"
