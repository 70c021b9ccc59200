"""What became of a memory, commit by commit."""

from __future__ import annotations

import json

import pytest

from memcli.memory.history import histories
from store import Store
from store.errors import InputNotFound

WRITTEN = "2026-01-01T00:00:00Z"
OLD, NEW = "aaaabbbbccccdddd", "aaaabbbbcccceeee"


def memory(id_, text, **fields):
    common = {
        "namespace": "n",
        "type": "semantic",
        "level": 1,
        "recorded_at": "2026-01-01T00:00:00Z",
    }
    return (
        json.dumps({"kind": "memory", "v": 1, "id": id_, "text": text, **common, **fields}) + "\n"
    )


@pytest.fixture
def store(empty_store, run):
    """A store in which a statement came in with its successor, was archived and restored."""
    link = {"source_id": NEW, "target_id": OLD, "relation": "supersedes", "weight": 1.0}
    link |= {"reason": "moved", "recorded_at": "2026-01-01T00:00:00Z"}
    given = memory(OLD, "Ann lives in Porto.", superseded_by=NEW) + memory(
        NEW, "Ann lives in Ghent."
    )
    given += json.dumps({"kind": "link", "v": 1, **link}) + "\n"
    run("ingest", "--from", "export", "--store", empty_store, stdin=given)
    run("forget", NEW, "--store", empty_store)
    run("undo", "--store", empty_store)
    return Store.open(empty_store)


def test_versions_come_oldest_first_with_the_commit_that_made_each(store):
    found = list(histories(store, [NEW[:15]], None))
    assert [(v["commit"], v["change"], v["command"]) for v in found] == [
        (2, "added", "ingest"),
        (3, "archived", "forget"),
        (4, "restored", "undo"),
    ]
    assert found[0]["changed"] == []
    assert "archived" in found[1]["changed"]
    assert found[0]["replaces"] == ["Ann lives in Porto."]


def test_what_replaced_a_memory_is_told_with_the_reason(store):
    found = list(histories(store, [OLD], "n"))
    assert [(v["replaced_by"], v["reason"]) for v in found] == [("Ann lives in Ghent.", "moved")]


def test_what_never_was_is_not_found(store):
    for wanted, namespace in (("nobody", None), (OLD, "elsewhere")):
        with pytest.raises(InputNotFound, match="in the commits that are kept"):
            list(histories(store, [wanted], namespace))
