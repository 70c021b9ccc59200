"""Joins of what two stores have: the same whichever comes first, however often."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.algorithms.replication import (
    NameDecision,
    OwnRow,
    Stamp,
    TurnPlace,
    joined_decision,
    joined_latest,
    joined_link,
    joined_own_row,
    joined_row,
    joined_stamps,
    joined_state,
    joined_tombstones,
    later,
    least,
    next_stamp,
    places,
)

START = datetime(2026, 1, 1, tzinfo=UTC)
moments = st.integers(0, 3).map(lambda n: START + timedelta(hours=n))
stamps = st.builds(Stamp, st.booleans(), moments, st.sampled_from("ab"))
values = st.sampled_from([None, "x", "y", 1.5, ["k"], START])
COLUMNS = ("text", "pinned")


@st.composite
def copies(draw):
    """A row with the stamps of its columns."""
    row = {"recorded_at": draw(moments), **{name: draw(values) for name in COLUMNS}}
    return row, draw(st.dictionaries(st.sampled_from(COLUMNS), stamps))


def join_copies(one, other):
    row = joined_row(one[0], other[0], one[1], other[1])
    return row, joined_stamps(one[1], other[1])


strengths = st.fixed_dictionaries(
    {
        "state": st.sampled_from(["active", "hidden", "archived"]),
        "retention": st.sampled_from([None, 0.5]),
        "stability_days": st.sampled_from([None, 3.0]),
        "recorded_at": moments,
    }
)
states = st.tuples(strengths, st.none() | stamps)


def join_states(one, other):
    row = joined_state(one[0], other[0], one[1], other[1])
    return row, later(one[1], other[1])


links = st.fixed_dictionaries({"recorded_at": moments, "weight": st.sampled_from([0.1, 0.9])})
decisions = st.builds(
    NameDecision, st.booleans(), st.none() | stamps, moments, st.sampled_from(["a", "b"])
)
graves = st.fixed_dictionaries(
    {
        "hash": st.sampled_from("hi"),
        "turn": st.sampled_from([None, "t"]),
        "key": st.sampled_from([None, "k"]),
        "kind": st.sampled_from(["id", "content", "lifted"]),
        "recorded_at": moments,
    }
)
verdicts = st.tuples(st.sampled_from("qr"), st.integers(0, 5), st.booleans())


def join_verdicts(one, other):
    return joined_latest([*one, *other], lambda v: v[0], lambda v: (v[1], v[0], v[2]), most=1)


def join_graves(one, other):
    return joined_tombstones([*one, *other])


JOINS = {
    "rows": (copies(), join_copies),
    "states": (states, join_states),
    "stamps": (st.dictionaries(st.sampled_from("xy"), stamps), joined_stamps),
    "links": (links, joined_link),
    "decisions": (decisions, joined_decision),
    "least": (values, lambda one, other: least((one, other))),
    "verdicts": (st.lists(verdicts, max_size=4), join_verdicts),
    "graves": (st.lists(graves, max_size=4), join_graves),
}


@pytest.mark.parametrize("name", JOINS)
@given(data=st.data())
def test_a_join_is_the_same_in_any_order_and_as_often_as_it_is_made(name, data):
    copies_of, join = JOINS[name]
    one, two, three = (data.draw(copies_of) for _ in range(3))
    assert join(one, two) == join(two, one)
    assert join(join(one, two), three) == join(one, join(two, three))
    both = join(one, two)
    assert join(both, both) == both
    assert join(both, two) == both
    assert reduce(join, [three, one, two, one, three]) == reduce(join, [one, two, three])


@given(st.none() | stamps, st.booleans(), moments, st.sampled_from("ab"))
def test_what_is_written_comes_after_what_it_overwrites(known, by_hand, now, store):
    new = next_stamp(known, by_hand, now, store)
    assert later(known, new) == new
    assert known is None or known < new


def test_a_person_wins_over_a_rule_and_the_later_over_the_earlier():
    rule, hand = Stamp(False, START + timedelta(days=9), "a"), Stamp(True, START, "b")
    row = {"recorded_at": START, "superseded_by": "by rule"}
    said = {"recorded_at": START, "superseded_by": "by hand"}
    joined = joined_row(row, said, {"superseded_by": rule}, {"superseded_by": hand})
    assert joined["superseded_by"] == "by hand"
    assert joined_row(row, said, {}, {"superseded_by": rule})["superseded_by"] == "by hand"


def test_what_was_never_changed_is_as_the_first_store_had_it():
    one = {"recorded_at": START, "session_id": "file"}
    other = {"recorded_at": START + timedelta(hours=1), "session_id": "copy of file"}
    assert joined_row(other, one, {}, {}) == one


def test_what_a_purge_took_away_stays_away_and_what_was_not_known_is_filled_in():
    stamp = {"superseded_by": Stamp(True, START, "a")}
    gone = {"recorded_at": START, "superseded_by": None}
    there = {"recorded_at": START, "superseded_by": "x"}
    assert joined_row(there, gone, stamp, stamp) == gone
    assert joined_row(there, gone, {}, {}) == there


def test_a_state_set_by_hand_before_there_were_stamps_outlives_what_was_computed():
    hidden = {"state": "hidden", "retention": None, "stability_days": None, "recorded_at": START}
    computed = {
        "state": "dormant", "retention": 0.1, "stability_days": 4.0,
        "recorded_at": START + timedelta(days=5),
    }  # fmt: skip
    assert joined_state(computed, hidden, None, None) == hidden
    stamp = Stamp(True, START + timedelta(days=1), "b")
    assert joined_state(computed, hidden, stamp, None) == computed


def test_a_purge_wins_over_its_being_allowed_at_the_same_time():
    row = {"hash": "h", "turn": None, "key": None, "recorded_at": START}
    assert joined_tombstones([row | {"kind": "lifted"}, row | {"kind": "id"}])[0]["kind"] == "id"
    late = row | {"kind": "lifted", "recorded_at": START + timedelta(hours=1)}
    assert joined_tombstones([late, row | {"kind": "id"}]) == [late]


def test_turns_stand_by_time_then_by_their_first_place():
    turns = [
        TurnPlace(START + timedelta(hours=1), 0, "c"), TurnPlace(START, 1, "a"),
        TurnPlace(START, 0, "z"), TurnPlace(None, 7, "n"), TurnPlace(START, None, "b"),
    ]  # fmt: skip
    assert places(turns) == {"n": 0, "z": 1, "a": 2, "b": 3, "c": 4}


@given(st.permutations([TurnPlace(START, n % 2, f"{n}") for n in range(5)]))
def test_the_order_of_turns_is_that_of_no_store(turns):
    assert places(turns) == {"0": 0, "2": 1, "4": 2, "1": 3, "3": 4}


own_rows = st.builds(
    OwnRow,
    st.none()
    | st.builds(lambda at, n: {"recorded_at": at, "values": n}, moments, st.integers(0, 2)),
    st.none() | st.builds(Stamp, st.just(True), moments, st.sampled_from("ab")),
)


@given(own_rows, own_rows, own_rows)
def test_rows_of_the_users_own_come_to_the_same_in_any_order(one, two, three):
    joined = joined_own_row
    assert joined(one, two) == joined(two, one)
    assert joined(joined(one, two), three) == joined(one, joined(two, three))
    assert joined(one, one) == one


def test_a_row_that_was_taken_out_later_is_gone():
    at = datetime(2026, 3, 1, tzinfo=UTC)
    row = {"recorded_at": at, "values": 1}
    gone = OwnRow(None, Stamp(True, at, "a"))
    assert joined_own_row(OwnRow(row), gone).row is None
    assert joined_own_row(OwnRow(row), OwnRow(None)).row == row
    assert joined_own_row(OwnRow(row, Stamp(True, at + timedelta(1), "a")), gone).row == row
