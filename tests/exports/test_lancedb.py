"""The read replica of LanceDB: what is in it, in a folder and at a remote database."""

from __future__ import annotations

import json

import numpy as np
import pytest

from memcli.exports import lancedb as exporting
from memcli.exports.contents import Contents
from store import Store
from store.errors import BadUsage, RemoteFailed
from tests.support.lance_cloud import lance_cloud

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")
TURNS = [
    {"content": "The boat is called Zwaluw.", "name": "Ida", "session_id": "b", "id": "boat"},
    {"content": "My password is Hunter22-xyz.", "name": "Ida", "session_id": "b", "id": "secret"},
    {"content": "The cat sleeps in the oven.", "name": "Bo", "session_id": "b", "id": "hidden"},
    {"content": "The goats are in the garden.", "name": "Bo", "session_id": "b", "id": "archived"},
    {"content": "Elsewhere we keep bees.", "name": "Bo", "namespace": "work", "id": "work"},
]
ENDED = {
    "kind": "memory", "v": 1, "id": "aaaabbbbccccdd22", "namespace": "default", "type": "semantic",
    "level": 1, "text": "Ida lives in Ghent.", "recorded_at": "2026-03-02T00:00:00Z",
    "valid_from": "2020-03-05T10:00:00Z", "valid_to": "2021-03-05T10:00:00Z",
}  # fmt: skip


@pytest.fixture
def told(run, empty_store):
    run("ingest", "--store", empty_store, stdin="\n".join(map(json.dumps, TURNS)))
    run("ingest", "--from", "export", "--store", empty_store, stdin=json.dumps(ENDED))
    run("hide", "hidden", "--store", empty_store)
    run("forget", "archived", "--store", empty_store)
    return Store.open(empty_store)


def texts(table):
    return sorted(table.to_arrow()["text"].to_pylist())


OPEN = ["Elsewhere we keep bees.", "The boat is called Zwaluw."]


def test_lancedb_opens_a_folder_and_finds_by_words_and_by_vector(run, told, tmp_path, lancedb):
    target = tmp_path / "replica"
    said = run("export", "--format", "lancedb", "--to", target, "--store", told.layout.root)
    assert "wrote 2 memories, " in said.stderr
    memories = lancedb.connect(target).open_table("memories")
    assert texts(memories) == OPEN, "nothing secret, hidden, archived or ended"
    (found,) = memories.search("boat", query_type="fts").limit(1).to_list()
    assert found["ref"] == "boat"
    vector = np.array(found["vector"], np.float32)
    assert memories.search(vector).metric("dot").limit(1).to_list()[0]["ref"] == "boat"
    told_again = run("export", "--format", "lancedb", "-o", target, "--store", told.layout.root,
                     status=73)  # fmt: skip
    assert "is not empty" in told_again.stderr


def test_a_namespace_bounds_it(told, tmp_path, lancedb):
    exporting.write_folder(Contents(told.snapshot(), "work"), tmp_path)
    assert texts(lancedb.connect(tmp_path).open_table("memories")) == OPEN[:1]


def test_a_remote_database_gets_the_same_in_one_request_a_table(
    told, tmp_path, monkeypatch, lancedb
):
    exporting.write_folder(Contents(told.snapshot()), tmp_path)
    here = lancedb.connect(tmp_path)
    monkeypatch.setenv("LANCEDB_API_KEY", "sk-of-mine")
    with lance_cloud() as cloud:
        monkeypatch.setenv("LANCEDB_HOST_OVERRIDE", cloud.url)
        said = exporting.send(Contents(told.snapshot()), "db://mine")
    assert said.startswith("2 memories, ")
    assert cloud.modes == ["overwrite"] * 3
    for name, table in cloud.tables.items():
        assert table.to_pylist() == here.open_table(name).to_arrow().to_pylist()
    assert cloud.indexed == [("memories", "text", "FTS")]
    names = {(h["x-api-key"], h["x-lancedb-database"]) for h in cloud.headers}
    assert names == {("sk-of-mine", "mine")}


def test_a_refusal_is_told_without_the_key(told, monkeypatch):
    monkeypatch.setenv("LANCEDB_API_KEY", "sk-of-mine")
    with lance_cloud() as cloud:
        cloud.status = 401
        monkeypatch.setenv("LANCEDB_HOST_OVERRIDE", cloud.url)
        with pytest.raises(RemoteFailed, match="db://mine does not take the replica") as error:
            exporting.send(Contents(told.snapshot()), "db://mine")
    assert "sk-of-mine" not in str(error.value)


def test_without_a_key_or_a_name_nothing_is_sent(run, told, monkeypatch):
    monkeypatch.delenv("LANCEDB_API_KEY", raising=False)
    for target, why in (("db://mine", "set LANCEDB_API_KEY"), ("db://a/b", "db://NAME")):
        with pytest.raises(BadUsage, match=why):
            exporting.send(Contents(told.snapshot()), target)
    wrong = run("export", "--to", "db://mine", "--store", told.layout.root, status=2).stderr
    assert "add --format lancedb" in wrong
