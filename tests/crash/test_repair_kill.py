"""A repair that is killed at any step is done when it is run again, and loses nothing by it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from store import Store
from tests.support.damage import flip, newest
from tests.support.killer import Killer, content, errors
from tests.support.program import MEMCLI, run_here

# Deaths between these look alike: some of them are enough.
TURNING_POINTS = ("link", "replace", "unlink", "rename")
EVERY = 120


@pytest.fixture(scope="module")
def broken(small_store: Path, inputs, tmp_path_factory) -> Path:
    """A store with a damaged commit, a table without versions, and files lost and damaged."""
    path = tmp_path_factory.mktemp("broken") / "store"
    shutil.copytree(small_store, path)
    run_here("ingest", inputs["first"], "--session", "again", "--store", path, "--quiet")
    store = Store.open(path)
    newest(store, "memories.lance/data/*").unlink()
    for manifest in store.layout.table("links").glob("_versions/*.manifest"):
        manifest.unlink()
    flip(newest(store, "strengths.lance/_indices/*/*"))
    flip(newest(store, "memories.lance/_refs/tags/*"))
    (store.layout.commits / f"{store.head().number:08d}.json").write_text("{")
    return path


def test_a_killed_repair_is_done_when_it_is_run_again(broken: Path, tmp_path) -> None:
    killer = Killer(tmp_path, [*MEMCLI, "repair", "--store", "STORE", "--quiet"], broken)
    after = content(killer.whole)
    assert errors(killer.whole) == []
    every = int(os.environ.get("KILL_EVERY", EVERY))
    turning = [at for at in killer.points() if killer.kinds[at - 1] in TURNING_POINTS]
    points = sorted({*turning[:: max(1, len(turning) // 8)], *killer.points()[::every]})
    for at, path in killer.victims(points):
        run_here("repair", "--store", path, "--quiet")
        assert errors(path) == [], killer.steps[at - 1]
        assert content(path) == after, killer.steps[at - 1]
        shutil.rmtree(path)
    assert len(points) >= 8
