"""Columns in memory: whatever they leave out, they give what they were made of."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.held_column import HeldColumn, joined, one_array

VALUES = st.lists(st.none() | st.sampled_from(["a", "b", "", "long"]), max_size=12)


@given(st.lists(VALUES, min_size=1, max_size=4), st.booleans(), st.data())
def test_parts_joined_and_cut_again_give_their_values(parts, repeats, data):
    whole = [value for part in parts for value in part]
    starts = np.cumsum([0, *map(len, parts)]).tolist()
    column = joined([HeldColumn.of(pa.array(part, pa.string()), repeats) for part in parts], starts)
    rows = st.lists(st.integers(0, len(whole) - 1), max_size=8) if whole else st.just([])
    at = data.draw(rows)
    assert column.take(np.array(at, np.int64)).to_pylist() == [whole[i] for i in at]
    start, stop = sorted(data.draw(st.tuples(*[st.integers(0, len(whole))] * 2)))
    cut = column.slice(start, stop)
    assert cut.take(np.arange(stop - start)).to_pylist() == whole[start:stop]
    bare = column.without_values() if not repeats else HeldColumn(None, None)
    wanted = [n for n, i in enumerate(at) if repeats or whole[i] is not None]
    assert bare.rows_to_read(np.array(at, np.int64)).tolist() == wanted
    assert column.rows_to_read(np.array(at, np.int64)) is None


def test_few_values_and_mostly_nulls_take_few_bytes():
    many = pa.array(["a rather long namespace", "another one"] * 500)
    assert HeldColumn.of(many, repeats=True).nbytes < many.nbytes / 4
    nulls = pa.array([None] * 999 + ["one"])
    assert HeldColumn.of(nulls, repeats=False).nbytes < 50


@pytest.mark.parametrize("chunks", [[], [[1]], [[1], [2]]])
def test_a_column_in_pieces_is_one_array(chunks):
    column = pa.chunked_array(chunks, pa.int64())
    assert one_array(column).to_pylist() == column.to_pylist()
