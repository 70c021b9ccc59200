"""Rescues: where the rows of a broken table are looked for."""

from __future__ import annotations

from store.integrity import survey
from store.rescues import rescue_of
from tests.support.damage import flip, newest


def rescue(store, name="memories"):
    return rescue_of(store, store.head(), name, survey(store))


def test_the_steps_to_the_state_come_newest_first_without_what_was_undone(store, save):
    versions = [save(store, text).tables["memories"].version for text in "ab"]
    store.undo()
    last = save(store, "c").tables["memories"].version
    found = rescue(store)
    assert found.version == found.asked == last
    commands = [command for command, _ in found.steps]
    assert commands == ["write", "undo", "write", "init"]
    assert [version for _, version in found.steps][0::2] == [last, versions[0]]
    assert list(found.files) == []


def test_of_a_version_that_is_gone_the_newer_files_are_named(store, save):
    save(store, "a")
    save(store, "b")
    data = newest(store, "memories.lance/data/*")
    newest(store, "memories.lance/_versions/*.manifest").unlink()
    found = rescue(store)
    assert found.version < found.asked
    assert list(found.files) == [data]


def test_damage_is_named_below_the_table_and_rows_of_the_other_one_are_kept_out(store, save):
    save(store, "a", "b")
    with store.transaction("archive") as transaction:
        transaction.move("memories", "archive", ["a"])
        transaction.publish()
    data = newest(store, "memories.lance/data/*")
    flip(data)
    found = rescue(store)
    assert found.damaged == {f"data/{data.name}"}
    assert found.kept_out == {("a",)}
    assert rescue(store, "links").kept_out == set()
