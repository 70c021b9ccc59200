"""Files of tables: those of a folder, made durable, and the tags of commits."""

from pathlib import Path

import pytest

from store.errors import StoreCorrupt, StoreIOError
from store.table_files import list_files, sync_files, tag_name, tag_number


def test_the_number_in_a_tag_is_read_back() -> None:
    assert tag_number(tag_name(12)) == 12
    assert tag_number(tag_name(123_456_789)) == 123_456_789
    assert [tag_number(tag) for tag in ("mine", "commit-", "commit-x", "12")] == [0, 0, 0, 0]


def test_files_of_a_folder_that_is_gone_are_corruption(tmp_path: Path) -> None:
    with pytest.raises(StoreCorrupt):
        list_files(tmp_path / "gone")


def test_a_file_that_cannot_be_synced_is_an_io_error(tmp_path: Path) -> None:
    with pytest.raises(StoreIOError) as caught:
        sync_files({str(tmp_path / "gone")}, tmp_path)
    assert caught.value.status == 74
