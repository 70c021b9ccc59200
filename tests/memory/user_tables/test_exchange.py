"""Tables of the user's own between two stores."""

from __future__ import annotations

import pytest

from memcli.memory.user_tables.exchange import TakenTables, records_of
from memcli.records import from_wire
from store import Store
from store.errors import BadRecord
from tests.support.user_tables import NOW, stocked


@pytest.fixture
def told(empty_store):
    store = Store.open(empty_store)
    stocked(store, {"item": "flour", "left": 2}, {"item": "tea", "more": {"a": [None]}})
    return [*records_of(store.snapshot(), None)]


def taken(store, records, namespace=None):
    tables = TakenTables(namespace)
    tables.add(from_wire(record) for record in records)
    with store.transaction("ingest") as transaction:
        tables.write(transaction, NOW)
        if transaction.changed:
            transaction.publish()
    return [*records_of(store.snapshot(), None)]


def test_what_is_told_is_the_table_then_its_rows(told):
    assert [record["kind"] for record in told] == ["table", "table_row", "table_row"]
    assert told[0]["key"] == ["item"]
    assert told[1]["values"] == {"item": "flour", "left": 2}
    assert told[2]["values"] == {"item": "tea", "more": {"a": [None]}}


def test_it_is_the_same_in_another_store_however_often_it_is_taken(told, stamped):
    assert taken(stamped, told) == told
    assert taken(stamped, told[1:]) == told
    assert stamped.head().number == 2


def test_a_namespace_can_be_given(told, stamped):
    assert {row["namespace"] for row in taken(stamped, told, "work")[1:]} == {"work"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"name": "memories"}, "means something else"),
        ({"columns": []}, "needs columns"),
        ({"columns": [{"name": "_id", "type": "text"}]}, "cannot be the name"),
        ({"key": ["no"]}, "no column 'no'"),
    ],
)
def test_a_table_that_cannot_be_is_refused(told, stamped, change, said):
    with pytest.raises(Exception, match=said):
        taken(stamped, [told[0] | change])


def test_rows_without_their_table_or_that_do_not_fit_it_are_refused(told, stamped):
    with pytest.raises(BadRecord, match="there is no table 'stock'"):
        taken(stamped, told[1:])
    with pytest.raises(BadRecord, match="does not fit column 'left'"):
        taken(stamped, [told[0], told[1] | {"values": {"left": "x"}}])


@pytest.fixture
def stamped(empty_once, tmp_path):
    import shutil

    return Store.open(shutil.copytree(empty_once, tmp_path / "other"))
