"""Running summary of a namespace"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from memcli.consolidation.summaries.running import LINES, running_ids

START = datetime(2031, 5, 1, tzinfo=UTC)


def statement(n, importance=0.8, **fields):
    names = "subject attribute value seq"
    known = {"id": f"{n:03}", "type": "semantic", "text": f"I did the thing number {n}."}
    when = {"session_id": f"s{n}", "happened_at": START + timedelta(days=n)}
    return {**dict.fromkeys(names.split()), **known, **when, "importance": importance, **fields}


def test_the_best_of_each_part_of_the_time_stands_for_it():
    some = [statement(n, 0.9 if n % 2 else 0.7) for n in range(16)]
    assert running_ids(some) == tuple(f"{n:03}" for n in range(1, 16, 2))


def test_secrets_trifles_and_short_histories_tell_nothing():
    assert running_ids([statement(n) for n in range(2)]) == ()
    assert running_ids([statement(n, 0.1) for n in range(9)]) == ()
    assert running_ids([statement(n, type="vault") for n in range(9)]) == ()


@given(st.lists(st.tuples(st.integers(0, 30), st.floats(0, 1)), unique_by=lambda t: t[0]))
def test_it_has_few_lines_in_order_of_time_whatever_the_order(given_):
    some = [statement(n, importance) for n, importance in given_]
    found = running_ids(some)
    assert len(found) <= LINES
    assert list(found) == sorted(found)
    assert found == running_ids(some[::-1])
