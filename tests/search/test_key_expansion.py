"""Keys of turns: what statements and segments say of the turns that they were made from."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pyarrow as pa

from memcli.algorithms.ranking import succession
from memcli.search.key_expansion import (
    KEY_COLUMNS,
    SEGMENT,
    Key,
    expand_turns,
    read_keys,
)
from schemas import tables

MAY, JUNE, JULY = (datetime(2025, month, 1, tzinfo=UTC) for month in (5, 6, 7))
SESSION = ("n", "s")


def key(seq, bm25=0.0, cosine=0.0, successor=None, level=1, turns=1):
    return Key(level, SESSION, range(seq, seq + turns), bm25, cosine, successor)


def derived(level, seq, by=None, valid_to=None, n_sources=1):
    return {
        "level": level,
        "namespace": "n",
        "session_id": "s",
        "seq": seq,
        "source_ids": ["x"] * n_sources,
        "superseded_by": by,
        "type": "semantic",
        "valid_from": None,
        "valid_to": valid_to,
    }


def places(*seqs):
    return [(*SESSION, seq) for seq in seqs]


def test_keys_are_read_from_statements_and_segments_alone():
    rows = [
        derived(1, 3, "b", JUNE),
        derived(1, 4),
        derived(SEGMENT, 2, n_sources=3),
        derived(3, None),
    ]
    schema = pa.schema([tables.memory_record().field(name) for name in KEY_COLUMNS])
    table = pa.Table.from_pylist(rows, schema)
    successors = [("n", "s", 9), None, None, None]
    now = read_keys(table, [4.0, 3.0, 2.0, 1.0], [0.4, 0.3, 0.2, 0.1], JULY, successors)
    assert [found.seqs for found in now] == [range(3, 4), range(4, 5), range(2, 5)]
    assert [found.successor for found in now] == [("n", "s", 9), None, None]
    then = read_keys(table, [0.0] * 4, [0.0] * 4, MAY, successors)
    assert then[0].successor is None


def test_the_best_of_each_kind_counts():
    keys = [key(1, 2.0, 0.1), key(1, 1.0, 0.5), key(0, 3.0, level=SEGMENT, turns=2), key(7, 9.0)]
    scores = expand_turns(keys, [*places(0, 1, 2), None])
    assert scores.statement_bm25.tolist() == [0, 2, 0, 0]
    assert scores.segment_bm25.tolist() == [3, 3, 0, 0]
    assert not scores.superseded.any()


def test_a_turn_is_out_of_date_when_the_statement_that_is_meant_is():
    moved, other = key(1, 5.0, successor=("n", "s", 8)), key(1, 1.0, 0.9)
    scores = expand_turns([other, moved], places(8, 1))
    assert scores.superseded.tolist() == [False, True]
    assert scores.successors.tolist() == [-1, 0]
    meant = key(1, 6.0)
    assert not expand_turns([other, moved, meant], places(8, 1)).superseded.any()


def test_a_turn_that_replaces_what_it_says_itself_holds():
    scores = expand_turns([key(1, 5.0, successor=("n", "s", 1))], places(1))
    assert scores.superseded.tolist() == [False]
    assert scores.successors.tolist() == [-1]


def test_an_heir_that_is_not_among_the_turns_gets_nothing():
    scores = expand_turns([key(1, 5.0, successor=("n", "s", 8))], places(1))
    assert scores.superseded.tolist() == [True]
    assert scores.successors.tolist() == [-1]


def test_nothing_is_made_of_nothing():
    scores = expand_turns([], [])
    assert scores.statement_bm25.shape == (0,)
    assert scores.successors.shape == (0,)


def test_an_heir_stands_where_what_it_replaced_would_have_stood():
    scores = np.array([0.9, 0.2, 0.4])
    lacking = succession(scores, np.array([1, -1, 1]))["succession"]
    assert np.allclose(scores + lacking, [0.9, 0.9, 0.4])
    assert succession(scores, np.array([-1, -1, -1])) == {}
    assert succession(scores, None) == {}
