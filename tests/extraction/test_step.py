"""The work of an extraction on a store."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from memcli.extraction.step import ExtractStep
from memcli.memory.known_ids import KnownIds
from memcli.models.encoder import Encoder
from store import Store
from store.errors import CommitConflict, InputNotFound
from tests.support.talked_stores import grow, line

NOW = datetime(2031, 6, 1, tzinfo=UTC)
ENCODER = Encoder.load("static-256")
FIRST = [
    line("I moved to Ghent last May.", "2031-05-01T10:00:00Z", "a"),
    line("I keep two goats in the yard.", "2031-05-01T10:01:00Z", "a"),
]


@pytest.fixture
def store(empty_store):
    opened = Store.open(empty_store)
    grow(opened, FIRST)
    return opened


def step_of(store):
    return ExtractStep(store, ENCODER, NOW)


def test_what_is_extracted_is_not_pending_any_more(store):
    step = step_of(store)
    assert step.pending(None, None) == []
    assert step.commit({}) is None


def test_without_the_watermark_the_segments_say_what_is_done(store):
    with store.transaction("compact") as transaction:
        transaction.watermarks["extract"] = 0
        transaction.publish()
    step = step_of(store)
    assert step.pending(None, None) == []
    assert step.commit({}).watermarks["extract"] == 2


def test_a_namespace_or_turns_bound_what_is_pending(store, run):
    more = '{"content": "Pip is a cat.", "session_id": "b", "namespace": "home", "id": "pip"}'
    run("ingest", "--store", store.layout.root, stdin=more)
    ids = store.snapshot().read("memories", ["id"], "ref = 'pip'")["id"].to_pylist()
    assert [key.session_id for key in step_of(store).pending("home", None)] == ["b"]
    assert step_of(store).pending("default", None) == []
    assert [key.session_id for key in step_of(store).pending(None, ids)] == ["b"]
    with pytest.raises(InputNotFound):
        step_of(store).pending(None, ["nobody"])


def test_a_session_that_grew_adds_what_is_new_and_replaces_its_segments(store):
    before = store.snapshot().read("memories", ["id"], "level = 1")["id"].to_pylist()
    grow(store, [*FIRST, line("I sold the goats.", "2031-05-01T10:02:00Z", "a")])
    snapshot = store.snapshot()
    assert set(before) < set(snapshot.read("memories", ["id"], "level = 1")["id"].to_pylist())
    (live,) = snapshot.read("memories", ["id"], "level = 3 AND superseded_by IS NULL").to_pylist()
    where = "level = 3 AND superseded_by IS NOT NULL"
    (old,) = snapshot.read("memories", ["superseded_by"], where).to_pylist()
    assert old["superseded_by"] == live["id"]


def test_another_step_meanwhile_is_a_conflict(store, run):
    more = '{"content": "I like tea.", "session_id": "b", "name": "Ida"}'
    run("ingest", "--store", store.layout.root, stdin=more)
    step = step_of(store)
    step.run(step.pending(None, None))
    with store.transaction("link") as transaction:
        transaction.publish()
    with pytest.raises(CommitConflict):
        step.commit({})


def test_rows_that_another_writer_added_are_left_out(store):
    snapshot = store.snapshot()
    (batch,) = snapshot.table("memories").batches(["id"], "level = 1")
    assert batch.num_rows
    assert KnownIds(snapshot).without(batch).num_rows == 0
