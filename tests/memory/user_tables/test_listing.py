"""Tables of the user's own as records."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from memcli.memory.user_tables.listing import as_json, listed
from memcli.records import from_wire
from store import Store
from tests.support.user_tables import stocked


def test_tables_are_told_with_their_columns_key_and_rows(empty_store):
    store = Store.open(empty_store)
    stocked(store, {"item": "flour"})
    (record,) = listed(store.snapshot(), None)
    assert from_wire(dict(record)).rows == 1
    assert record["columns"][1] == {"name": "left", "type": "integer"}
    assert record["key"] == ["item"]
    assert [one["rows"] for one in listed(store.snapshot(), "other")] == [0]
    assert [*listed(store.snapshot(1), None)] == []


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (date(2026, 5, 1), "2026-05-01"),
        (datetime(2026, 5, 1, 8, tzinfo=UTC), "2026-05-01T08:00:00Z"),
        (1.5, 1.5),
        (None, None),
    ],
)
def test_values_are_told_as_json_has_them(value, told):
    assert as_json(value) == told
