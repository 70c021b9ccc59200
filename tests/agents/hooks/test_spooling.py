from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import threading
import time

import pytest

from memcli.agents.hooks import spooling
from memcli.agents.hooks.catching_up import take_spool
from memcli.agents.hooks.spooling import (
    append,
    canonical,
    client_of,
    folder_of,
    hook,
    read_options,
    store_folder,
    write_log,
)
from tests.support.paths import DATA

RECORDED = {path.stem: json.loads(path.read_text("utf-8")) for path in (DATA / "hooks").glob("*")}
HEAVY = {"numpy", "pyarrow", "lance", "duckdb", "typer", "msgspec", "subprocess", "rich"}


@pytest.fixture
def told(monkeypatch, tmp_path):
    """Return what runs a hook with a report on stdin, without a process for the rest."""
    monkeypatch.setattr(spooling, "start_catch_up", lambda root: None)
    monkeypatch.chdir(tmp_path)  # and back, as a hook changes the folder

    def run(event, report, *arguments):
        text = report if isinstance(report, str) else json.dumps(report)
        stdin = io.TextIOWrapper(io.BytesIO(text.encode()), encoding="utf-8")
        monkeypatch.setattr(sys, "stdin", stdin)
        hook(event, list(arguments))

    return run


@pytest.fixture
def at_store(empty_store, monkeypatch, tmp_path):
    monkeypatch.setenv("MEMCLI_STORE", str(empty_store))
    monkeypatch.chdir(tmp_path)
    return empty_store


def spooled(root):
    return [vars(line) for line in take_spool(root)[0]]


@pytest.mark.parametrize("client", sorted(RECORDED))
def test_events_of_real_clients_are_known_and_spooled(client, told, at_store, tmp_path):
    kept = 0
    for report in RECORDED[client]["events"]:
        event = canonical(report["hook_event_name"])
        assert event in spooling.EVENTS.values()
        assert client_of(report, {}) == client or client == "codex"
        report = {**report, "cwd": str(tmp_path)}
        told(event, report, "--client", client)
        kept += event != "user-prompt"
    lines = spooled(at_store)
    assert len(lines) == kept
    assert {line["client"] for line in lines} == {client}
    assert all(line["transcript"] or line["event"] for line in lines)


def test_names_of_events_are_taken_in_any_spelling():
    assert canonical("UserPromptSubmit") == canonical("user-prompt") == "user-prompt"
    assert canonical("BeforeAgent") == canonical("beforeSubmitPrompt") == "user-prompt"
    assert canonical("install") is canonical("SubagentStop") is None


def test_options_are_read_and_others_are_passed_over():
    words = ["--client", "codex", "--what", "--store=/a b", "x", "--namespace"]
    assert read_options(words) == {"client": "codex", "store": "/a b", "namespace": ""}


def test_the_client_and_its_folder_are_told_by_the_report(tmp_path):
    assert client_of({"conversation_id": "1"}, {}) == "cursor"
    assert client_of({"session_id": "1", "timestamp": "t"}, {}) == "gemini"
    assert client_of({"session_id": "1", "turn_id": "2"}, {}) == "codex"
    assert client_of({"session_id": "1"}, {}) == "claude-code"
    assert client_of({"turn_id": "2"}, {"client": "mine"}) == "mine"
    assert folder_of({"workspace_roots": [str(tmp_path)]}) == str(tmp_path)
    assert folder_of({"cwd": str(tmp_path / "gone")}) == os.getcwd()


@pytest.mark.parametrize("report", ["", "junk", "[1]", '{"cwd": 3, "session_id": {}}'])
def test_whatever_comes_is_no_failure(report, told, at_store, capsys):
    for event in ("session-start", "user-prompt", "stop"):
        told(event, report)
    assert capsys.readouterr().out == ""
    assert [line["event"] for line in spooled(at_store)] == ["session-start", "stop"]


def test_an_error_is_in_the_log_and_not_told_to_the_client(told, at_store, monkeypatch, capsys):
    monkeypatch.setattr(spooling, "spool", lambda *given: 1 / 0)
    told("stop", {}, "--client", "codex")
    assert capsys.readouterr() == ("", "")
    log = (at_store / "hooks" / "log").read_text()
    assert "stop codex ZeroDivisionError: division by zero" in log


def test_the_log_does_not_grow_without_end(tmp_path, monkeypatch):
    monkeypatch.setattr(spooling, "LARGEST_LOG", 200)
    for number in range(20):
        write_log(str(tmp_path), "stop", "codex", ValueError(f"number {number}"))
    assert sum(path.stat().st_size for path in (tmp_path / "hooks").iterdir()) < 600
    assert "number 19" in (tmp_path / "hooks" / "log").read_text()


def test_without_a_store_nothing_is_written(told, tmp_path, monkeypatch):
    monkeypatch.setenv("MEMCLI_STORE", str(tmp_path / "none"))
    told("stop", {"cwd": str(tmp_path)})
    assert store_folder({}) is None
    assert not (tmp_path / "none").exists()


def test_a_store_that_came_with_a_repository_is_none_of_the_users(
    empty_store, tmp_path, monkeypatch
):
    monkeypatch.delenv("MEMCLI_STORE", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    (tmp_path / "repository").mkdir()
    empty_store.rename(tmp_path / "repository" / ".memory")
    monkeypatch.chdir(tmp_path / "repository")
    assert store_folder({}) is None
    assert store_folder({"store": ".memory"}) == str(tmp_path / "repository" / ".memory")


def test_no_line_is_lost_while_the_spool_is_taken_away(empty_store):
    path = str(empty_store / "hooks" / "spool.jsonl")

    def write(client):
        for number in range(60):
            line = {"event": "stop", "client": client, "at": number}
            append(path, b"\n" + json.dumps(line).encode() + b"\n")

    writers = [threading.Thread(target=write, args=(name,)) for name in "abc"]
    for writer in writers:
        writer.start()
    found = set()
    while any(writer.is_alive() for writer in writers) or os.path.exists(path):
        lines, taken = take_spool(empty_store)
        found |= {(line.client, line.at) for line in lines}
        for each in taken:
            each.unlink()
    assert len(found) == 180


def test_it_is_light_and_starts_what_does_the_rest(empty_store, tmp_path):
    report = {"transcript_path": str(tmp_path / "none.jsonl"), "cwd": str(tmp_path)}
    words = [sys.executable, "-X", "importtime", "-m", "memcli", "hook", "Stop"]
    done = subprocess.run(
        [*words, "--store", str(empty_store), "--client", "codex"],
        input=json.dumps(report).encode(),
        capture_output=True,
        check=True,
    )
    imported = {line.rpartition(b"|")[2].strip().decode() for line in done.stderr.splitlines()}
    assert done.stdout == b""
    assert not imported & HEAVY
    seen = empty_store / "hooks" / "seen.json"
    end = time.monotonic() + 60
    while not seen.exists() and time.monotonic() < end:
        time.sleep(0.05)
    assert "codex" in seen.read_text()
