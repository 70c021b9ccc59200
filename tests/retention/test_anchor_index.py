"""What rows say of other memories, by their ids."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.retention.anchor_index import Ids
from store.errors import StoreCorrupt

IDS = st.lists(st.text("0af~", min_size=1, max_size=16), unique=True, max_size=12)


@given(IDS, IDS)
def test_each_id_has_a_place_of_its_own_and_others_have_none(known, others):
    ids = Ids(
        iter([pa.array(known[:5], pa.string()), pa.array(known[5:], pa.string())]), len(known)
    )
    places = ids.places(pa.array([*known, *others], pa.string()).slice(0)).tolist()
    assert sorted(places[: len(known)]) == list(range(len(known)))
    of = dict(zip(known, places, strict=False))
    assert places[len(known) :] == [of.get(other, -1) for other in others]


def test_a_part_of_a_column_is_found_as_the_whole():
    column = pa.array(["a", "b", None, "c"])
    ids = Ids(iter([column.slice(0, 2)]), 2)
    assert ids.places(column.slice(1)).tolist()[1:] == [-1, -1]
    assert ids.places(column.slice(1))[0] == ids.places(column)[1] >= 0


def test_an_id_that_cannot_be_is_damage():
    with pytest.raises(StoreCorrupt, match="longer than 16"):
        Ids(iter([pa.array(["0" * 17])]), 1)
