"""memcli pull"""

from __future__ import annotations

import shutil
import sys

import pytest

from tests.support.paths import SAMPLE

SAME_DAY = ("2026-01-05T09:00:00Z", "2026-01-05T10:00:00Z", "2026-01-05T11:00:00Z")
TURNS = "SELECT seq, text FROM memories WHERE level = 0 ORDER BY session_id, seq"


@pytest.fixture
def stores(run, tmp_path):
    """Two stores with notes of one day: first and last in one, that between in the other."""
    for name in ("desk", "road"):
        run("init", "--store", tmp_path / name)
    texts = ("the kettle is blue", "the bus leaves at nine", "Ida likes tea")
    for place, text, at in zip(("desk", "road", "desk"), texts, SAME_DAY, strict=True):
        run("add", text, "--timestamp", at, "--store", tmp_path / place)
    return tmp_path / "desk", tmp_path / "road"


@pytest.fixture
def ssh(tmp_path, monkeypatch):
    """Set what stands in for ssh and runs the command here; return where it notes how much came."""
    script, sizes = tmp_path / "ssh", tmp_path / "sizes"
    came = tmp_path / "came"
    lines = (f'sh -c "$2" > {came}', "status=$?", f"cat {came}", f"cat {came} >> {sizes}.$1")
    script.write_text("\n".join(["#!/bin/sh", *lines, "exit $status", ""]))
    script.chmod(0o755)
    monkeypatch.setenv("MEMCLI_SSH", str(script))
    monkeypatch.setenv("MEMCLI_REMOTE", f"{sys.executable} -m memcli")
    return tmp_path / "sizes.laptop"


def turns(run, store):
    return [(r["seq"], r["text"]) for r in run("sql", TURNS, "--store", store).records]


def test_notes_of_one_day_are_put_in_order_and_undo_takes_them_back(run, run_process, stores):
    desk, road = stores
    done = run_process("pull", desk, "--store", road)
    assert done.records[0]["counts"]["memories"] == 2
    assert "undo takes that back" in done.stderr
    run("pull", road, "--store", desk)
    assert turns(run, desk) == turns(run, road)
    assert [text for _, text in turns(run, desk)] == [
        "the kettle is blue", "the bus leaves at nine", "Ida likes tea"
    ]  # fmt: skip
    for store in stores:
        assert run("check", "--store", store).records == []
    again = run("pull", desk, "--store", road)
    assert "nothing new" in again.stderr
    assert "commit" not in again.records[0]
    run("undo", "--store", road)
    assert turns(run, road) == [(0, "the bus leaves at nine")]
    assert run("pull", desk, "--store", road).records[0]["counts"]["memories"] == 2


def test_a_dry_run_says_what_would_come_and_go(run, stores):
    desk, road = stores
    run("pull", desk, "--store", road)
    first = run("sql", TURNS.replace("seq, text", "id"), "--store", desk).records[0]["id"]
    run("forget", "--purge", first, "--store", desk)
    run("add", "a new ladder", "--store", desk)
    done = run("pull", desk, "--store", road, "--dry-run")
    assert done.records[0]["counts"] | {"memories": 1, "purged": 1} == done.records[0]["counts"]
    assert "1 memories that were purged there would be purged here" in done.stderr
    assert len(turns(run, road)) == 3


def test_what_is_purged_there_is_gone_here_and_may_come_back_when_it_is_allowed(run, stores):
    desk, road = stores
    run("pull", desk, "--store", road)
    first = run("sql", TURNS.replace("seq, text", "id"), "--store", desk).records[0]["id"]
    run("forget", "--purge", first, "--store", desk)
    run("pull", desk, "--store", road)
    assert [text for _, text in turns(run, road)] == ["the bus leaves at nine", "Ida likes tea"]
    assert run("check", "--store", road).records == []
    run("check", "--purged", "the kettle is blue", "--store", road)
    again = ("add", "the kettle is blue", "--timestamp", SAME_DAY[0])
    assert "stays gone" in run(*again, "--store", road).stderr
    key = next(road.glob("tombstones-*.key"))
    assert key.stat().st_mode & 0o777 == 0o600
    run(*again, "--allow", "--store", desk)
    run("pull", desk, "--store", road)
    run("pull", road, "--store", desk)
    assert turns(run, road) == turns(run, desk)
    assert len(turns(run, road)) == 3


def test_a_bundle_of_an_unknown_store_is_taken_when_it_is_said_whose_it_is(run, stores, tmp_path):
    desk, road = stores
    run("add", "I am the core of desk", "--type", "core", "--pin", "--store", desk)
    run("bundle", "create", tmp_path / "b", "--store", desk)
    done = run("pull", tmp_path / "b", "--store", road, status=2)
    assert "say whose it is: --mine, or --from-stranger" in done.stderr
    run("pull", tmp_path / "b", "--mine", "--from-stranger", "--store", road, status=2)
    other = shutil.copytree(road, tmp_path / "other")
    run("pull", tmp_path / "b", "--from-stranger", "--store", other)
    asked = "SELECT type, pinned FROM memories WHERE text LIKE 'I am the core%'"
    (kept,) = run("sql", asked, "--store", other).records
    assert (kept["type"], kept.get("pinned")) == ("semantic", None)
    assert run("check", "--store", other).records == []
    run("pull", tmp_path / "b", "--mine", "--store", road)
    (kept,) = run("sql", asked, "--store", road).records
    assert (kept["type"], kept["pinned"]) == ("core", True)
    assert "nothing new" in run("pull", tmp_path / "b", "--store", road).stderr


def test_another_machine_sends_what_is_new_since_the_last_time(run, stores, ssh):
    desk, road = stores
    run("ingest", SAMPLE, "--store", desk)
    url = f"ssh://laptop{desk}"
    assert run("pull", url, "--store", road).records[0]["counts"]["memories"] == 292
    first = ssh.stat().st_size
    run("add", "a new ladder", "--store", desk)
    assert run("pull", url, "--store", road).records[0]["counts"]["memories"] == 1
    assert ssh.stat().st_size - first < first / 2
    done = run("pull", f"ssh://laptop{desk}-not", "--store", road, status=69)
    assert "memcli on laptop ended with status 66" in done.stderr
    run("pull", "ssh://-oProxyCommand=x/y", "--store", road, status=2)
    run("pull", "ftp://host/x", "--store", road, status=2)


def test_one_namespace_alone_is_taken(run, stores):
    desk, road = stores
    run("add", "of work", "--namespace", "work", "--store", desk)
    run("pull", desk, "--namespace", "work", "--store", road)
    assert sorted(text for _, text in turns(run, road)) == ["of work", "the bus leaves at nine"]
    run("pull", desk, "--store", road)
    assert len(turns(run, road)) == 4
    assert run("check", "--store", road).records == []


def test_vectors_are_made_by_the_encoder_of_the_store_that_takes(run, stores, tmp_path):
    desk, _ = stores
    run("init", "--encoder", "minilm-l6-v2", "--store", tmp_path / "other")
    run("pull", desk, "--store", tmp_path / "other")
    assert run("check", "--store", tmp_path / "other").records == []
    assert run("query", "kettle", "-k", 1, "--store", tmp_path / "other").records


def test_a_source_that_is_nowhere_is_named(run, stores, tmp_path):
    assert "is not there" in run("pull", tmp_path / "x", "--store", stores[0], status=66).stderr
