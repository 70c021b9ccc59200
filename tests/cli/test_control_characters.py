"""
No command of a text's author reaches a terminal, wherever it was planted and whatever is run.

Each command runs under a pseudo terminal, in a child that is forked from a process which has
imported the program; what it draws itself (styles, the cursor) is let through.
"""

from __future__ import annotations

import json
import os
import pty
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.support.program import run_here

# An OSC with its end, a place on the screen, CSI as one character, two bidi controls, a return.
EVIL = "\x1b]0;pwned\x07\x1b[66;66H\x9b66A\u202e\u2066\rX"
RAW = {
    "OSC": b"\x1b]0;",
    "BEL": b"\x07",
    "CSI": b"\x1b[66",
    "C1": b"\xc2\x9b",
    "RLO": b"\xe2\x80\xae",
    "LRI": b"\xe2\x81\xa6",
    "CR": b"\rX",
}
WAIT_S = 60.0


def named(what: str) -> str:
    return f"{what}{EVIL}"


MESSAGE = {
    "content": f"My cousin {named('Ottilie')} moved to Tihany in 2020. I keep two goats.",
    "name": named("Ida"),
    "session_id": named("session"),
    "namespace": named("space"),
    "id": named("ref"),
    "timestamp": "2031-05-01T10:00:00Z",
    "metadata": {
        "tags": [named("tag")],
        "heading": named("heading"),
        "file": named("f"),
        "line": 3,
    },
    "attachments": [{"name": named("picture.png"), "type": "image/png"}],
}


@pytest.fixture(scope="module")
def planted(tmp_path_factory):
    """A folder with a store in which all that has a name is evil. Its last commit may change."""
    folder = tmp_path_factory.mktemp("evil")
    store, chats = folder / "store", folder / named("chats").replace("/", "")
    chats.mkdir()
    (chats / f"{named('a')}.jsonl").write_text(json.dumps(MESSAGE) + "\n")
    (chats / f"{named('bad')}.jsonl").write_text(
        '{"content": 3, "x": "' + "\\u001b" + '"}\n' + EVIL
    )
    run_here("ingest", chats / f"{named('a')}.jsonl", "--store", store, "--create")
    turns = [
        {**MESSAGE, "content": f"{named('word')} {n}", "id": named(f"r{n}")} for n in range(60)
    ]
    run_here("ingest", "-", "--store", store, stdin="\n".join(map(json.dumps, turns)))
    run_here("extract", "--store", store)
    run_here("link", "--store", store)
    row = json.dumps({"item": named("flour"), "note": named("cell")})
    run_here("table", "create", "stock", "--store", store, stdin=row)
    run_here("task", "add", named("buy goats"), "--store", store, "-n", named("space"))
    run_here("add", named("note"), "--store", store, "--tags", named("tag"), "-n", named("space"))
    run_here("query", named("goats"), "--store", store)
    return folder


