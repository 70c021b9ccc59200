"""A small store and two inputs, for runs that are killed, and runs in which a call fails."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.support.disk_trials import CASES, DiskRunner, Trial, build_places, disk_runner
from tests.support.program import run_here


def turns(session: str, first: int, n: int) -> list[str]:
    """Return the lines of some turns of one session."""
    return [
        json.dumps({"content": f"turn {i} of {session}", "session_id": session, "name": "Mara"})
        for i in range(first, first + n)
    ]


@pytest.fixture(scope="session")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Two inputs: a small one, and one that goes on with its session and fills the indexes."""
    folder = tmp_path_factory.mktemp("inputs")
    lines = {"first": turns("a", 0, 3), "second": turns("a", 3, 2) + turns("b", 0, 1_010)}
    paths = {name: folder / f"{name}.jsonl" for name in lines}
    for name, path in paths.items():
        path.write_text("\n".join(lines[name]) + "\n")
    return paths


@pytest.fixture(scope="session")
def small_store(inputs: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with the first input."""
    path = tmp_path_factory.mktemp("small") / "store"
    run_here("init", "--store", path)
    run_here("ingest", inputs["first"], "--store", path, "--quiet")
    return path


@pytest.fixture(scope="session")
def runner(tmp_path_factory) -> Iterator[DiskRunner]:
    """What runs memcli, so that a call can fail where that can be."""
    with disk_runner(tmp_path_factory.mktemp("runs")) as runner:
        yield runner


@pytest.fixture(scope="session")
def trials(runner: DiskRunner, tmp_path_factory) -> Callable[[str], Trial]:
    """Return the trial of a command by its name; it is run whole once."""
    places = build_places(runner, tmp_path_factory.mktemp("places"))

    @cache
    def trial(name: str) -> Trial:
        return Trial(runner, places, tmp_path_factory.mktemp("trial"), CASES[name])

    return trial
