"""Examining of hooks: whether what agents call is still there."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from memcli.agents.hooks import installing
from memcli.agents.hooks.calls import called_by
from memcli.agents.hooks.examining import examine_hooks
from memcli.agents.hooks.installing import Installation
from memcli.agents.hooks.sightings import note_seen
from memcli.agents.hooks.spooling import append, write_log


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    for name in ("CLAUDE_CONFIG_DIR", "CODEX_HOME"):
        monkeypatch.delenv(name, raising=False)
    script = tmp_path / "memcli"
    script.write_text("#!/bin/sh\n")
    script.chmod(0o755)
    monkeypatch.setattr(installing, "program", lambda: [str(script)])
    return tmp_path


def install(client, store=None):
    for change in Installation(store, None).to_install(client):
        change.make()


def told(root=None):
    return [(one["status"], one["what"], one["remedy"]) for one in examine_hooks(root)]


def test_where_no_agent_is_there_is_nothing_to_do(home):
    assert told() == [("ok", "no agent is here", None)]


def test_an_agent_without_hooks_may_get_some(home):
    (home / ".gemini").mkdir()
    assert told() == [("ok", "Gemini CLI is here, without hooks", "memcli hook install gemini")]


@pytest.mark.parametrize(
    "client", ["claude-code", "codex", "gemini", "cursor", "opencode", "vscode"]
)
def test_hooks_and_servers_are_found_in_the_files_of_every_agent(home, client, empty_once):
    install(client, empty_once)
    called = list(called_by(client))
    assert called
    assert all(words[0] == str(home / "memcli") for words in called)
    assert told(empty_once)[0][0] == "ok"
    (home / "memcli").unlink()
    (status, what, remedy), *_ = told(empty_once)
    assert (status, remedy) == ("error", f"memcli hook install {client}")
    assert what.endswith(f"{home}/memcli is not there any more")


def test_a_store_that_is_gone_is_an_error(home):
    install("codex", Path("/nowhere/store"))
    assert told()[0][1] == "Codex: its store /nowhere/store is not there any more"


def test_hooks_in_some_files_only_are_a_warning(home, empty_once):
    Installation(empty_once, None).to_install("cursor")[0].make()
    assert told(empty_once)[0][0] == "warning"


def test_what_waits_and_what_went_wrong_is_told(home, empty_store):
    install("codex", empty_store)
    append(str(empty_store / "hooks" / "spool.jsonl"), b'{"event": "stop", "client": "codex"}\n')
    write_log(str(empty_store), "stop", "codex", OSError("full"))
    note_seen(empty_store, [("codex", datetime(2026, 1, 2, tzinfo=UTC).timestamp())])
    codex, waiting, log = told(empty_store)
    assert codex == ("ok", "Codex has hooks, last heard of 2026-01-02", None)
    assert waiting[1:] == (
        "1 events wait to be worked on",
        f"memcli hook catch-up --store {empty_store}",
    )
    assert log[1].endswith("stop codex OSError: full")
