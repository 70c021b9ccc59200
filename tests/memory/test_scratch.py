"""Files without a name: what the system refuses is told, what is not read any more is not."""

import os
from pathlib import Path

import pytest

from memcli.memory.scratch import close, scratch_file, write_errors
from store.errors import StoreIOError


def test_a_scratch_file_is_in_no_folder(tmp_path: Path) -> None:
    file = scratch_file(tmp_path)
    file.write(b"x")
    assert os.listdir(tmp_path) == []
    close(file)
    assert file.closed


def test_what_the_system_refuses_is_an_io_error_with_what_to_do(tmp_path: Path) -> None:
    full = OSError(28, "No space left on device")
    with pytest.raises(StoreIOError, match=r"No space left.*free some"), write_errors(tmp_path):
        raise full
