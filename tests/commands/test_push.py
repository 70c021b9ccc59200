"""memcli push"""

from __future__ import annotations

import sys


def test_a_store_gives_what_it_has_to_one_in_a_folder_or_on_a_machine(
    run, run_process, tmp_path, monkeypatch
):
    for name in ("desk", "road", "far"):
        run("init", "--store", tmp_path / name)
    run("add", "the kettle is blue", "--store", tmp_path / "desk")
    done = run_process("push", tmp_path / "road", "--store", tmp_path / "desk")
    assert done.records[0]["counts"]["memories"] == 1
    assert run("query", "kettle", "-k", 1, "--store", tmp_path / "road").records
    script = tmp_path / "ssh"
    script.write_text('#!/bin/sh\nexec sh -c "$2"\n')
    script.chmod(0o755)
    monkeypatch.setenv("MEMCLI_SSH", str(script))
    monkeypatch.setenv("MEMCLI_REMOTE", f"{sys.executable} -m memcli")
    url = f"ssh://machine{tmp_path / 'far'}"
    dry = run("push", url, "--dry-run", "--store", tmp_path / "desk")
    assert dry.records[0]["counts"]["memories"] == 1
    assert run("query", "kettle", "--store", tmp_path / "far").records == []
    done = run("push", url, "--store", tmp_path / "desk")
    assert done.records[0]["counts"]["memories"] == 1
    again = run("push", url, "--store", tmp_path / "desk")
    assert again.records[0]["counts"]["memories"] == 0
    assert run("check", "--store", tmp_path / "far").records == []


def test_a_target_that_is_no_store_or_the_store_itself_is_refused(run, empty_store, tmp_path):
    run("push", tmp_path / "nowhere", "--store", empty_store, status=66)
    run("push", empty_store, "--store", empty_store, status=2)
    run("push", "ftp://host/x", "--store", empty_store, status=2)
