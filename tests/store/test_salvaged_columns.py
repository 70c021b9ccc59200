"""Salvaged columns: as many rows of each as can be read, in the shape of the table."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from schemas import tables
from store import _lance
from store.errors import StoreCorrupt
from store.salvaged_columns import readable_columns, shaped
from tests.support.damage import newest


@pytest.fixture
def path(store, save):
    save(store, "a", "b", "c", "d", "e")
    return newest(store, "memories.lance/data/*")


@pytest.fixture
def noted():
    return set()


def torn_at(monkeypatch, column, *places):
    """Make some rows of a column unreadable."""
    read = _lance.file_column

    def torn(file, name, start, rows):
        if name == column and any(start <= place < start + rows for place in places):
            raise StoreCorrupt("torn")
        return read(file, name, start, rows)

    monkeypatch.setattr(_lance, "file_column", torn)


def test_a_whole_file_is_read_as_it_is(path, noted):
    found = readable_columns(path, noted.add)
    assert found["text"].to_pylist() == ["a", "b", "c", "d", "e"]
    assert not noted


def test_the_rows_around_those_that_are_torn_are_read(path, noted, monkeypatch):
    torn_at(monkeypatch, "text", 1, 4)
    found = readable_columns(path, noted.add)
    assert found["text"].to_pylist() == ["a", None, "c", "d", None]
    assert found["id"].to_pylist() == ["a", "b", "c", "d", "e"]
    assert noted == {"text"}


def test_a_column_of_which_nothing_can_be_read_is_left_out(path, noted, monkeypatch):
    torn_at(monkeypatch, "speaker", *range(5))
    assert "speaker" not in readable_columns(path, noted.add)
    assert noted == {"speaker"}


def test_a_file_that_is_none_has_no_columns(path, noted):
    path.write_bytes(b"")
    assert readable_columns(path, noted.add) == {}


def test_rows_without_what_they_need_are_left_out_and_the_rest_is_null(memories, noted):
    batch = memories("a", "b").to_batches()[0]
    text = batch.schema.get_field_index("text")
    torn = batch.set_column(text, "text", pa.array(["a", None])).drop_columns(["speaker"])
    rows = shaped(torn, tables.memories(8), noted.add)
    assert rows.schema == tables.memories(8)
    assert rows["id"].to_pylist() == ["a"]
    assert rows["speaker"].to_pylist() == [None]
    assert shaped(torn.drop_columns(["namespace"]), tables.memories(8), noted.add) is None
    assert not noted


def test_vectors_that_are_none_become_zeros(memories, noted):
    batch = memories("a", vector=[0.5] + [0.0] * 7).to_batches()[0]
    rows = shaped(batch, tables.memories(8), noted.add)
    assert not np.any(rows["vector"].to_pylist())
    assert noted == {"vector"}
    assert shaped(batch, tables.memories(16), noted.add) is None


def test_vectors_of_texts_without_a_word_are_none_from_the_start(memories, noted):
    rows = memories("a", vector=[0.0] * 8).to_batches()[0]
    assert shaped(rows, tables.memories(8), noted.add).num_rows == 1
    assert not noted