def commands(folder: Path) -> list[list[str]]:
    """Return what is run; with names that are wrong, the errors that tell of them."""
    store, (chats,) = str(folder / "store"), folder.glob("chats*")
    wrong, told = named("none"), ["--store", store]
    read = [
        ["query", "goats"], ["query", named("goats"), "--explain"],
        ["query", "goats", "-f", "csv"], ["query", "goats", "-f", "md"],
        ["query", "goats", "-f", "text"], ["query", "goats", "-f", "json"],
        ["query", "x", "--name", wrong], ["query", "x", "--where", wrong],
        ["query", "x", "-n", wrong], ["query", "x", "--since", wrong], ["context", "goats"],
        ["context", "goats", "-n", named("space")], ["profile"], ["profile", named("Ida")],
        ["profile", wrong], ["task", "list", "-n", named("space")], ["task", "due"],
        ["task", "review"], ["task", "show", wrong], ["entities", "list"],
        ["entities", "show", wrong], ["show", named("ref")], ["show", wrong],
        ["show", named("ref"), "--links"], ["show", named("ref"), "--history"],
        ["export", "--format", "md"], ["export"], ["export", "-f", "text"],
        ["sql", "SELECT text, speaker, session_id FROM memories LIMIT 3"],
        ["sql", f"SELECT '{EVIL}' AS x"], ["sql", wrong], ["sql", "SELECT * FROM stock"],
        ["table", "list"], ["table", "drop", wrong], ["stats"], ["stats", "-n", named("space")],
        ["log"], ["log", "-f", "text"], ["check"], ["doctor"], ["config", "list"],
        ["config", "get", wrong], ["config", "set", wrong, "x"],
        ["config", "set", "llm.model", named("model")], ["config", "list"], ["models", "list"],
        ["hook", "status"], ["trust", "--list"], ["bundle", "known"], ["eval", wrong],
        ["decay", "--dry-run"], ["decay", "--explain", named("ref")],
        ["bundle", "verify", wrong], ["browse", "--help"],
    ]  # fmt: skip
    write = [
        ["ingest", str(chats)], ["ingest", str(chats), "--on-error", "skip", "--dry-run"],
        ["ingest", wrong], ["sync", str(chats)], ["sync", str(chats)], ["add", named("more")],
        ["pin", wrong], ["pin", named("ref")], ["unpin", named("ref")], ["hide", named("ref")],
        ["restore", named("ref")], ["feedback", named("goats"), "--good", named("ref")],
        ["entities", "merge", wrong, wrong], ["entities", "split", wrong],
        ["task", "done", wrong], ["forget", wrong], ["forget", named("r1"), "--dry-run"],
        ["forget", named("r1")], ["forget", "--purge", named("r2")], ["extract"], ["link"],
        ["consolidate"], ["caption"], ["compact"], ["undo"], ["undo", "--to", wrong],
        ["pull", wrong], ["push", wrong], ["backup", str(folder / named("backup"))],
        ["reembed", "--encoder", wrong], ["repair", "--dry-run"],
        ["encrypt", "--key-file", wrong],
        ["extract", "--llm", f"command:{sys.executable} -c print({EVIL!r})"],
    ]  # fmt: skip
    bare = [
        [wrong], ["query", f"--{wrong}"], ["query", "x", "--store", wrong],
        ["query", "x", "-f", wrong], ["help", wrong], ["init", "--store", store],
        ["trust", wrong], ["models", "distill", wrong], ["hook", "install", wrong],
        ["init", "--from", wrong],
    ]  # fmt: skip
    return [*([*each, *told] for each in [*read, *write]), *bare]


@pytest.fixture
def home(planted, monkeypatch):
    monkeypatch.setenv("PAGER", "cat")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(planted / "config"))
    monkeypatch.setenv("HOME", str(planted))


@pytest.mark.parametrize(
    "command",
    [["query", "goats"], ["log"], ["ingest", "CHATS", "--dry-run"], ["show", named("none")]],
)
def test_a_terminal_gets_nothing_raw(command, planted, home):
    (chats,) = map(str, planted.glob("chats*"))
    given = [chats if word == "CHATS" else word for word in command]
    assert faults_of([*given, "--store", str(planted / "store")]) == []


@pytest.mark.soak
def test_no_command_hands_on_what_was_planted(planted, home):
    faults = [(fault, command) for command in commands(planted) for fault in faults_of(command)]
    assert faults == []


def faults_of(command: list[str]) -> list[str]:
    """Return what a command hands on raw, or that it ends with a traceback."""
    shown = drawn(command)
    bad = [what for what, raw in RAW.items() if raw in shown]
    return [*bad, *(["Traceback"] if b"Traceback" in shown else [])]


def drawn(command: list[str]) -> bytes:
    """Return what a command writes on a pseudo terminal."""
    terminal, slave = pty.openpty()
    ours = [sys.executable, "-m", "memcli", *command]
    child = subprocess.Popen(ours, stdin=slave, stdout=slave, stderr=slave, start_new_session=True)
    os.close(slave)
    shown, until = b"", time.monotonic() + WAIT_S
    while (left := until - time.monotonic()) > 0 and select.select([terminal], [], [], left)[0]:
        try:
            shown += os.read(terminal, 65_536)
        except OSError:  # nobody has the other end any more
            break
    os.close(terminal)
    child.kill()
    child.wait()
    return shown
