"""memcli check"""

from __future__ import annotations

import json
import os
import shutil

import pytest


def problems(run, store, status=65):
    return {record["what"] for record in run("check", "--store", store, status=status).records}


def test_a_sound_store_has_no_problems(run, sample):
    result = run("check", "--store", sample)
    assert result.records == []
    assert "is sound" in result.stderr


def damage_commit(store):
    (store / "commits" / "00000002.json").write_text("{")


def lose_a_commit(store):
    (store / "commits" / "00000001.json").unlink()


def lose_data(store):
    for path in (store / "tables" / "memories.lance" / "data").iterdir():
        path.unlink()


def lose_tags(store):
    shutil.rmtree(store / "tables" / "memories.lance" / "_refs")


def miscount(store):
    path = store / "commits" / "00000002.json"
    commit = json.loads(path.read_text())
    commit["tables"]["memories"]["rows"] += 1
    path.write_text(json.dumps(commit))


@pytest.mark.parametrize("damage", [damage_commit, lose_a_commit, lose_data, lose_tags, miscount])
def test_damage_is_found(run, sample, damage):
    damage(sample)
    result = run("check", "--store", sample, status=65)
    assert "Traceback" not in result.stderr


def test_rows_that_contradict_each_other_are_found(run, empty_store):
    moment = "2026-01-01T00:00:00Z"
    fixed = {"kind": "memory", "v": 1, "namespace": "n", "type": "episodic", "recorded_at": moment}
    turn = {**fixed, "level": 0, "session_id": "s", "seq": 0}
    given = [
        {**turn, "id": "a" * 16, "text": "one"},
        {**turn, "id": "b" * 16, "text": "two"},
        {**fixed, "level": 1, "id": "c" * 16, "text": "three", "source_ids": ["x" * 16]},
        {**fixed, "level": 1, "id": "d" * 16, "text": "four", "superseded_by": "y" * 16},
        {"kind": "link", "v": 1, "source_id": "a" * 16, "target_id": "z" * 16,
         "relation": "next", "weight": 1.0, "recorded_at": moment},
    ]  # fmt: skip
    lines = "\n".join(map(json.dumps, given))
    run("ingest", "--store", empty_store, stdin=lines)
    found = problems(run, empty_store)
    assert found == {
        "1 turns share a place in their session",
        "1 memories cite sources that do not exist",
        "1 memories are superseded by what does not exist",
        "1 links start or end nowhere",
    }


def test_a_folder_open_to_others_is_a_warning(run, sample):
    os.chmod(sample, 0o755)
    assert any("can be read by others" in what for what in problems(run, sample, status=0))
