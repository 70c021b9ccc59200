"""Candidates as what is made of them says."""

from __future__ import annotations

import pyarrow as pa

from memcli.search.keyed_rows import tells_fact, turn_places

ROWS = pa.table(
    {
        "_rowid": pa.array([7, 8, 9], pa.uint64()),
        "level": pa.array([0, 1, 0], pa.int8()),
        "namespace": ["a", "a", "a"],
        "session_id": ["s", "s", None],
        "seq": pa.array([4, 4, None], pa.int32()),
    }
)


def test_only_turns_of_a_session_stand_anywhere():
    assert turn_places(ROWS) == [("a", "s", 4), None, None]


def test_a_fact_and_the_turn_that_says_it_answer():
    assert tells_fact(ROWS, {}) == [False] * 3
    assert tells_fact(ROWS, {8: ("a", "s", 4)}) == [True, True, False]
    assert tells_fact(ROWS, {9: None}) == [False, False, True]
