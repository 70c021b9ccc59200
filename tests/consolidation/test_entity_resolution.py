"""Which names mean the same, by all that is known of them by now."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from memcli.consolidation.entity_resolution import (
    EntityResolutionStep,
    names_mark,
)
from memcli.memory.watermarks import Watermark
from store import Store

NOW = datetime(2031, 6, 1, tzinfo=UTC)


@pytest.fixture
def store(linked_store):
    return linked_store


def test_names_are_resolved_once_until_one_is_used_or_ruled_on(store, run):
    step = EntityResolutionStep(store, NOW)
    # Linking has resolved them.
    assert step.is_done()
    assert step.commit({}) is None
    run("entities", "merge", "Mara", "Jonas", "--store", store.layout.root)
    ruled = EntityResolutionStep(store, NOW)
    assert not ruled.is_done()
    ruled.run(None)
    commit = ruled.commit({})
    assert commit.watermarks[Watermark.ENTITIES] == names_mark(store.snapshot())
    assert EntityResolutionStep(store, NOW).is_done()


def test_a_namespace_leaves_the_others_to_do(store, run):
    run("entities", "merge", "Mara", "Jonas", "--store", store.layout.root)
    step = EntityResolutionStep(store, NOW)
    step.run("elsewhere")
    assert step.counts() == {"entities": 0}
    assert step.commit({}) is None
    assert not EntityResolutionStep(store, NOW).is_done()


def test_the_mark_changes_with_the_names(store, empty_once):
    assert names_mark(Store.open(empty_once).snapshot()) == 0
    assert names_mark(store.snapshot()) > store.snapshot().count("entities") > 0
