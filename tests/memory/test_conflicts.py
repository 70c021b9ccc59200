"""What other writers may do between reading and writing."""

import pytest
from msgspec.structs import replace

from memcli.memory.conflicts import ONLY_ADDED, refuse_conflicts
from store import Store
from store.commits import EncoderStamp
from store.errors import CommitConflict

TOY = EncoderStamp("toy", 8, "0" * 64)


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """A store after an ingest, a link and an undo that wrote nothing."""
    made = Store.create(tmp_path_factory.mktemp("meanwhile") / "store", TOY)
    for command in ("ingest", "link"):
        with made.transaction(command) as transaction:
            transaction.publish()
    with made.transaction("undo") as transaction:
        transaction.restores = 1
        transaction.publish()
    return made


def commit(store, number):
    return store.snapshot(number).commit


def test_new_turns_do_no_harm(store):
    refuse_conflicts(store, commit(store, 1), commit(store, 2))


def test_another_step_changes_what_was_read(store):
    with pytest.raises(CommitConflict, match="link changed the store"):
        refuse_conflicts(store, commit(store, 1), commit(store, 3))
    refuse_conflicts(store, commit(store, 1), commit(store, 3), harmless=None)


def test_a_step_that_only_added_does_no_harm(store, tmp_path):
    made = Store.create(tmp_path / "store", TOY)
    for told in ({ONLY_ADDED: True}, {}):
        with made.transaction("sync", told) as transaction:
            transaction.publish()
    refuse_conflicts(made, commit(made, 1), commit(made, 2))
    with pytest.raises(CommitConflict, match="sync changed the store"):
        refuse_conflicts(made, commit(made, 1), commit(made, 3))


def test_an_undo_takes_memories_out(store):
    with pytest.raises(CommitConflict, match="taken out"):
        refuse_conflicts(store, commit(store, 3), commit(store, 4), harmless=None)


def test_another_encoder_is_another_store(store):
    moved = replace(commit(store, 2), encoder=replace(TOY, name="other"))
    with pytest.raises(CommitConflict, match="another encoder"):
        refuse_conflicts(store, commit(store, 1), moved)
