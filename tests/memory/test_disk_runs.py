"""Records on disk are found by their keys, the newest of each, and leave nothing behind."""

import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from memcli.memory.disk_runs import BITS_A_KEY, BLOCK, DiskRuns, hashes
from store.errors import StoreIOError

DTYPE = np.dtype([("key", "S16"), ("value", "<i8")])
runs = st.lists(st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 99)), max_size=6)


def records(values: dict[str, int]) -> np.ndarray:
    """Return records in the order of their keys."""
    return np.array(sorted((key.encode(), value) for key, value in values.items()), DTYPE)


def keys(*names: str) -> np.ndarray:
    return np.array([name.encode() for name in names], "S16")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(runs)
def test_the_newest_record_of_a_key_is_found(tmp_path: Path, added: list[dict[str, int]]) -> None:
    found, model = DiskRuns(tmp_path, DTYPE), {}
    for values in added:
        found.add(records(values))
        model |= values
    is_there, some = found.find(keys(*"abcdefghi"))
    expected = {key: model[key] for key in "abcdefghi" if key in model}
    there = np.array(list("abcdefghi"))[is_there]
    assert dict(zip(there, some["value"][is_there], strict=True)) == expected
    assert found.rows == sum(map(len, added)) == sum(map(len, found.portions(3)))


def test_many_are_found_in_their_blocks_and_few_others_are_looked_for(tmp_path: Path) -> None:
    n = 8 * BLOCK + 3
    found = DiskRuns(tmp_path, DTYPE)
    found.add(records({f"{number * 2:08}": number for number in range(n)}))
    is_there, some = found.find(keys(*(f"{number:08}" for number in range(2 * n))))
    assert is_there.tolist() == [True, False] * n
    assert some["value"][is_there].tolist() == list(range(n))
    reads: list[int] = []
    found._file.read = lambda start, rows: reads.append(start) or np.zeros(1, DTYPE)  # type: ignore[method-assign]
    found.find(keys(*(f"x{number}" for number in range(1_000))))
    assert len(reads) < 8
    assert BITS_A_KEY * n / 8 >= found._runs[0].bits.nbytes


def test_the_file_has_no_name(tmp_path: Path) -> None:
    DiskRuns(tmp_path, DTYPE).add(records({"a": 1}))
    assert os.listdir(tmp_path) == []


def test_a_folder_that_cannot_be_written_is_an_io_error(tmp_path: Path) -> None:
    with pytest.raises(StoreIOError, match="cannot write to"):
        DiskRuns(tmp_path / "gone", DTYPE).add(records({"a": 1}))


def test_nothing_is_in_no_run(tmp_path: Path) -> None:
    is_there, _ = DiskRuns(tmp_path, DTYPE).find(keys("a", "b"))
    assert is_there.tolist() == [False, False]
    assert hashes(keys()).shape[1] == 0
