"""Values of a user's SQL as JSON has them."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.cli.sql_rows import json_value, rows_to_records
from store.errors import BadUsage

FINITE = st.decimals(allow_nan=False, allow_infinity=False)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (float("nan"), None), (float("-inf"), None), (True, True), (None, None),
        (Decimal("3.00"), 3), (Decimal("0.5"), 0.5), (2**70, 2**70),
        (datetime(2026, 3, 1, 9, 30), "2026-03-01T09:30:00Z"),
        (datetime(2026, 3, 1, tzinfo=UTC), "2026-03-01T00:00:00Z"),
        (date(2026, 3, 1), "2026-03-01"), (time(9, 30), "09:30:00"),
        (timedelta(minutes=1.5), "90 s"), (b"a\xff", "a\\xff"),
        ((1, 2, 3_000_000_000), "P1M2DT3S"), ((1, "a"), [1, "a"]),
        ({1: [date(2026, 3, 1)]}, {"1": ["2026-03-01"]}),
    ],
)  # fmt: skip
def test_each_value_has_its_form(value, shown):
    assert json_value(value) == shown


@given(
    st.recursive(
        st.none() | st.floats() | st.datetimes() | st.binary() | FINITE,
        lambda inner: st.lists(inner) | st.dictionaries(st.integers(), inner),
    )
)
def test_whatever_comes_is_strict_json(value):
    json.dumps(json_value(value), allow_nan=False)


def test_a_column_called_kind_wins_and_numbers_are_as_short_as_they_were_written():
    table = pa.table({"kind": ["mine"], "x": pa.array([0.1], pa.float32())})
    assert list(rows_to_records(table)) == [{"kind": "mine", "v": 1, "x": 0.1}]


def test_what_python_cannot_hold_is_named_by_its_column():
    table = pa.table({"far": pa.array([2**62], pa.timestamp("s"))})
    with pytest.raises(BadUsage, match="column 'far'"):
        list(rows_to_records(table))
