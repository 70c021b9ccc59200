"""Tables of the user's own, in the commits of a store."""

from __future__ import annotations

import shutil
from pathlib import Path

import pyarrow as pa

from memcli.memory.user_tables.columns import Column, Definition
from store import Store
from store.backup import back_up
from store.check import check
from store.compact import compact
from store.purge import remove_history, rewrite, unfinished_purge
from store.repair import copy_beside, repaired
from store.trust import FULL
from store.user_tables import (
    born_at,
    is_user_table,
    key_of,
    name_of,
    user_tables,
)
from tests.store.conftest import MOMENT

THINGS = Definition((Column("what", "text"), Column("left", "integer")), ("what",))


def rows(*things):
    own = {"_namespace": "default", "_recorded_at": MOMENT}
    given = [{"what": what, "left": left, "_id": what, **own} for what, left in things]
    return pa.Table.from_pylist(given, schema=THINGS.to_schema())


def make(store, name, *things):
    with store.transaction("table") as transaction:
        key = transaction.make_user_table(name, THINGS.to_schema())
        if things:
            transaction.append(key, rows(*things))
        transaction.publish()
    return key


def append(store, key, *things):
    with store.transaction("table") as transaction:
        transaction.append(key, rows(*things))
        transaction.publish()


def drop(store, key):
    with store.transaction("table") as transaction:
        transaction.drop_user_table(key)
        return transaction.publish()


def things_in(store, name, at=None):
    snapshot = store.snapshot(at)
    tables = user_tables(snapshot.commit.tables)
    return None if name not in tables else snapshot.read(tables[name], ["what"])["what"].to_pylist()


def errors(store):
    return [one.what for one in check(store) if one.severity == "error"]


def folders(store):
    return sorted(path.name for path in store.layout.tables.glob("user.*"))


def test_a_key_says_the_name_and_the_commit_that_made_it():
    key = key_of("stock", 12)
    assert key == "user.stock.00000012"
    assert (name_of(key), born_at(key), is_user_table(key)) == ("stock", 12, True)
    for other in ("memories", "user.stock", "user.Stock.00000001", "user.a.b.00000001"):
        assert (is_user_table(other), born_at(other), name_of(other)) == (False, 0, other)


def test_it_is_in_the_commits_as_the_rest_is(store, save):
    key = make(store, "stock", ("flour", 2))
    append(store, key, ("tea", 1))
    save(store, "a memory")
    assert things_in(store, "stock") == ["flour", "tea"]
    assert things_in(store, "stock", at=2) == ["flour"]
    assert things_in(store, "stock", at=1) is None
    assert errors(store) == []


def test_undo_takes_it_back_to_any_state(store):
    key = make(store, "stock", ("flour", 2))
    append(store, key, ("tea", 1))
    drop(store, key)
    assert things_in(store, "stock") is None
    store.undo()
    assert things_in(store, "stock") == ["flour", "tea"]
    store.undo(to="2")
    assert things_in(store, "stock") == ["flour"]
    store.undo(to="1")
    assert things_in(store, "stock") is None
    store.undo(to="3")
    assert things_in(store, "stock") == ["flour", "tea"]
    append(store, user_tables(store.head().tables)["stock"], ("salt", 1))
    assert things_in(store, "stock") == ["flour", "tea", "salt"]
    assert errors(store) == []


def test_a_name_given_again_is_another_table(store):
    first = make(store, "stock", ("flour", 2))
    drop(store, first)
    second = make(store, "stock", ("tea", 1))
    assert first != second
    assert things_in(store, "stock", at=2) == ["flour"]
    assert things_in(store, "stock") == ["tea"]
    store.undo(to="2")
    assert things_in(store, "stock") == ["flour"]
    assert errors(store) == []


def test_what_a_killed_writer_left_goes_with_the_next(store, save):
    folder = store.layout.table(key_of("stock", 2))
    make(store, "other")
    shutil.copytree(store.layout.table(key_of("other", 2)), folder)
    unborn = store.layout.table(key_of("stock", 9))
    shutil.copytree(folder, unborn)
    save(store, "a memory")
    assert not unborn.exists()
    assert folder.exists()  # an undo may name it


