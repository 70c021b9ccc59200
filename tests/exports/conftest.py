"""A small store with a statement, an archived turn and two namespaces."""

from __future__ import annotations

import json

import pytest

from memcli.exports.contents import Contents
from store import Store

TURNS = [
    {"content": "The boat is called Zwaluw.\nIt leaks.", "name": "Ida", "session_id": "b/c",
     "timestamp": "2026-03-01T09:30:00Z", "id": "a"},
    {"content": "I will fix it | *soon*.", "name": "Bo", "session_id": "b/c",
     "timestamp": "2026-03-01T09:31:00Z", "id": "b"},
    {"content": "Old.", "session_id": "B?c", "timestamp": "2026-02-01T09:31:00Z", "id": "c"},
    {"content": "Elsewhere.", "namespace": "work", "id": "d"},
]  # fmt: skip
STATEMENT = {
    "kind": "memory", "v": 1, "id": "aaaabbbbccccdd22", "namespace": "default", "type": "semantic",
    "level": 1, "text": "Ida's boat is called Zwaluw.", "session_id": "b/c", "importance": 0.1,
    "recorded_at": "2026-03-02T00:00:00Z", "valid_to": "2026-03-05T10:00:00Z",
}  # fmt: skip
STRENGTH = {"kind": "strength", "v": 1, "state": "archived", "n_accesses": 0,
            "recorded_at": "2026-03-02T00:00:00Z"}  # fmt: skip


@pytest.fixture(scope="session")
def small_store(run, tmp_path_factory):
    path = tmp_path_factory.mktemp("small") / "store"
    run("init", "--store", path)
    made = run("ingest", "--store", path, stdin="\n".join(map(json.dumps, TURNS))).records
    old = next(record for record in made if record.get("ref") == "c")
    for more in ({}, {"id": "aaaabbbbccccdd33", "namespace": "work", "session_id": None}):
        run("ingest", "--from", "export", "--store", path, stdin=json.dumps(STATEMENT | more))
    run("forget", old["id"], "--store", path)
    return Store.open(path)


@pytest.fixture
def contents(small_store):
    """All that is in the store, to be read once."""
    return Contents(small_store.snapshot())
