"""`memcli log`: the commits and what became of them."""

from __future__ import annotations

import pytest


@pytest.fixture(scope="module")
def undone(run, sample_once, tmp_path_factory):
    """The sample, with a step that was taken back."""
    import shutil

    store = shutil.copytree(sample_once, tmp_path_factory.mktemp("undone") / "store")
    run("ingest", "--store", store, stdin='{"content": "one more"}')
    run("undo", "--store", store)
    return store


def test_commits_come_newest_first(run, undone):
    records = run("log", "--store", undone).records
    assert [(r["kind"], r["number"], r["command"]) for r in records] == [
        ("commit", 4, "undo"),
        ("commit", 3, "ingest"),
        ("commit", 2, "ingest"),
        ("commit", 1, "init"),
    ]
    assert [record["changes"] for record in records] == [
        {"memories": -1},
        {"memories": 1},
        {"memories": 290, "links": 273},
        {},
    ]
    assert [record.get("undone") for record in records] == [None, True, None, None]
    assert [record["kept"] for record in records] == [True] * 4
    assert records[0]["restores"] == 2


def test_the_newest_few(run_process, undone):
    assert [r["number"] for r in run_process("log", "-k", 2, "--store", undone).records] == [4, 3]


def test_a_table_for_a_person(run, undone):
    lines = run("log", "-f", "table", "--store", undone).stdout.splitlines()
    assert lines[0].split() == ["commit", "time", "command", "changed", "state"]
    assert lines[2].split()[2:] == ["undo", "to", "2", "memories", "-1"]
    assert lines[3].split()[2:] == ["ingest", "memories", "+1", "undone"]
    assert lines[4].split()[2:] == ["ingest", "memories", "+290,", "links", "+273"]


def test_no_store_is_66(run, tmp_path):
    done = run("log", "--store", tmp_path / "none", status=66)
    assert done.stderr.startswith("memcli: no store at ")
