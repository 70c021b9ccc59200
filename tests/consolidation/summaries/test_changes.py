"""Which namespaces a step that sums up has to look at again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from memcli.consolidation.summaries import changes
from memcli.consolidation.summaries.changes import changed_namespaces
from memcli.consolidation.summaries.step import SummarizeStep
from memcli.jsonl import format_time
from memcli.memory.states import State, set_state
from memcli.memory.writing import update_columns
from memcli.models.encoder import Encoder
from tests.support.talked_stores import NOW, grow, line, talked

NAMES = ["one", "two"]
LATER = NOW + timedelta(days=400)


def said(namespace, session="s", text="I keep three goats in the old stable."):
    return line(text, "2031-05-01T10:00:00Z", session, namespace)


def sum_up(store, arguments=None):
    step = SummarizeStep(store, Encoder.of_stamp(store.head().encoder), NOW)
    step.run()
    return step.commit({changes.NOW: format_time(NOW)} if arguments is None else arguments)


def changed(store, now=NOW, step="summarize"):
    return changed_namespaces(store, store.snapshot(), step, NAMES, now)


@pytest.fixture
def store(empty_store):
    """A store of two namespaces that were summed up."""
    made = talked(empty_store, [said(name) for name in NAMES])
    assert sum_up(made) is not None
    return made


def test_nothing_has_changed_since_the_step_looked_and_all_before(store):
    assert changed(store) == []
    assert changed(store, step="profile") == NAMES


def test_what_came_or_was_replaced_changes_its_namespace_alone(store):
    grow(store, [said("two", "t", "I sold the red boat to Nils.")])
    assert changed(store) == ["two"]
    sum_up(store)
    assert changed(store) == []
    (row,) = store.snapshot().rows(["id"], "namespace = 'one' AND level = 2")
    with store.transaction("end") as transaction:
        update_columns(transaction, {row["id"]: {"superseded_by": row["id"]}})
        transaction.publish()
    assert changed(store) == ["one"]


def test_what_has_ended_meanwhile_or_is_hidden_changes_its_namespace(empty_store):
    store = talked(empty_store, [said(name) for name in NAMES])
    (row,) = store.snapshot().rows(["id"], "namespace = 'one' AND level = 2")
    with store.transaction("end") as transaction:
        update_columns(transaction, {row["id"]: {"valid_to": LATER}})
        transaction.publish()
    sum_up(store)
    assert changed(store) == []
    assert changed(store, LATER) == ["one"]
    with store.transaction("hide") as transaction:
        set_state(transaction, [row["id"]], State.hidden, NOW)
        transaction.publish()
    assert changed(store) == ["one"]


def test_what_an_undo_brings_back_is_looked_at_again(store):
    grow(store, [said("two", "t", "I sold the red boat to Nils.")])
    sum_up(store)
    store.undo()
    assert changed(store) == ["two"]


def test_all_are_looked_at_where_the_state_before_is_gone_or_has_no_present(store):
    grow(store, [said("two", "t", "I sold the red boat to Nils.")])
    with store.transaction("compact") as transaction:
        transaction.keeps_from = store.head().number
        transaction.publish()
    assert changed(store) == NAMES
    sum_up(store, {})
    assert changed(store) == NAMES


def test_a_step_makes_what_it_would_have_made_of_all(store, monkeypatch):
    grow(store, [said("two", "t", "I sold the red boat to Nils.")])
    step = SummarizeStep(store, Encoder.of_stamp(store.head().encoder), NOW)
    step.run()
    monkeypatch.setattr(changes, "_counts", lambda snapshot, now: {(n, now) for n in NAMES})
    other = SummarizeStep(store, Encoder.of_stamp(store.head().encoder), datetime.now(UTC))
    other.run()
    assert [row["id"] for row in step.plan.rows] == [row["id"] for row in other.plan.rows]
