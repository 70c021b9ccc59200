"""memcli vault"""

from __future__ import annotations

import json
import os
import pty
import select
import shutil
import subprocess

import pytest

from memcli.agents.agent_shells import agent_shell
from tests.support.encrypting import holding, own_key
from tests.support.program import MEMCLI

VALUE = "heron-Quiet-7731"
TALK = [
    ("Nora", "We moved in last week, the flat in Ghent is lovely."),
    ("Piet", "What is the wifi password?"),
    ("Nora", f"The wifi password is {VALUE}."),
    ("Piet", "Thanks! My sister Tilda lives in Utrecht."),
]


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A key that is found by itself, and no agent's shell."""
    while shell := agent_shell(os.environ):
        monkeypatch.delenv(shell.variable)
    with own_key(tmp_path):
        yield tmp_path


@pytest.fixture
def vault(run, empty_store, home):
    """Run `memcli vault`, or another command, on a store of its own."""

    def done(*words, stdin="", command="vault", **more):
        return run(command, *words, "--store", empty_store, stdin=stdin, **more)

    return done


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


def test_through_the_process(run_process, empty_store, home):
    key = home / "new" / "key"
    at = ("--store", empty_store)
    kept = run_process("vault", "add", "bank", "--new-key", key, *at, stdin=f"{VALUE}\n")
    assert [record["name"] for record in kept.records] == ["bank"]
    assert VALUE not in kept.stdout + kept.stderr
    got = run_process("vault", "get", "bank", "--key-file", key, *at)
    assert (got.stdout, got.stderr) == (f"{VALUE}\n", "")
    refused = run_process("vault", "get", "bank", *at, status=65)
    assert "is not the key of secret 'bank'" in refused.stderr


def test_a_value_comes_out_as_it_went_in(vault):
    vault("add", "pem", stdin="-----BEGIN\nabc\n-----END\n")
    vault("add", "pin", stdin="0042\n")
    assert vault("get", "pem").stdout == "-----BEGIN\nabc\n-----END\n"
    assert vault("get", "pin").stdout == "0042\n"
    assert vault("get", "pin", "--exact").stdout == "0042"
    assert vault("get", "pin", "--format", "json").stdout.startswith('[{"kind":"secret"')
    assert vault("get", "pin", "--format", "jsonl").records[0]["value"] == "0042"


def test_names_are_listed_without_a_key_and_values_need_it(vault, monkeypatch):
    vault("add", "bank", stdin=VALUE)
    vault("add", "door", "-n", "work", stdin="1234x")
    monkeypatch.delenv("MEMCLI_KEY_FILE")
    assert vault("list", "--format", "text").stdout == "bank\ndoor\n"
    assert vault("list", "-n", "work", "--format", "text").stdout == "door\n"
    told = vault("get", "bank", status=65).stderr
    assert "no key is given for the vault of" in told
    assert "--key-file FILE, MEMCLI_KEY_FILE" in told


def test_what_is_not_there_is_told_with_the_nearest_name(vault):
    vault("add", "bank", stdin=VALUE)
    got = vault("get", "bnak", status=66)
    assert got.stdout == ""
    assert got.stderr == "memcli: there is no secret 'bnak' (did you mean 'bank'?)\n"
    vault("remove", "bnak", status=66)


def test_an_argument_is_refused_and_not_shown(vault):
    for words in (("bank", VALUE), ("bank", "--value", VALUE), ("bank", f"--value={VALUE}")):
        refused = vault("add", *words, status=2)
        assert VALUE not in refused.stdout + refused.stderr
    assert "never given as an argument" in vault("add", "bank", VALUE, status=2).stderr
    assert vault("list").stdout == ""
    assert VALUE not in vault(command="log").stdout


def test_undo_takes_each_step_back(vault):
    vault("add", "bank", stdin="first-value")
    assert "already" in vault("add", "bank", stdin="second-value", status=73).stderr
    vault("add", "bank", "--replace", stdin="second-value")
    vault(command="undo")
    assert vault("get", "bank").stdout == "first-value\n"
    vault("remove", "bank")
    vault("get", "bank", status=66)
    assert vault("get", "bank", "--at", 2).stdout == "first-value\n"
    vault(command="undo")
    assert vault("get", "bank").stdout == "first-value\n"


def test_removed_for_good_it_is_in_no_version(vault, empty_store):
    vault("add", "bank", stdin=VALUE)
    vault("add", "door", stdin="1234x")
    vault("remove", "bank", "--purge")
    assert vault("get", "bank", "--at", 2, status=66).stdout == ""
    assert vault("get", "door").stdout == "1234x\n"
    vault(command="check")


def test_in_the_shell_of_an_agent_it_refuses(vault, monkeypatch):
    vault("add", "bank", stdin=VALUE)
    monkeypatch.setenv("CLAUDECODE", "1")
    refused = vault("get", "bank", status=2)
    assert refused.stdout == ""
    assert "shell of Claude Code" in refused.stderr


def test_a_backup_has_it_and_a_bundle_does_not(vault, empty_store, home):
    vault("add", "bank", stdin=VALUE)
    vault(home / "backup", command="backup")
    restored = vault("get", "bank", "--store", home / "backup")
    assert restored.stdout == f"{VALUE}\n"
    made = vault("create", home / "b.memcli", command="bundle")
    assert "left out: the vault's 1 secrets, which stay in this store" in made.stderr


def test_another_key_opens_it_and_with_purge_the_old_one_nothing(vault, home, monkeypatch):
    vault("add", "bank", stdin=VALUE)
    old, new = home / "key", home / "new-key"
    vault("rekey", "--new-key", new)
    assert vault("get", "bank", "--at", 2).stdout == f"{VALUE}\n"
    assert vault("get", "bank", status=65).stdout == ""
    monkeypatch.setenv("MEMCLI_KEY_FILE", str(new))
    assert vault("get", "bank").stdout == f"{VALUE}\n"
    vault("rekey", "--new-key", home / "third", "--purge")
    monkeypatch.setenv("MEMCLI_KEY_FILE", str(old))
    vault("rekey", "--old-key", home / "third")
    assert vault("get", "bank").stdout == f"{VALUE}\n"


def test_it_follows_the_key_of_a_store_that_is_encrypted(vault, home, monkeypatch):
    vault("add", "bank", stdin=VALUE)
    own = home / "own-key"
    vault("--new-key", own, command="encrypt")
    monkeypatch.setenv("MEMCLI_KEY_FILE", str(own))
    assert vault("get", "bank").stdout == f"{VALUE}\n"
    vault("rekey", "--new-key", home / "no", status=2)
    vault("--rekey", "--new-key", home / "next", command="encrypt")
    monkeypatch.setenv("MEMCLI_KEY_FILE", str(home / "next"))
    assert vault("get", "bank").stdout == f"{VALUE}\n"
    vault(command="decrypt")
    assert vault("get", "bank").stdout == f"{VALUE}\n"
    vault(command="check")


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
