"""A nightly run that is killed at random moments and run again ends at the same store."""

from __future__ import annotations

import random
import shutil
from pathlib import Path
from typing import Any

import pytest

from store import Store
from tests.support.killer import errors, run_until
from tests.support.paths import LIFE
from tests.support.program import MEMCLI, run_here

NOW = "2026-03-01T03:00:00Z"
# Vectors differ in the last bit with the batches that texts were encoded in.
NOT_COMPARED = {"recorded_at", "vector"}
TABLES = ("memories", "archive", "links", "entities", "strengths")
STORES, KILLS_EACH = 1, 2


def kept(path: Path) -> dict[str, Any]:
    """Return all rows of a store, but for when they were written."""
    snapshot = Store.open(path).snapshot()
    tables = {}
    for name in TABLES:
        rows = snapshot.read(name).to_pylist()
        plain = [{k: v for k, v in row.items() if k not in NOT_COMPARED} for row in rows]
        tables[name] = sorted(plain, key=lambda row: str(row.get("id") or sorted(row.items())))
    return tables


def consolidate(path: Path) -> list[str]:
    """Return the command line of a nightly run."""
    return [*MEMCLI, "consolidate", "--store", str(path), "--now", NOW, "--quiet"]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a store that was told a life and has not slept on it."""
    path = tmp_path_factory.mktemp("told") / "store"
    run_here("init", "--store", path)
    run_here("ingest", LIFE, "--now", "2026-01-02T00:00:00Z", "--store", path)
    return path


def test_a_run_killed_at_random_moments_ends_where_a_whole_one_does(told, tmp_path):
    whole = Path(shutil.copytree(told, tmp_path / "whole"))
    done, steps = run_until(consolidate(whole), whole)
    assert done.returncode == 0, done.stderr
    assert len(steps) > 100

    def killed(number: int) -> Path:
        path = Path(shutil.copytree(told, tmp_path / f"killed-{number}"))
        chance = random.Random(number)
        left, kills = len(steps), 0
        while kills < KILLS_EACH:
            killed, taken = run_until(consolidate(path), path, chance.randint(1, max(1, left // 2)))
            assert killed.returncode in (-9, 0), killed.stderr
            kills += killed.returncode == -9
            left -= len(taken)
            if killed.returncode == 0:  # it came to its end before: another night
                shutil.rmtree(path)
                shutil.copytree(told, path)
                left = len(steps)
        return path

    expected = kept(whole)
    for path in map(killed, range(STORES)):
        run_here(*consolidate(path)[len(MEMCLI) :])
        assert errors(path) == []
        found = kept(path)
        for name in TABLES:
            assert found[name] == expected[name], name
