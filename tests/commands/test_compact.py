"""memcli compact"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from store import Store
from store.compact import bytes_on_disk


def add_one(run, store, i):
    record = {"content": f"note number {i}", "timestamp": "2026-01-01T00:00:00Z"}
    run("ingest", "--store", store, "--quiet", stdin=json.dumps(record))


@pytest.fixture(scope="module")
def many_commits_once(run, tmp_path_factory):
    store = tmp_path_factory.mktemp("many") / "store"
    run("init", "--store", store)
    for i in range(6):
        add_one(run, store, i)
    return store


@pytest.fixture
def many_commits(many_commits_once, tmp_path):
    return shutil.copytree(many_commits_once, tmp_path / "store")


def fragments(store):
    import lance

    return len(lance.dataset(store / "tables" / "memories.lance").get_fragments())


def exported(run, store):
    return run("export", "--store", store).stdout


def test_compact_merges_and_changes_no_memory(run, run_process, many_commits):
    before = exported(run, many_commits)
    assert fragments(many_commits) == 6
    summary = run_process("compact", "--store", many_commits).records[0]
    assert fragments(many_commits) == 1
    assert "memories: fragments merged" in summary["counts"]["steps"]
    assert exported(run, many_commits) == before
    assert run("check", "--store", many_commits).records == []


def test_compact_again_does_nothing(run, many_commits):
    first = run("compact", "--store", many_commits).records[0]
    again = run("compact", "--store", many_commits).records[0]
    assert again["commit"] == first["commit"]
    assert again["counts"]["steps"] == []


def test_sizes_are_those_of_the_files_also_of_a_relative_path(many_commits, monkeypatch):
    monkeypatch.chdir(many_commits.parent)
    absolute = bytes_on_disk(Store.open(many_commits))
    assert absolute == bytes_on_disk(Store.open(Path(many_commits.name))) > 10_000


def test_one_compact_is_enough_when_fragments_are_indexed_and_not(run, many_commits):
    run("extract", "--store", many_commits)
    run("link", "--store", many_commits)
    assert run("compact", "--store", many_commits).records[0]["counts"]["steps"]
    assert run("compact", "--store", many_commits).records[0]["counts"]["steps"] == []


def test_an_index_that_earlier_programs_did_not_make_is_made(run, many_commits):
    store = Store.open(many_commits)
    with store.transaction("write") as transaction:
        table = transaction.writable("strengths")
        for index in table._dataset.describe_indices():
            table._dataset.drop_index(index.name)
        table._refresh()
        transaction.publish()
    steps = run("compact", "--store", many_commits).records[0]["counts"]["steps"]
    assert "strengths: indexes built" in steps
    assert not store.snapshot().table("strengths").missing_indexes()


def test_kept_commits_can_be_read_and_others_say_that_they_are_gone(run, many_commits):
    run("compact", "--keep", 2, "--store", many_commits)
    assert len(run("export", "--at", 6, "--store", many_commits).records) == 9
    result = run("export", "--at", 3, "--store", many_commits, status=66)
    assert "commit 3 is no longer kept" in result.stderr
    assert run("check", "--store", many_commits).records == []


def test_what_an_undo_left_is_never_cleaned_up(run, many_commits):
    run("undo", "--to", 2, "--store", many_commits)
    for i in range(3):
        add_one(run, many_commits, 100 + i)
    run("compact", "--keep", 1, "--store", many_commits)
    turns = [record for record in run("export", "--at", 7, "--store", many_commits).records
             if record["kind"] == "memory"]  # fmt: skip
    assert len(turns) == 6


def test_the_keeping_is_set_in_the_config(run, many_commits):
    (many_commits / "config.toml").write_text("[compact]\nkeep_commits = 1\n")
    run("compact", "--store", many_commits)
    run("export", "--at", 6, "--store", many_commits, status=66)


def test_a_wrong_config_is_named_with_its_key(run, many_commits):
    (many_commits / "config.toml").write_text("[compact]\nkeep_comits = 1\n")
    result = run("compact", "--store", many_commits, status=2)
    assert "config.toml" in result.stderr
    assert "keep_comits" in result.stderr


def test_an_undo_after_compact_takes_back_the_step_before_it(run, many_commits):
    run("compact", "--store", many_commits)
    for left in (5, 4):
        run("undo", "--store", many_commits)
        assert len(run("query", "note number", "--store", many_commits).records) == left


def test_a_large_store_gets_a_vector_index_and_finds_the_same(run, tmp_path, monkeypatch):
    import numpy as np
    import pyarrow as pa

    from schemas.tables import memories
    from store import Store, indexes
    from store.commits import EncoderStamp
    from store.compact import compact

    monkeypatch.setattr("store.compact.MIN_ROWS_FOR_VECTOR_INDEX", 4_000)
    chance = np.random.default_rng(0)
    centers = chance.standard_normal((20, 64))
    vectors = centers[chance.integers(0, 20, 5_000)] + 0.3 * chance.standard_normal((5_000, 64))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    rows = pa.Table.from_pylist(
        [
            {"id": f"{i:016d}", "namespace": "n", "type": "episodic", "level": 0, "text": "t",
             "encoder": "toy", "recorded_at": 0, "vector": vectors[i].astype("f2")}
            for i in range(5_000)
        ],
        schema=memories(64),
    )  # fmt: skip
    store = Store.create(tmp_path / "large", EncoderStamp("toy", 64, "0"))
    with store.transaction("ingest") as transaction:
        transaction.append("memories", rows)
        transaction.publish()
    exact = store.snapshot().nearest(vectors[7], 20)["id"].to_pylist()
    done = compact(store)
    assert "memories: vector index built" in done.steps
    assert store.snapshot().table("memories").has_vector_index()
    found = store.snapshot().nearest(vectors[7], 200)["id"].to_pylist()
    assert found[0] == exact[0]
    assert len(set(found) & set(exact)) >= 17
    assert compact(store).steps == []
    assert indexes.MIN_ROWS_FOR_VECTOR_INDEX == 20_000


def test_a_failing_compact_is_seen_and_changes_nothing(run, many_commits, monkeypatch):
    from store import Store, _lance
    from store.compact import compact
    from store.errors import StoreCorrupt

    store = Store.open(many_commits)
    head = store.head()

    def losing(table, rows):
        table.delete("recorded_at IS NOT NULL")

    monkeypatch.setattr(_lance.Table, "merge_fragments", losing)
    with pytest.raises(StoreCorrupt, match="would leave 0 of 6 rows in memories"):
        compact(store)
    assert store.head() == head
    assert run("query", "note number", "-k", 10, "--store", many_commits).records[5:]
    monkeypatch.undo()
    assert compact(store).steps
