"""memcli trust"""

from __future__ import annotations

import shutil

import pytest


@pytest.fixture
def cloned(sample_once, tmp_path):
    """A folder with a store in it that was not made there."""
    folder = tmp_path / "project"
    folder.mkdir()
    shutil.copytree(sample_once, folder / ".memory")
    return folder


def test_a_cloned_store_is_only_read_until_it_is_trusted(run, run_process, cloned):
    refused = run("add", "a secret", cwd=cloned, status=2).stderr
    assert f"memcli trust {cloned / '.memory'}" in refused
    read = run("query", "bread", "-k", 1, cwd=cloned)
    assert len(read.records) == 1
    assert "its settings are not used" in read.stderr
    (record,) = run_process("trust", cwd=cloned).records
    assert record["path"] == str(cloned / ".memory")
    kept = run("add", "no secret", cwd=cloned)
    assert f"the store is {cloned / '.memory'}" in kept.stderr
    assert "settings" not in run("query", "bread", cwd=cloned).stderr


def test_its_settings_are_not_obeyed_until_then(run, cloned):
    (cloned / ".memory" / "config.toml").write_text("[query]\ntop_k = 1\n")
    assert len(run("query", "bread", cwd=cloned).records) == 10
    run("trust", cloned)
    assert len(run("query", "bread", cwd=cloned).records) == 1


def test_nothing_is_written_by_reading_it(run, cloned):
    before = {path for path in cloned.rglob("*") if path.is_file()}
    for command in (["query", "bread"], ["context", "bread"], ["stats"], ["check"]):
        run(*command, cwd=cloned)
    assert {path for path in cloned.rglob("*") if path.is_file()} == before


def test_an_agent_is_told_nothing_of_it(run, cloned):
    assert (
        "an agent is told nothing"
        in run("serve", "--read-only", cwd=cloned, stdin="", status=2).stderr
    )
    run("serve", cwd=cloned, stdin="", status=2)
    run("hook", "install", "codex", cwd=cloned, status=2, env={"HOME": str(cloned)})
    run("trust", cwd=cloned)
    run("serve", "--read-only", cwd=cloned, stdin="")


def test_what_is_made_here_is_trusted_from_its_birth(run, tmp_path):
    run("init", "--here", cwd=tmp_path)
    assert "*" in (tmp_path / ".memory" / ".gitignore").read_text().split()
    run("add", "one note", cwd=tmp_path)
    moved = tmp_path / "moved"
    moved.mkdir()
    (tmp_path / ".memory").rename(moved / ".memory")
    assert "has been moved" in run("add", "another", cwd=moved, status=2).stderr


def test_trusted_stores_are_listed_with_what_they_may_run(run, cloned):
    (cloned / ".memory" / "config.toml").write_text('[llm]\ncommand = "llm -m x"\n')
    assert "config.toml may use llm.command = llm -m x" in run("trust", cloned).stderr
    (record,) = listed(run, cloned)
    assert record["allows"] == {"llm.command": "llm -m x"}
    assert "changed" not in record
    (cloned / ".memory" / "config.toml").write_text('[llm]\ncommand = "rm -r ~"\n')
    (record,) = listed(run, cloned)
    assert record["changed"] is True
    run("trust", cloned, "--remove")
    assert listed(run, cloned) == []
    run("trust", cloned, "--remove", status=66)


def listed(run, folder):
    records = run("trust", "--list").records
    return [record for record in records if record["path"] == str(folder / ".memory")]


def test_what_is_no_store_cannot_be_trusted(run, tmp_path):
    assert "is not a store" in run("trust", tmp_path, status=66).stderr
    assert "no store at" in run("trust", tmp_path / "nowhere", status=66).stderr
    run("trust", "--list", tmp_path, status=2)
