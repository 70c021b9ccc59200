"""memcli backup"""

from __future__ import annotations


def test_a_backup_is_a_store_and_a_store_is_made_of_it(run, run_process, sample, tmp_path):
    done = run_process("backup", tmp_path / "backup", "--store", sample)
    (record,) = done.records
    assert record["commit"] == 2
    assert record["counts"]["linked"] > 0
    assert "checked" in done.stderr
    assert run("query", "bread", "--store", tmp_path / "backup", "-k", 1).records
    made = run("init", "--store", tmp_path / "new", "--from", tmp_path / "backup").records[0]
    assert made["commit"] == 2
    assert run("check", "--store", tmp_path / "new").records == []
    run("init", "--store", tmp_path / "new", "--from", tmp_path / "backup", status=73)
    run("init", "--store", tmp_path / "x", "--from", tmp_path / "nowhere", status=66)
    run(
        "init", "--store", tmp_path / "x", "--from", tmp_path / "backup", "--encoder", "y", status=2
    )


def test_all_is_copied_where_that_is_wanted(run, empty_store, tmp_path):
    done = run("backup", tmp_path / "backup", "--copy", "--store", empty_store)
    assert done.records[0]["counts"]["linked"] == 0
    run("backup", tmp_path / "backup", "--store", empty_store, status=73)
