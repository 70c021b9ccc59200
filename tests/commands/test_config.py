"""Settings on the command line: get, set, unset, list."""

from __future__ import annotations

import pytest

from store.layout import CONFIG_TEXT


def test_a_setting_is_set_got_and_unset(run_process, run, empty_store):
    done = run_process("config", "set", "query.top_k", "20", "--store", empty_store)
    assert done.records[0]["value"] == 20
    assert done.stderr == "memcli: query.top_k was 10, is 20\n"
    assert "\ntop_k = 20\n" in (empty_store / "config.toml").read_text("utf-8")
    got = run("config", "get", "query.top_k", "--store", empty_store, "-f", "text")
    assert got.stdout == "20\n"
    done = run("config", "unset", "query.top_k", "--store", empty_store)
    assert (done.records[0]["value"], done.records[0]["source"]) == (10, "default")
    assert (empty_store / "config.toml").read_text("utf-8") == CONFIG_TEXT
    again = run("config", "unset", "query.top_k", "--store", empty_store)
    assert again.stderr == "memcli: query.top_k is so already\n"


def test_what_is_set_is_what_commands_use(run, sample):
    run("config", "set", "query.top_k", "3", "--store", sample)
    assert len(run("query", "boat", "--no-touch", "--store", sample).records) == 3


def test_settings_are_listed_with_where_they_are_from(run, empty_store):
    run("config", "set", "llm.model", "m", "--store", empty_store, "-q")
    env = {"MEMCLI_NAMESPACE": "work"}
    told = {
        one["key"]: one for one in run("config", "list", "--store", empty_store, env=env).records
    }
    sources = {
        key: told[key]["source"] for key in ("store", "namespace", "llm.model", "query.top_k")
    }
    assert list(sources.values()) == ["option", "environment", "file", "default"]
    assert told["namespace"]["value"] == "work"
    assert told["namespace"]["variable"] == "MEMCLI_NAMESPACE"
    lines = run("config", "list", "--store", empty_store, "-f", "text").stdout.splitlines()
    assert {"query.top_k = 10", "llm.model = m"} < set(lines)


def test_a_table_of_settings_and_what_is_not_set(run, empty_store):
    shown = run("config", "get", "caption", "--store", empty_store).records
    assert [one["key"] for one in shown] == ["caption.command", "caption.timeout_s"]
    text = run("config", "get", "caption", "--store", empty_store, "-f", "text").stdout
    assert text == "\n300.0\n"
    env = {"MEMCLI_STORE": str(empty_store)}
    (store,) = run("config", "get", "store", env=env).records
    assert (store["value"], store["source"]) == (str(empty_store), "environment")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("set", "query.topk", "3"), "did you mean query.top_k?"),
        (("get", "query.topk"), "did you mean query.top_k?"),
        (("unset", "nonsense"), "see: memcli config list"),
        (("set", "query.top_k", "0"), "nothing was changed"),
        (("set", "decay.clock", "moon"), "one of activity, days"),
        (("set", "decay.policy.name", "moon"), "policies are ebbinghaus"),
        (("set", "store", "x"), "set MEMCLI_STORE"),
        (("set", "decay.policy.phase", "[null]"), "cannot stand in config.toml"),
        (("set", "decay.policy.phase", "[" * 9999), "no setting 'phase'"),
        (("set", "llm.model", "caf\udce9"), "VALUE is not UTF-8"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(run, empty_store, words, told):
    failed = run("config", *words, "--store", empty_store, status=2)
    assert told in failed.stderr
    assert failed.stderr.count("\n") == 1
    assert (empty_store / "config.toml").read_text("utf-8") == CONFIG_TEXT


def test_a_dry_run_says_what_would_be(run, empty_store):
    done = run("config", "set", "query.top_k", "5", "--store", empty_store, "--dry-run")
    assert done.stderr == "memcli: query.top_k was 10, is 5; dry run, nothing was written\n"
    assert (empty_store / "config.toml").read_text("utf-8") == CONFIG_TEXT


def test_a_file_that_is_wrong_is_told_with_its_place(run, empty_store):
    (empty_store / "config.toml").write_text("[query]\ntop_k = = 0\n")
    for words in (("list",), ("get", "query.top_k"), ("set", "query.top_k", "3")):
        assert "line 2" in run("config", *words, "--store", empty_store, status=2).stderr


def test_without_a_store_there_are_no_settings(run, tmp_path):
    assert "memcli init" in run("config", "list", "--store", tmp_path / "no", status=66).stderr


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("query.top_k", "-1", "query.top_k has to be a whole number of 1 or more"),
        ("query.top_k", "1" + "0" * 20, "query.top_k has to be a whole number of 1000000 or less"),
        ("ingest.redact", "yes", "ingest.redact has to be true or false, and is a text"),
    ],
)
def test_a_value_that_cannot_be_says_what_can(run, sample_once, key, value, told):
    done = run("config", "set", key, value, "--store", sample_once, status=2)
    assert done.stderr == f"memcli: {told} (nothing was changed)\n"
