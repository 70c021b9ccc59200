"""A purge that is killed at any step is done when it is run again, and nothing else is lost."""

from __future__ import annotations

import shutil
from contextlib import redirect_stdout
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any

import pytest

from memcli.cli.app import app
from store import Store
from store.errors import InputNotFound
from store.purge import unfinished_purge
from store.traces import find_traces

SECRET = "turn 1 of a"
# Deaths between these look alike: some of them are enough.
TURNING_POINTS = ("link", "replace", "cleanup_old_versions")
EVERY = 8


def memcli(*arguments: object) -> None:
    """Run memcli in this process, which is faster, and drop what it prints."""
    with redirect_stdout(TextIOWrapper(BytesIO())):
        app([str(argument) for argument in arguments], standalone_mode=False)


@pytest.fixture(scope="module")
def told(small_store: Path, inputs, tmp_path_factory) -> Path:
    """A store whose history is worth forgetting: more turns, undone again, and a query."""
    path = tmp_path_factory.mktemp("told") / "store"
    shutil.copytree(small_store, path)
    memcli("ingest", inputs["first"], "--session", SECRET, "--store", path, "--quiet")
    Store.open(path).undo()
    return path


def points(killer: Any) -> list[int]:
    """Return the steps to die at."""
    turning = [at for at in killer.points() if killer.kinds[at - 1] in TURNING_POINTS]
    published = killer.kinds.index("link") + 2
    return sorted({*turning, published, len(killer.kinds), *killer.points()[::EVERY]})


def test_a_killed_purge_is_done_when_it_is_run_again(told: Path, tmp_path, tools: Any) -> None:
    content, errors = tools["content"], tools["errors"]
    (secret,) = [row["id"] for row in content(told)["memories"] if row["text"] == SECRET]
    command = [*tools["MEMCLI"], "forget", "--purge", secret, "--store", "STORE", "--quiet"]
    killer = tools["Killer"](tmp_path, command, told)
    before, after = content(told), content(killer.whole)
    assert [row["text"] for row in before["memories"]].count(SECRET) == 1
    assert {row["id"] for row in before["memories"]} - {secret} == {
        row["id"] for row in after["memories"]
    }
    assert list(find_traces(Store.open(killer.whole), [SECRET])) == []
    seen = []
    for at, path in killer.victims(points(killer)):
        left = content(path)
        assert left in (before, after), killer.steps[at - 1]
        seen.append(left == after)
        is_done = left == after and unfinished_purge(Store.open(path)) is None
        try:
            memcli("forget", "--purge", secret, "--store", path, "--quiet")
        except InputNotFound:
            assert is_done, killer.steps[at - 1]
        assert content(path) == after, killer.steps[at - 1]
        assert errors(path) == [], killer.steps[at - 1]
        assert list(find_traces(Store.open(path), [SECRET])) == [], killer.steps[at - 1]
        shutil.rmtree(path)
    assert set(seen) == {True, False}
    assert seen == sorted(seen)
    assert len(seen) >= 10


def test_a_compact_finishes_a_killed_purge_too(told: Path, tmp_path, tools: Any) -> None:
    secret = next(r["id"] for r in tools["content"](told)["memories"] if r["text"] == SECRET)
    command = [*tools["MEMCLI"], "forget", "--purge", secret, "--store", "STORE", "--quiet"]
    killer = tools["Killer"](tmp_path, command, told)
    path = killer.victim(killer.kinds.index("link") + 2)
    assert unfinished_purge(Store.open(path)) is not None
    assert "cut short" in " ".join(tools["errors"](path))
    memcli("compact", "--store", path, "--quiet")
    assert unfinished_purge(Store.open(path)) is None
    assert list(find_traces(Store.open(path), [SECRET])) == []
    assert tools["errors"](path) == []
