"""What SQL changes in tables of the user's own."""

from __future__ import annotations

import pytest

from memcli.memory.user_tables.sql_changes import work_out
from store import Store
from store.errors import BadUsage, CommitConflict
from tests.support.user_tables import NOW, stocked


@pytest.fixture
def store(empty_store):
    store = Store.open(empty_store)
    stocked(store, {"item": "flour", "left": 2}, {"item": "tea", "left": 1})
    return store


def written(store, statement, namespace=None):
    changes = work_out(store.snapshot(), statement, namespace, 10.0, lambda error: None)
    with store.transaction("sql") as transaction:
        changes.write(transaction, namespace or "default", NOW)
        transaction.publish()
    return changes.counts()


def rows_in(store, namespace=None):
    found = store.snapshot().run_statement('from stock order by item, "left"', namespace=namespace)
    return [(row["item"], row["left"]) for row in found.rows.to_pylist()]


def ids(store):
    rows = store.snapshot().read(store.head().tables and _key(store), ["item", "_id"]).to_pylist()
    return {row["item"]: row["_id"] for row in rows}


def _key(store):
    return next(key for key in store.head().tables if key.startswith("user."))


def test_what_it_changes_is_written_and_rows_stay_the_same_rows(store):
    before = ids(store)
    assert written(store, "UPDATE stock SET \"left\" = 7 WHERE item = 'tea'") == {"stock": 1}
    assert rows_in(store) == [("flour", 2), ("tea", 7)]
    assert ids(store) == before
    assert written(store, "DELETE FROM stock WHERE item = 'flour'") == {"stock": 1}
    assert rows_in(store) == [("tea", 7)]


def test_a_namespace_sees_and_changes_its_own(store):
    assert written(store, "INSERT INTO stock VALUES ('tea', 5, NULL)", "work") == {"stock": 1}
    assert written(store, 'UPDATE stock SET "left" = 0', "work") == {"stock": 1}
    assert rows_in(store) == [("flour", 2), ("tea", 0), ("tea", 1)]
    assert rows_in(store, "work") == [("tea", 0)]


def test_what_others_changed_meanwhile_is_not_overwritten(store):
    changes = work_out(store.snapshot(), "DELETE FROM stock", None, 10.0, lambda error: None)
    written(store, 'UPDATE stock SET "left" = 7')
    with store.transaction("sql") as transaction, pytest.raises(CommitConflict):
        changes.write(transaction, "default", NOW)


def test_a_table_that_is_rolled_back_is_as_it_was(store):
    with store.transaction("sql") as transaction:
        work_out(store.snapshot(), "DELETE FROM stock", None, 10.0, lambda error: None).write(
            transaction, "default", NOW
        )
    assert written(store, "DELETE FROM stock WHERE item = 'tea'") == {"stock": 1}


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE stock SET more = '{'", "what is no JSON"),
        ("INSERT INTO stock VALUES ('tea', 1, NULL)", "two rows of stock would have item tea"),
        ("INSERT INTO stock VALUES (NULL, 1, NULL)", "a row of stock would have no item"),
    ],
)
def test_what_no_table_may_have_is_refused(store, statement, said):
    with pytest.raises(BadUsage, match=said):
        written(store, statement)
    assert rows_in(store) == [("flour", 2), ("tea", 1)]
