from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.memory.holds import COLUMNS, has_ended, holding, holding_rows, holds
from schemas import tables
from store.sql import run_sql

START = datetime(2025, 1, 1, tzinfo=UTC)
DAYS = st.none() | st.integers(0, 4).map(lambda n: START + timedelta(days=n))
ROWS = st.fixed_dictionaries(
    {
        "level": st.integers(0, 4),
        "type": st.sampled_from(["episodic", "semantic", "core"]),
        "superseded_by": st.sampled_from([None, "b"]),
        "valid_from": DAYS,
        "valid_to": DAYS,
    }
)
EMPTY = {"memories": tables.memory_record().empty_table()}
SCHEMA = pa.schema([field for field in tables.MEMORY_FIELDS if field.name in COLUMNS])


def day(n):
    return START + timedelta(days=n)


def row(since=0, until=None, by=None, level=1, type="semantic"):
    return dict(level=level, type=type, superseded_by=by, valid_from=day(since), valid_to=until)


@pytest.mark.parametrize(
    ("told", "wanted"),
    [
        (row(), [True, True]),
        (row(until=day(3)), [True, False]),
        (row(until=day(3), by="b"), [True, False]),
        (row(by="b"), [False, False]),  # merged
        (row(since=3, until=day(3), by="b"), [False, False]),  # corrected
        (row(until=day(1), type="episodic"), [True, True]),
        (row(until=day(1), type="episodic", by="b"), [False, False]),
        (row(until=day(1), level=2), [True, True]),
        (row(until=day(3), level=0, type="episodic"), [True, False]),
    ],
)
def test_what_was_replaced_expired_or_corrected_does_not_hold(told, wanted):
    assert [holds(told, day(2)), holds(told, day(3))] == wanted


def test_what_was_merged_into_another_has_not_ended():
    assert [has_ended(row(by="b", until=end), day(3)) for end in (None, day(3))] == [False, True]


@given(st.lists(ROWS, max_size=8), st.integers(0, 5))
def test_the_condition_in_sql_lets_through_what_holds(rows, n):
    table = pa.Table.from_pylist(rows, SCHEMA)
    numbered = table.append_column("n", pa.array(range(len(rows)), pa.int64()))
    statement = f"SELECT n FROM told WHERE {holding(day(n))} ORDER BY n"
    found = run_sql({"told": numbered, **EMPTY}, statement)["n"].to_pylist()
    assert found == [i for i, each in enumerate(rows) if holds(each, day(n))]
    assert found == [i for i, each in enumerate(holding_rows(table, day(n))) if each]
