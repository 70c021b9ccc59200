"""Hooks as agents call them, and what puts them into the files of agents."""

from __future__ import annotations

import json
import shutil
import time

import pytest

from memcli.memory.projects import project_namespace
from tests.support.agent_logs import write_log_of


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home" / "data"))
    monkeypatch.delenv("CLAUDE_CONFIG_DIR", raising=False)
    (tmp_path / "home" / "project").mkdir(parents=True)
    (tmp_path / "home" / ".claude").mkdir()
    monkeypatch.chdir(tmp_path / "home" / "project")
    return tmp_path / "home"


def test_a_session_knows_what_another_one_was_told(run_process, home):
    """The five commands of the first use: the sessions are played by their hooks and a log."""
    shown = run_process("hook", "install", "claude-code", "--dry-run")
    assert "+++ " in shown.stdout
    assert not (home / ".claude" / "settings.json").exists()
    assert "claude-code: made" in run_process("hook", "install", "claude-code").stderr
    hooks = json.loads((home / ".claude" / "settings.json").read_text())["hooks"]
    assert "hook session-end --client claude-code" in str(hooks["SessionEnd"])

    log = write_log_of(home, "one", ["We deploy the heron service on Fridays.", "Noted."], home)
    report = {"session_id": "one", "transcript_path": str(log), "cwd": str(home / "project")}
    ended = run_process("hook", "SessionEnd", "--client", "claude-code", stdin=json.dumps(report))
    assert (ended.stdout, ended.stderr) == ("", "")
    end = time.monotonic() + 60
    asked = {"session_id": "two", "cwd": str(home), "prompt": "When do we deploy heron?"}
    answer = ""
    while not answer and time.monotonic() < end:
        answer = run_process("hook", "user-prompt", stdin=json.dumps(asked)).stdout
    context = json.loads(answer)["hookSpecificOutput"]["additionalContext"]
    assert "We deploy the heron service on Fridays." in context


def test_remove_leaves_the_files_as_they_were(run, home):
    settings = home / ".claude" / "settings.json"
    settings.write_text('{"hooks": {}}')
    assert "claude-code: changed" in run("hook", "install").stderr
    assert "claude-code: there already" in run("hook", "install", "claude-code").stderr
    assert "would" not in run("hook", "remove", "--dry-run").stderr
    run("hook", "remove")
    assert settings.read_text() == '{"hooks": {}}'
    assert not (home / ".claude.json").exists()
    assert "there is nothing to remove" in run("hook", "remove").stderr


def test_status_names_each_client(run, home):
    states = {each["client"]: each["state"] for each in run("hook", "status").records}
    assert states["claude-code"] == "not installed"
    assert len(states) == 6


def test_catch_up_makes_statements_of_what_was_said(run, home, sample):
    log = write_log_of(home, "one", ["I live in Ghent."], home / "project")
    line = {"event": "session-end", "client": "claude-code", "transcript_path": str(log)}
    (sample / "hooks").mkdir()
    (sample / "hooks" / "spool.jsonl").write_text(json.dumps(line) + "\n")
    assert "1 events of agents" in run("hook", "catch-up", "--store", sample).stderr
    space = project_namespace(home / "project")
    [row] = run(
        "sql", f"SELECT value FROM statements WHERE namespace = '{space}'", "--store", sample
    ).records
    assert row["value"] == "Ghent"
    assert "nothing to catch up" in run("hook", "catch-up", "--store", sample).stderr


def test_a_wrong_name_is_a_usage_error(run, home):
    assert "no agent 'emacs'" in run("hook", "install", "emacs", status=2).stderr


def test_a_dry_run_refuses_a_store_that_hooks_could_not_write_to(run, home, sample_once):
    shutil.copytree(sample_once, ".memory")
    for more in ((), ("--dry-run",)):
        refused = run("hook", "install", "claude-code", *more, status=2)
        assert "is not trusted: it is not written to" in refused.stderr
        assert refused.stdout == ""
    run("trust", ".memory")
    assert "+++ " in run("hook", "install", "claude-code", "--dry-run").stdout
