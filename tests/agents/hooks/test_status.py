from __future__ import annotations

from memcli.agents.hooks.installing import Installation
from memcli.agents.hooks.sightings import note_seen
from memcli.agents.hooks.spooling import append, write_log
from memcli.agents.hooks.status import client_records, errors


def test_it_says_what_is_so_and_what_to_do(home, empty_store):
    for change in Installation(None, None).to_install("codex"):
        change.make()
    (home / ".gemini").mkdir()
    Installation(None, None).to_install("cursor")[0].make()
    append(str(empty_store / "hooks" / "spool.jsonl"), b'{"event": "stop", "client": "codex"}\n')
    write_log(str(empty_store), "stop", "codex", OSError("full"))
    found = {each["client"]: each for each in client_records(empty_store)}
    states = {name: each["state"] for name, each in found.items()}
    assert states == {
        "claude-code": "not here",
        "codex": "installed",
        "gemini": "not installed",
        "cursor": "partly",
        "opencode": "not here",
        "vscode": "not here",
    }
    codex = found["codex"]
    assert (codex["waiting"], codex["errors"], codex["last_seen_at"]) == (1, 1, None)
    assert codex["last_error"].endswith("stop codex OSError: full")
    assert codex["remedy"].startswith("Codex asks once")
    assert found["gemini"]["remedy"] == "memcli hook install gemini"
    assert len(errors(empty_store)) == 1
    note_seen(empty_store, [("codex", 1_900_000_000.0)])
    again = next(each for each in client_records(empty_store) if each["client"] == "codex")
    assert (again["last_seen_at"].year, again["remedy"]) == (2030, None)


def test_without_a_store_it_says_how_to_make_one(home):
    for change in Installation(None, None).to_install("codex"):
        change.make()
    found = {each["client"]: each for each in client_records(None)}
    assert found["codex"]["remedy"] == "memcli init"
