"""memcli vault"""

from __future__ import annotations

import pytest

from tests.support.vaulting import VALUE, keyed_home


@pytest.fixture
def home(tmp_path, monkeypatch):
    with keyed_home(tmp_path, monkeypatch) as folder:
        yield folder


@pytest.fixture
def vault(run, empty_store, home):
    """Run `memcli vault`, or another command, on a store of its own."""

    def done(*words, stdin="", command="vault", **more):
        return run(command, *words, "--store", empty_store, stdin=stdin, **more)

    return done


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
