"""memcli vault add: what was said is moved, what is typed is not shown."""

from __future__ import annotations

import json
import os
import pty
import select
import shutil
import subprocess

import pytest

from tests.support.encrypting import holding
from tests.support.program import MEMCLI
from tests.support.vaulting import VALUE, keyed_home

TALK = [
    ("Nora", "We moved in last week, the flat in Ghent is lovely."),
    ("Piet", "What is the wifi password?"),
    ("Nora", f"The wifi password is {VALUE}."),
    ("Piet", "Thanks! My sister Tilda lives in Utrecht."),
]


@pytest.fixture
def home(tmp_path, monkeypatch):
    with keyed_home(tmp_path, monkeypatch) as folder:
        yield folder


@pytest.fixture(scope="module")
def told_once(run, empty_once, tmp_path_factory):
    """A store in which somebody said a password, with all that is made of it."""
    store = shutil.copytree(empty_once, tmp_path_factory.mktemp("told") / "store")
    lines = [
        json.dumps(
            {
                "content": text,
                "name": name,
                "session_id": "s",
                "timestamp": f"2026-01-03T10:0{n}:00Z",
            }
        )
        for n, (name, text) in enumerate(TALK)
    ]
    at = ("--store", store, "--now", "2026-01-20T00:00:00Z")
    run("ingest", *at, stdin="\n".join(lines))
    for step in ("extract", "link", "consolidate"):
        run(step, *at)
    return store


@pytest.fixture
def told(told_once, home, tmp_path):
    return shutil.copytree(told_once, tmp_path / "told")


def exported(run, store, folder):
    """Export a store in every form, with what is written beside it."""
    for form in ("jsonl", "markdown", "html", "csv", "duckdb", "graphml", "pairs", "chat"):
        done = run("export", "--store", store, "--format", form, "-o", folder / f"out.{form}")
        assert done.status == 0, form


def test_what_is_moved_is_in_no_byte_of_store_export_or_cache(run, told, home, tmp_path):
    at = ("--store", told)
    found = run("query", "what is the wifi password?", *at, "-k", 3).records
    turn = next(hit["id"] for hit in found if VALUE in hit["text"])
    assert holding(told, [VALUE])
    moved = run("vault", "add", "wifi", "--from", turn, *at)
    assert VALUE not in moved.stdout + moved.stderr
    assert holding(told, [VALUE, "wifi password is"]) == []
    assert run("vault", "get", "wifi", *at).stdout == f"{VALUE}\n"
    words = run("vault", "get", "wifi", "--words", *at).stdout
    assert words == f"Nora: The wifi password is {VALUE}.\n"
    for step in ("extract", "link", "consolidate"):
        run(step, *at, "--now", "2026-01-21T00:00:00Z")
    shown = [
        run("query", "what is the wifi password?", *at, "-k", 20, "--all"),
        run("context", "what is the wifi password?", *at),
        run("sql", "select * from memories union all by name select * from archive", *at),
        run("sql", "select * from vault", *at, status=2),
        run("log", *at),
        run("profile", "Nora", *at),
        run("stats", *at),
    ]
    assert [r.stdout for r in shown if VALUE in r.stdout + r.stderr] == []
    out = tmp_path / "out"
    out.mkdir()
    exported(run, told, out)
    everywhere = (told, out, home / "config")
    assert [path for place in everywhere for path in holding(place, [VALUE])] == []
    run("check", *at)
    # And the transcript that is read again brings nothing back.
    line = {"content": TALK[2][1], "name": "Nora", "session_id": "s"}
    again = {**line, "timestamp": "2026-01-03T10:02:00Z"}
    run("ingest", *at, stdin=json.dumps(again))
    assert holding(told, [VALUE]) == []


def test_a_statement_of_the_vault_names_its_turn(run, told):
    at = ("--store", told)
    rows = run("sql", "select id from memories where type = 'vault' and level = 1", *at).records
    trial = run("vault", "add", "wifi", "--from", rows[0]["id"], "--dry-run", *at)
    assert "would move 1 turns to 'wifi'" in trial.stderr
    assert run("vault", "list", *at).records == []
    run("vault", "add", "wifi", "--from", rows[0]["id"], *at)
    assert run("vault", "get", "wifi", *at).stdout == f"{VALUE}\n"


def typed(arguments, *lines, env):
    """Run memcli at a terminal of its own where lines are typed; return what it shows."""
    here, there = pty.openpty()
    process = subprocess.Popen(
        [*MEMCLI, *map(str, arguments)], stdin=there, stdout=there, stderr=there, env=env,
        start_new_session=True,
    )  # fmt: skip
    os.close(there)
    shown, waiting = b"", list(zip((b"Secret:", b"Again:"), lines, strict=False))
    # What is typed before a prompt is there would be flushed.
    while select.select([here], [], [], 60)[0]:
        try:
            some = os.read(here, 4096)
        except OSError:
            break
        shown += some
        if waiting and waiting[0][0] in shown:
            os.write(here, waiting.pop(0)[1].encode() + b"\n")
    os.close(here)
    return process.wait(30), shown.decode()


def test_at_a_terminal_it_is_typed_twice_and_not_shown(run, empty_store, home):
    at = ("--store", empty_store)
    env = {**os.environ, "TERM": "dumb"}
    status, shown = typed(("vault", "add", "bank", *at), VALUE, VALUE, env=env)
    assert (status, VALUE in shown) == (0, False)
    assert run("vault", "get", "bank", *at).stdout == f"{VALUE}\n"
    status, shown = typed(("vault", "get", "bank", *at), env=env)
    assert (status, shown) == (0, f"{VALUE}\r\n")
