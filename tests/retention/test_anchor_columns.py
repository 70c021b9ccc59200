"""What the retention of memories rests on, read in batches and put together in arrays."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.memory.states import State
from memcli.retention import anchor_columns, anchor_index
from memcli.retention.anchor_columns import _importance, anchor_batches, together
from memcli.retention.anchor_index import AnchorIndex, _distinct, _told_of_both
from schemas import tables
from store import Store

MADE = datetime(2031, 1, 1, 9, tzinfo=UTC)
DAY, TONIGHT = datetime(2031, 1, 9, tzinfo=UTC), datetime(2031, 1, 10, tzinfo=UTC)


def test_a_turn_matters_as_the_statement_that_holds_and_matters_most():
    rows = pa.record_batch(
        {
            #                    turns of which: two stated, one replaced, read, unread; others
            "level": pa.array([0, 0, 0, 0, 1, 1, 1, 2, 3], pa.int8()),
            "replaced": [False] * 6 + [True, False, True],
            "importance": [None, None, None, None, 0.3, 0.7, 0.9, None, None],
            "unstated": [0.2] * 9,
        }
    )
    stated = np.array([0.7, *[-np.inf] * 8], np.float32)
    was_read = np.array([True] * 3 + [False] * 6)
    found = _importance(rows, stated, was_read)
    assert found == pytest.approx([0.7, 0.2, 0.2, 0.4, 0.3, 0.7, 0.45, 0.1, 0.01])


@given(
    st.lists(st.tuples(st.integers(0, 5), st.integers(0, 3)), max_size=12),
    st.lists(st.tuples(st.integers(3, 5), st.integers(0, 2)), max_size=8),
)
def test_recalls_of_statements_are_of_their_turns_and_those_of_turns_of_statements(asked, made):
    levels = np.array([0, 0, 0, 1, 1, 2])
    owner, at = (np.array([pair[n] for pair in asked], np.int64) for n in (0, 1))
    pairs = sorted(set(made))
    wholes, parts = (np.array([pair[n] for pair in pairs], np.int64) for n in (0, 1))
    said = levels[wholes] == 1
    told = _told_of_both(owner, at, wholes[said], parts[said])
    found = _distinct([owner, told[0]], [at, told[1]])
    wanted = set(asked)
    for statement, turn in pairs:
        if levels[statement] == 1:
            wanted |= {(turn, t) for id_, t in asked if id_ == statement}
            wanted |= {(statement, t) for id_, t in asked if id_ == turn}
    assert list(zip(*(each.tolist() for each in found), strict=True)) == sorted(wanted)


def memories(*rows: dict) -> pa.Table:
    fixed = {"namespace": "n", "type": "episodic", "text": "", "recorded_at": MADE, "encoder": "e"}
    return pa.Table.from_pylist(
        [fixed | row for row in rows],
        pa.schema([f for f in tables.memories(256)]),
    )


def strength(id_: str, **more: object) -> dict:
    plain = {"state": "active", "retention": 0.5, "stability_days": 5.0, "n_accesses": 1}
    return {"id": id_, "recorded_at": MADE} | plain | more


def test_what_rows_say_of_one_another_is_put_together(empty_store, monkeypatch):
    """Read two rows at a time."""
    for module in (anchor_columns, anchor_index):
        monkeypatch.setattr(module, "ROWS_A_BATCH", 2)
    store = Store.open(empty_store)
    turns = memories(
        {"id": "t2", "level": 0, "text": "x" * 25},
        {"id": "t1", "level": 0, "type": "core", "namespace": "m"},
        {"id": "s1", "level": 1, "source_ids": ["t1", "gone"], "importance": 0.6},
        {"id": "g1", "level": 2, "source_ids": ["t2", "t1"]},
    )
    gone = memories({"id": "a1", "level": 0}, {"id": "a2", "level": 0})
    rows = [
        strength("a1"),
        strength("a2", state="archived", retention=None, stability_days=None),
        strength("t2", state="dormant", n_accesses=4, last_access_at=MADE),
        strength("elsewhere", state="hidden"),
    ]
    recalled = [
        {"id": "s1", "accessed_at": MADE.replace(day=n), "query": "q", "rank": 1} for n in (9, 2)
    ]
    recalled += [{"id": "s1", "accessed_at": TONIGHT, "query": "later", "rank": 1}]
    recalled += [{"id": "g1", "accessed_at": MADE, "times": 7, "days": [22279, 22280]}]
    with store.transaction("test") as transaction:
        transaction.append("memories", turns)
        transaction.append("archive", gone)
        transaction.append("strengths", pa.Table.from_pylist(rows, tables.strengths()))
        transaction.publish()
    store.record_accesses(pa.Table.from_pylist(recalled, tables.accesses()))
    index = AnchorIndex(store.snapshot(), TONIGHT)
    some = list(anchor_batches(store.snapshot(), index, DAY))
    assert [each.ids.to_pylist() for each in some] == [["t2", "t1"], ["a1", "a2"], ["s1", "g1"]]
    known = together(some, len(index))
    assert known.ids.to_pylist() == ["a1", "a2", "g1", "s1", "t1", "t2"]
    assert [p.tolist() for p in known.parts] == [[2, 2, 3], [4, 5, 4]]
    assert known.namespaces.tolist() == ["n", "n", "n", "n", "m", "n"]
    assert known.is_kept.tolist() == [False, False, False, False, True, False]
    assert known.states.tolist() == [*["archived"] * 2, *["active"] * 3, State.dormant]
    assert known.counted.tolist() == [1, 0 + 1, 0, 0, 0, 4]
    assert known.is_by_hand.tolist() == [False, True, False, False, False, False]
    assert known.set_at.to_pylist() == [None, MADE, None, None, None, None]
    assert known.importance == pytest.approx([0.4, 0.4, 0.1, 0.6, 0.6, 0.4 * (1 - np.exp(-1))])
    assert known.length.tolist() == [1, 1, 2, 2, 1, 1]
    # Of g1 two days, and five recalls more on the same; of s1 two, and of its turn as many.
    assert known.recalls.times.tolist() == [0, 0, 7, 2, 2, 1]
    assert known.recalls.owner.tolist() == [2, 2, 3, 3, 4, 4, 5]
    assert known.last_recall.to_pylist()[3:] == [MADE.replace(day=9), MADE.replace(day=9), MADE]
