"""Notes of a line each, in one transaction."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from memcli.ingestion.notes import NoteFields, NoteStep, note_rows, secrets_in
from memcli.ingestion.redacting import Redactor
from memcli.models.encoder import Encoder
from store import Store

NOON = datetime(2025, 3, 1, 12, tzinfo=UTC)
ENCODER = Encoder.load("static-256")


@pytest.fixture
def store(empty_store):
    return Store.open(empty_store)


def add(store, *texts, dry_run=False):
    step = NoteStep(store, lambda: ENCODER, note_rows(texts, NoteFields(NOON), NOON), NOON)
    if dry_run:
        step.prepare(step.snapshot)
    return step, None if dry_run else step.commit({})


def test_rows_say_what_was_said_of_the_notes():
    about = NoteFields(NOON, "core", "Ida", None, "n", ("a", "b"), True, 0.7, NOON)
    (row,) = note_rows(["The key is under the mat."], about, NOON)
    assert (row["type"], row["speaker"], row["namespace"], row["level"]) == ("core", "Ida", "n", 0)
    assert (row["tags"], row["pinned"], row["importance"]) == (["a", "b"], True, 0.7)
    assert row["session_id"] == "2025-03-01"


def test_with_a_redactor_no_field_has_a_secret():
    token = "ghp_" + "a1B2c3D4e5F6" * 3
    about = NoteFields(NOON, name=token, session=f"s-{token}", tags=("a", token), key=token)
    redactor = Redactor()
    (row,) = note_rows(["A note."], about, NOON, redactor)
    assert token not in str(row)
    mark = "[secret:github-token]"
    assert (row["speaker"], row["session_id"]) == (mark, f"s-{mark}")
    assert (row["tags"], row["attribute"]) == (["a", mark], mark)
    assert redactor.n_redacted == 4
    assert token in str(note_rows(["A note."], about, NOON, Redactor(is_on=False)))


def test_the_same_text_is_there_once_and_another_time_is_another_note():
    rows = note_rows(["a", "a", "b"], NoteFields(NOON), NOON)
    assert [row["text"] for row in rows] == ["a", "b"]
    (later,) = note_rows(["a"], NoteFields(NOON.replace(hour=13)), NOON)
    assert later["id"] != rows[0]["id"]


def test_notes_follow_each_other_in_their_session_as_one_commit(store):
    added, commit = add(store, "one", "two")
    assert (added.n_new, added.present, commit.number) == (2, [], 2)
    again, _ = add(store, "two", "three")
    assert (again.n_new, len(again.present)) == (1, 1)
    rows = store.snapshot().read("memories", ["text", "seq"]).to_pylist()
    assert sorted((row["seq"], row["text"]) for row in rows) == [
        (0, "one"),
        (1, "two"),
        (2, "three"),
    ]
    assert store.snapshot().count("links") == 2


def test_nothing_new_is_no_commit_and_a_dry_run_writes_nothing(store):
    assert add(store, "one", dry_run=True)[0].n_new == 1
    assert store.head().number == 1
    add(store, "one")
    again, commit = add(store, "one")
    assert (again.n_new, commit) == (0, None)
    assert store.head().number == 2


def test_notes_that_seem_to_hold_secrets_are_named():
    rows = note_rows(["The sun is out.", "My password is hunter2-Zebra99."], NoteFields(NOON), NOON)
    assert [(id_, kinds) for id_, kinds in secrets_in(rows)] == [(rows[1]["id"], ["password"])]
