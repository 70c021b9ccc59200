"""memcli encrypt"""

from __future__ import annotations

import json
import stat

import pytest

from store.encryption.opening import close_vaults
from tests.support.encrypting import holding, own_key
from tests.support.program import run_memcli

WORDS = ("harmonium", "Noor reads him", "logbook", "mara-and-jonas", "Tafelberg")


@pytest.fixture
def home(tmp_path):
    """Settings, and a folder to decrypt to."""
    with own_key(tmp_path):
        yield tmp_path


def test_nothing_of_any_turn_is_in_any_file_and_everything_is_found(
    run_process, run, sample, home, monkeypatch
):
    key = home / "new" / "key"
    monkeypatch.delenv("MEMCLI_KEY_FILE")
    assert holding(sample, WORDS)
    done = run_process("encrypt", "--store", sample, "--new-key", key)
    assert done.records[0]["counts"]["files"] > 20
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert holding(sample, WORDS) == []
    assert list((home / "runtime").rglob("*.lance")) == []
    told = run_process("query", "harmonium", "--store", sample, "-k", 1, status=65)
    assert "no key is given" in told.stderr
    asked = ("query", "harmonium", "--store", sample, "-k", 1, "--key-file", key)
    assert "harmonium" in run_process(*asked).records[0]["text"]
    assert holding(sample, WORDS) == []


def every_turn(run, store):
    """Return what was said in a store, and what was derived of it."""
    rows = run("export", "--store", store, "--format", "jsonl").stdout.splitlines()
    return [text for row in rows if (text := json.loads(row).get("text"))]


def test_all_commands_work_on_it(run, sample, home):
    run("encrypt", "--store", sample)
    at = ("--store", sample)
    added = run("add", "The spare key hangs behind the quarxilon", *at).records[0]["id"]
    assert run("query", "quarxilon", *at, "-k", 1).records[0]["id"] == added
    assert run("sql", "select count(*) as n from memories", *at).records[0]["n"] > 290
    assert run("show", added, *at).records[0]["text"].endswith("quarxilon")
    run("pin", added, *at)
    run("hide", added, *at)
    run("restore", added, *at)
    run("compact", *at)
    run("undo", *at)
    run("unpin", added, *at)
    assert run("check", *at).records == []
    said = every_turn(run, sample)
    assert len(said) > 290
    close_vaults()
    whole = [text for text in said if len(text) > 12]
    assert holding(sample, whole) == []
    run("forget", "--purge", added, *at, "--receipt", home / "receipt")
    close_vaults()
    run("check", "--receipt", home / "receipt", *at)
    assert run("check", "--purged", "behind the quarxilon", *at).records == []
    assert run("check", *at).records == []


def test_the_key_is_changed_and_only_the_new_one_opens_it(run, sample, home):
    old, new = home / "key", home / "new"
    run("encrypt", "--store", sample)
    run("encrypt", "--store", sample, "--rekey", status=2)
    run("encrypt", "--store", sample, "--new-key", new, status=2)
    run("encrypt", "--store", sample, "--rekey", "--new-key", new)
    close_vaults()
    told = run("log", "--store", sample, "--key-file", old, status=65)
    assert "is not the key" in told.stderr
    assert run("log", "--store", sample, "--key-file", new).records


def test_a_passphrase_has_to_be_long_and_one_that_is_there_is_used(run, sample, home):
    phrase = home / "phrase"
    phrase.write_text("short\n")
    run("encrypt", "--store", sample, "--new-key", phrase, status=2)
    assert (sample / "tables").is_dir()
    phrase.write_text("correct horse battery staple\n")
    phrase.chmod(0o644)
    told = run("encrypt", "--store", sample, "--new-key", phrase).stderr
    assert "used as it is" in told
    assert "read by others" in told
    assert phrase.read_text() == "correct horse battery staple\n"
    assert run("log", "--store", sample, "--key-file", phrase).records


def test_a_second_time_it_finishes_what_was_killed(run, sample, home):
    run("encrypt", "--store", sample)
    (sample / "tables").mkdir()
    (sample / "tables" / "left").write_text("quarxilon")
    problems = run("check", "--store", sample, status=65).records
    assert "in plain" in problems[0]["what"]
    run("encrypt", "--store", sample)
    assert not (sample / "tables").exists()
    assert run("check", "--store", sample).records == []


def test_hooks_leave_nothing_on_the_disk(run, sample, home, monkeypatch):
    monkeypatch.setenv("HOME", str(home))
    run("encrypt", "--store", sample)
    close_vaults()
    report = {"session_id": "s1", "cwd": str(home), "transcript_path": "/quarxilon/t.jsonl"}
    env = {"MEMCLI_STORE": str(sample)}
    run_memcli("hook", "stop", "--client", "none", stdin=json.dumps(report), env=env)
    assert holding(sample, ["quarxilon"]) == []
    # What reads it runs by itself, and may be done by now.
    run("hook", "catch-up", "--store", sample)
    assert not (sample / "hooks" / "spool.jsonl").exists()
