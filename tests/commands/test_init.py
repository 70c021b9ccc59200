"""memcli init"""

import json
import stat

from store.encryption.opening import close_vaults
from tests.support.encrypting import holding, own_key


def test_init_makes_a_closed_store_that_says_what_it_is(run, run_process, tmp_path):
    store = tmp_path / "deep" / "store"
    result = run_process("init", "--store", store)
    assert result.records[0]["counts"] == {"store": str(store)}
    assert stat.S_IMODE(store.stat().st_mode) == 0o700
    assert {path.name for path in store.iterdir()} == {
        ".gitignore", "README", "store.json", "config.toml", "tables", "commits", "lock",
    }  # fmt: skip
    assert json.loads((store / "store.json").read_text())["format"] == 1
    assert run("check", "--store", store).records == []


def test_init_never_touches_what_is_there(run, sample, tmp_path):
    before = (sample / "store.json").read_bytes()
    assert "is a store already" in run("init", "--store", sample, status=73).stderr
    assert (sample / "store.json").read_bytes() == before
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("dear")
    assert "not empty" in run("init", "--store", tmp_path / "full", status=73).stderr


def test_init_here_is_found_from_folders_below(run, tmp_path):
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    run("init", "--here", cwd=tmp_path)
    assert run("log", cwd=below).records[0]["command"] == "init"


def test_the_environment_names_a_store(run, tmp_path):
    named = {"MEMCLI_STORE": str(tmp_path / "mine")}
    run("init", env=named)
    assert run("log", env=named).records[0]["command"] == "init"


def test_an_unknown_encoder_makes_no_store(run, tmp_path):
    store = tmp_path / "store"
    result = run("init", "--store", store, "--encoder", "gpt", status=69)
    assert "no encoder at gpt" in result.stderr
    assert not store.exists()


def test_it_can_be_encrypted_from_its_birth(run, tmp_path):
    with own_key(tmp_path):
        run("init", "--encrypt", "--store", tmp_path / "new")
        run("add", "the quarxilon is blue", "--store", tmp_path / "new")
        assert holding(tmp_path / "new", ["quarxilon"]) == []
        assert run("query", "quarxilon", "--store", tmp_path / "new").records
        run("init", "--new-key", tmp_path / "k", "--store", tmp_path / "other")
        close_vaults()
        run("log", "--store", tmp_path / "other", status=65)
        run("init", "--encrypt", "--from", tmp_path / "new", "--store", tmp_path / "x", status=2)


def test_quiet_says_nothing_beside_the_record(run, tmp_path):
    done = run("init", "-q", "--store", tmp_path / "store")
    assert done.stderr == ""
    assert done.records[0]["command"] == "init"