def test_compact_removes_what_no_kept_commit_names(store, save):
    key = make(store, "stock", ("flour", 2))
    drop(store, key)
    save(store, "a memory")
    compact(store, keep_commits=9)
    assert folders(store) == [f"{key}.lance"]
    compact(store, keep_commits=1)
    assert folders(store) == []
    assert errors(store) == []


def test_a_purge_leaves_nothing_of_it_and_is_finished_when_it_was_killed(store):
    kept, gone = make(store, "kept", ("salt", 1)), make(store, "gone", ("flour", 2))
    with store.transaction("forget", {"purge": True}) as transaction:
        transaction.drop_user_table(gone)
        rewrite(transaction, lambda table, batch: batch)
    assert unfinished_purge(store) is not None
    with store.transaction("forget"):
        remove_history(store)
    assert unfinished_purge(store) is None
    assert folders(store) == [f"{kept}.lance"]
    assert things_in(store, "kept") == ["salt"]
    assert errors(store) == []


def test_a_transaction_that_is_not_published_leaves_none(store):
    with store.transaction("table") as transaction:
        transaction.make_user_table("stock", THINGS.to_schema())
    assert folders(store) == []
    key = make(store, "stock", ("flour", 2))
    drop(store, key)
    with store.transaction("undo") as transaction:
        transaction.restore(store.snapshot(2))
    store.undo()
    assert things_in(store, "stock") == ["flour"]


def test_a_backup_has_it_and_nothing_newer(store, tmp_path):
    make(store, "stock", ("flour", 2))
    shutil.copytree(store.layout.table(key_of("stock", 2)), store.layout.table(key_of("late", 7)))
    back_up(store, tmp_path / "backup", may_link=False)
    copy = Store.open(tmp_path / "backup")
    assert things_in(copy, "stock") == ["flour"]
    assert folders(copy) == ["user.stock.00000002.lance"]


def test_repair_saves_its_rows(store):
    key = make(store, "stock", ("flour", 2))
    append(store, key, ("tea", 1))
    append(store, key, ("salt", 1))
    files = sorted(
        store.layout.table(key).glob("data/*.lance"), key=lambda path: path.stat().st_mtime
    )
    files[1].unlink()
    assert errors(store)
    done = repaired(store.layout.root, FULL, copy_beside(store.layout.root))
    assert "2 of 3 rows of stock are saved (1 are lost)" in " ".join(done.steps)
    mended = Store.open(store.layout.root)
    assert sorted(things_in(mended, "stock")) == ["flour", "salt"]
    assert errors(mended) == []
    assert Definition.of(mended.snapshot().table(key)) == THINGS


def test_a_lost_commit_that_made_one_is_written_anew(store, save):
    key = make(store, "stock", ("flour", 2))
    Path(store.layout.commits / "00000002.json").write_bytes(b"")
    repaired(store.layout.root, FULL, copy_beside(store.layout.root))
    mended = Store.open(store.layout.root)
    assert things_in(mended, "stock") == ["flour"]
    assert key in mended.head().tables
    assert errors(mended) == []


def test_sql_sees_it_by_its_name_within_a_namespace(store):
    key = make(store, "stock", ("flour", 2))
    other = rows(("tea", 1)).set_column(3, "_namespace", pa.array(["work"]))
    with store.transaction("table") as transaction:
        transaction.append(key, other)
        transaction.publish()
    snapshot = store.snapshot()
    statement = "SELECT * FROM stock ORDER BY what"
    assert snapshot.run_statement(statement).rows.to_pylist() == [
        {"what": "flour", "left": 2},
        {"what": "tea", "left": 1},
    ]
    assert snapshot.run_statement(statement, namespace="work").rows.to_pylist() == [
        {"what": "tea", "left": 1}
    ]
    assert snapshot.run_statement(statement, namespace="none").rows.num_rows == 0
