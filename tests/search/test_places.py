"""Turns near places: by what is held in memory, the same as by a condition in SQL."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from memcli.memory.filters import Filters
from memcli.search.places import is_simple, turns_around
from store import Store

MARCH, MAY = datetime(2025, 3, 1, tzinfo=UTC), datetime(2025, 5, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def two(linked_once):
    """A snapshot of the sample that holds nothing and one that holds its columns."""
    store = Store.open(linked_once.path)
    bare, holding = store.snapshot(), store.snapshot()
    holding.hold()
    return bare, holding


@pytest.mark.parametrize(
    "filters",
    [
        Filters(),
        Filters(level=0),
        Filters(level=1, superseded=True),
        Filters(level=0, until=MAY),
        Filters(namespace="other"),
        Filters(type="semantic", since=MARCH),
        Filters(level=0, since=MARCH, before=MAY),
        Filters(level=0, where="seq > 3"),
        Filters(level=0, name="Mara"),
    ],
    ids=lambda filters: filters.condition()[:60],
)
def test_the_same_turns_are_found_held_or_not(two, filters):
    bare, holding = two
    rows = bare.read("memories", ["id", "namespace", "session_id", "seq"], "seq % 7 = 0")
    places = [tuple(row.values())[1:] for row in rows.to_pylist() if row["session_id"]][:40]
    hidden = bare.read("memories", ["id"], "seq % 7 = 1", limit=5)["id"].to_pylist()
    for without in ((), hidden):
        found, read = (
            sorted(turns_around(s, places, 2, filters, without)) for s in (holding, bare)
        )
        assert found == read
    assert is_simple(filters) == (filters.where is None and filters.name is None)


def test_what_is_held_needs_no_look_into_the_table(two, monkeypatch):
    bare, holding = two
    row = bare.read("memories", ["namespace", "session_id", "seq"], "seq = 3", limit=1).to_pylist()[
        0
    ]
    monkeypatch.setattr(holding, "around", lambda *_: pytest.fail("places are held"))
    assert turns_around(holding, [tuple(row.values())], 1, Filters(level=0))
