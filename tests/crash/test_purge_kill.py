"""A purge that is killed at any step is done when it is run again, and nothing else is lost."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from store import Store
from store.errors import InputNotFound
from store.purge import unfinished_purge
from store.traces import find_traces
from tests.support.killer import Killer, content, errors
from tests.support.program import MEMCLI, run_here

SECRET = "turn 1 of a"
# Deaths between these look alike: some of them are enough.
TURNING_POINTS = ("link", "replace", "cleanup_old_versions")
EVERY = 72


@pytest.fixture(scope="module")
def told(small_store: Path, inputs, tmp_path_factory) -> Path:
    """A store whose history is worth forgetting: more turns, undone again, and a query."""
    path = tmp_path_factory.mktemp("told") / "store"
    shutil.copytree(small_store, path)
    run_here("ingest", inputs["first"], "--session", SECRET, "--store", path, "--quiet")
    Store.open(path).undo()
    return path


def buried(path: Path) -> int:
    """Return how many tombstones a store has."""
    return Store.open(path).snapshot().count("tombstones")


def published(killer: Any) -> int:
    """Return the step after which the commit is there: the key is linked to its name before."""
    assert killer.kinds.count("link") == 2
    return len(killer.kinds) - killer.kinds[::-1].index("link")


def test_a_killed_purge_is_done_when_it_is_run_again(told: Path, inputs, tmp_path) -> None:
    (secret,) = [row["id"] for row in content(told)["memories"] if row["text"] == SECRET]
    command = [*MEMCLI, "forget", "--purge", secret, "--store", "STORE", "--quiet"]
    killer = Killer(tmp_path, command, told)
    before, after = content(told), content(killer.whole)
    assert [row["text"] for row in before["memories"]].count(SECRET) == 1
    assert {row["id"] for row in before["memories"]} - {secret} == {
        row["id"] for row in after["memories"]
    }
    assert list(find_traces(Store.open(killer.whole), [SECRET])) == []
    seen = []
    for at, path in killer.victims(killer.some_points(EVERY, TURNING_POINTS)):
        left = content(path)
        assert left in (before, after), killer.steps[at - 1]
        assert buried(path) == (buried(killer.whole) if left == after else 0), killer.steps[at - 1]
        seen.append(left == after)
        is_done = left == after and unfinished_purge(Store.open(path)) is None
        again = ("forget", "--purge", secret, "--store", path, "--quiet")
        run_here(*again, status=InputNotFound.status if is_done else 0)
        assert content(path) == after, killer.steps[at - 1]
        assert errors(path) == [], killer.steps[at - 1]
        assert list(find_traces(Store.open(path), [SECRET])) == [], killer.steps[at - 1]
        assert buried(path) == buried(killer.whole) > 0
        if seen.count(seen[-1]) == 1:
            again = run_here("ingest", inputs["first"], "--store", path)
            assert "1 turn was purged before" in again.stderr
            assert content(path)["memories"] == after["memories"]
        shutil.rmtree(path)
    assert set(seen) == {True, False}
    assert seen == sorted(seen)
    assert len(seen) >= 10


def test_a_compact_finishes_a_killed_purge_too(told: Path, tmp_path) -> None:
    secret = next(r["id"] for r in content(told)["memories"] if r["text"] == SECRET)
    command = [*MEMCLI, "forget", "--purge", secret, "--store", "STORE", "--quiet"]
    killer = Killer(tmp_path, command, told)
    path = killer.victim(published(killer) + 1)
    assert unfinished_purge(Store.open(path)) is not None
    assert "cut short" in " ".join(errors(path))
    run_here("compact", "--store", path, "--quiet")
    assert unfinished_purge(Store.open(path)) is None
    assert list(find_traces(Store.open(path), [SECRET])) == []
    assert errors(path) == []
