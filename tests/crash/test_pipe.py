"""`ingest | extract | link` in one pipe is the three in turn, also when one of them is killed."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest

from store import Store
from tests.support.killer import errors, run_until
from tests.support.paths import LIFE
from tests.support.program import MEMCLI, run_here

STEPS = ("ingest", "extract", "link")
OPTIONS = ("--now", "2026-01-02T00:00:00Z", "--quiet")
# What says when and in which transaction something was written, not what.
WHEN = {"recorded_at"}


def kept(path: Path) -> dict[str, Any]:
    """Return the memories, links and entities of a store, whole but for when they were written."""
    snapshot = Store.open(path).snapshot()
    tables = {}
    for name in ("memories", "links", "entities"):
        rows = snapshot.read(name).to_pylist()
        plain = [{k: v for k, v in row.items() if k not in WHEN} for row in rows]
        tables[name] = sorted(plain, key=lambda row: str(row.get("id") or sorted(row.items())))
    return tables


def command(step: str, path: Path) -> list[str]:
    """Return the command line of a step."""
    given = [str(LIFE), "--create"] if step == "ingest" else []
    return [*MEMCLI, step, *given, "--store", str(path), *OPTIONS]


def pipe(path: Path) -> None:
    """Run the three as one pipe of the shell."""
    line = " | ".join(shlex.join(command(step, path)) for step in STEPS)
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", line], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def run_step(step: str, path: Path, stdin: str = "") -> str:
    """Run a step inside this process and return its records."""
    return run_here(*command(step, path)[len(MEMCLI) :], stdin=stdin).stdout


def in_turn(path: Path) -> None:
    """Run the three one after the other, each on what the store has."""
    for step in STEPS:
        run_step(step, path)


def piped(path: Path) -> None:
    """Run the three one after the other, each on what the one before it wrote."""
    records = ""
    for step in STEPS:
        records = run_step(step, path, records)


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """An empty store, one filled in turn, and those that each step of that left."""
    folder = tmp_path_factory.mktemp("pipe")
    run_here("init", "--store", folder / "empty")
    shutil.copytree(folder / "empty", folder / "ingest")
    for before, after in (("ingest", "extract"), ("extract", "link"), ("link", "turns")):
        run_step(before, folder / before)
        shutil.copytree(folder / before, folder / after)
    return {name: folder / name for name in ("empty", "ingest", "extract", "turns")}


def test_a_pipe_is_the_three_commands_in_turn(stores, tmp_path) -> None:
    path = tmp_path / "store"
    # The first of the three makes the store while the others wait for what it writes.
    pipe(path)
    whole = kept(stores["turns"])
    assert len(whole["memories"]) > 90
    assert {row["relation"] for row in whole["links"]} >= {"supersedes", "mentions", "similar"}
    assert kept(path) == whole
    pipe(path)
    assert kept(path) == whole
    assert Store.open(path).head().number == 4
    assert errors(path) == []


BEFORE = {"extract": "ingest", "link": "extract"}


@pytest.fixture(scope="module")
def points(stores, tmp_path_factory) -> dict[str, dict[str, int]]:
    """The numbers of the first write of each step and of the one that publishes it."""
    found = {}
    for step, before in BEFORE.items():
        probe = tmp_path_factory.mktemp("probe") / step
        shutil.copytree(stores[before], probe)
        done, steps = run_until(command(step, probe), probe)
        assert done.returncode == 0, done.stderr
        kinds = [taken.split()[0] for taken in steps]
        places = {"first": kinds.index("write_dataset"), "published": kinds.index("link")}
        found[step] = {name: place + 1 for name, place in places.items()}
    return found


@pytest.mark.parametrize("step", BEFORE)
@pytest.mark.parametrize("point", ["first", "published"])
def test_a_step_that_is_killed_can_be_run_again(stores, points, tmp_path, step, point) -> None:
    before = stores[BEFORE[step]]
    whole = kept(stores["turns"])
    victim = tmp_path / "victim"
    shutil.copytree(before, victim)
    done, _ = run_until(command(step, victim), victim, points[step][point])
    assert done.returncode == -signal.SIGKILL
    assert os.path.isdir(victim)
    assert kept(victim) == kept(before)
    in_turn(victim) if point == "first" else piped(victim)
    assert kept(victim) == whole
    assert errors(victim) == []
