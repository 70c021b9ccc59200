"""A spool gives back what it was given, from memory or from a file."""

import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from memcli.memory.spool import Spool
from store.errors import StoreIOError

SCHEMA = pa.schema([("n", pa.int64())])
ROOM = (0, 24, 1 << 20)


def batch(*numbers: int) -> pa.RecordBatch:
    """Return a batch of numbers."""
    return pa.RecordBatch.from_pydict({"n": list(numbers)}, schema=SCHEMA)


def numbers_in(spool: Spool) -> list[int]:
    """Return the numbers of a spool."""
    return [number for part in spool for number in part["n"].to_pylist()]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(st.integers(-9, 9), max_size=5), max_size=6), st.sampled_from(ROOM))
def test_a_spool_keeps_all_in_order(tmp_path: Path, parts: list[list[int]], room: int) -> None:
    spool = Spool(SCHEMA, tmp_path, room)
    for part in parts:
        spool.append(batch(*part))
    expected = [number for part in parts for number in part]
    assert spool.rows == len(expected)
    assert numbers_in(spool) == expected
    assert numbers_in(spool) == expected
    assert spool.reader().read_all()["n"].to_pylist() == expected


@pytest.mark.parametrize("room", ROOM)
def test_reading_half_of_it_does_not_disturb_what_comes_later(tmp_path: Path, room: int) -> None:
    spool = Spool(SCHEMA, tmp_path, room)
    for number in range(4):
        spool.append(batch(number))
    assert next(iter(spool))["n"].to_pylist() == [0]
    spool.append(batch(4))
    assert numbers_in(spool) == [0, 1, 2, 3, 4]
    spool.append(batch(5))
    assert numbers_in(spool) == [0, 1, 2, 3, 4, 5]


def test_few_rows_need_no_file(tmp_path: Path) -> None:
    spool = Spool(SCHEMA, tmp_path / "never made")
    spool.append(batch(1, 2))
    assert numbers_in(spool) == [1, 2]


def test_the_file_leaves_nothing_behind(tmp_path: Path) -> None:
    spool = Spool(SCHEMA, tmp_path, 0)
    spool.append(batch(1))
    assert os.listdir(tmp_path) == []
    assert numbers_in(spool) == [1]


def test_a_folder_that_cannot_be_written_is_an_io_error(tmp_path: Path) -> None:
    spool = Spool(SCHEMA, tmp_path / "gone", 0)
    with pytest.raises(StoreIOError, match="cannot write to") as caught:
        spool.append(batch(1))
    assert caught.value.status == 74


def append_much(spool: Spool) -> None:
    """Append 20,000 numbers."""
    for _ in range(20):
        spool.append(batch(*range(1_000)))


@contextmanager
def full_disk(n_bytes: int) -> Iterator[None]:
    """
    Let no file of this process grow beyond some bytes.

    Within a block of the test: a fixture would end after pytest has written its dot, which fails
    where its output goes to a file.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (n_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_is_an_io_error(tmp_path: Path) -> None:
    spool = Spool(SCHEMA, tmp_path, 0)
    with full_disk(4_096), pytest.raises(StoreIOError, match="free some space"):
        append_much(spool)


def test_a_disk_that_is_full_at_the_last_write_is_an_io_error(tmp_path: Path) -> None:
    spool = Spool(SCHEMA, tmp_path, 0)
    spool.append(batch(1))
    for _ in range(2):
        with full_disk(100), pytest.raises(StoreIOError, match="free some space"):
            numbers_in(spool)
