"""memcli repair"""

from __future__ import annotations

import shutil
from pathlib import Path

from store import Store
from tests.support.damage import newest


def test_derived_memories_that_are_lost_are_made_anew(run, run_process, extracted_once, tmp_path):
    root = Path(shutil.copytree(extracted_once.path, tmp_path / "store"))
    before = run("stats", "--store", root).records[0]["counts"]["namespaces"]
    newest(Store.open(root), "memories.lance/data/*").unlink()
    assert "dry run: would be: " in run("repair", "--store", root, "--dry-run").stderr
    done = run_process("repair", "--store", root)
    (record,) = done.records
    assert record["counts"]["lost"]["memories"] > 0
    assert "memcli extract | memcli link" in done.stderr
    assert Path(record["counts"]["copy"]).is_dir()
    assert run("check", "--store", root).records == []
    run("extract", "--store", root, "--now", "2026-01-02T00:00:00Z")
    assert run("stats", "--store", root).records[0]["counts"]["namespaces"] == before


def test_nothing_to_repair_and_no_store_are_told(run, empty_store, tmp_path):
    assert "nothing to repair" in run("repair", "--store", empty_store).stderr
    run("repair", "--store", tmp_path / "none", status=66)


def test_the_copy_goes_where_it_is_wanted(run, empty_store, tmp_path):
    shutil.rmtree(empty_store / "tables" / "memories.lance" / "_indices")
    run("repair", "--store", empty_store, "--copy", tmp_path / "copy")
    assert (tmp_path / "copy" / "store.json").exists()
    shutil.rmtree(empty_store / "tables" / "links.lance" / "_indices")
    run("repair", "--store", empty_store, "--copy", tmp_path / "copy", status=73)
