"""Runs of a program that are killed at a step of our choice, and what a store holds after them."""

from __future__ import annotations

import atexit
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from store import Store
from store.check import check
from tests.support.forked import ForkedRun, ForkServer
from tests.support.paths import DEATH


def on_store(statement: str) -> list[str]:
    """Return a command that runs a statement about the store at `path`."""
    imports = "import pathlib, sys; from store.store import Store; path = pathlib.Path(sys.argv[1])"
    return [sys.executable, "-c", f"{imports}; {statement}", "STORE"]


def run_until(
    command: Sequence[str], folder: Path, at: int = 0, copies: Path | None = None
) -> tuple[subprocess.CompletedProcess[str], list[str]]:
    """
    Run a command until its step `at`, 0 for to its end; return it and the steps it took.

    With `copies`, the folder is copied there before each step, under the number of the step.
    """
    log, stdout, stderr = (
        folder.with_name(f"{folder.name}.{name}") for name in ("steps", "stdout", "stderr")
    )
    log.unlink(missing_ok=True)
    clean = {key: value for key, value in os.environ.items() if not key.startswith("MEMCLI_")}
    environment = {
        **clean,
        "DEATH_FOLDER": str(folder),
        "DEATH_LOG": str(log),
        "DEATH_AT": str(at),
        "DEATH_COPIES": str(copies or ""),
    }
    run = ForkedRun(command[1:], environment, str(stdout), str(stderr), first=str(DEATH))
    (status,) = _server().run([run])
    done = subprocess.CompletedProcess(command, status, stdout.read_text(), stderr.read_text())
    return done, log.read_text().splitlines()


@cache
def _server() -> ForkServer:
    """Return the one of these tests, which ends with them."""
    server = ForkServer()
    atexit.register(server.close)
    return server


def content(path: Path) -> dict[str, Any]:
    """Return all that a store holds for its user, read without a lock."""
    snapshot = Store.open(path).snapshot()
    columns = ["id", "text", "session_id", "seq"]
    rows = sorted(snapshot.read("memories", columns).to_pylist(), key=lambda row: row["id"])
    ends = ["source_id", "target_id", "relation"]
    links = sorted(tuple(row.values()) for row in snapshot.read("links", ends).to_pylist())
    for name, found in (("memories", rows), ("links", links)):
        assert len(found) == snapshot.count(name) == snapshot.table(name).count()
    return {"memories": rows, "links": links}


def errors(path: Path) -> list[str]:
    """Return what check finds wrong."""
    problems = check(Store.open(path))
    return [problem.what for problem in problems if problem.severity == "error"]


class Killer:
    """
    Kills one command, run on copies of one folder, at its steps.

    At the turning points it is killed for real, in a run for each. What its death at any other step
    leaves is copied in one whole run of it, which takes a fraction of the time.
    """

    # Where a commit is published.
    TURNING_POINTS = ("link", "replace")

    def __init__(self, folder: Path, command: Sequence[str], before: Path | None) -> None:
        self.folder = folder
        self.command = command
        self.before = before
        self.whole = self._copy("whole")
        self.copies = folder / "copies"
        done, self.steps = run_until(self.on(self.whole), self.whole, copies=self.copies)
        assert done.returncode == 0, done.stderr
        self.kinds = [step.split()[0] for step in self.steps]

    def _copy(self, name: str) -> Path:
        path = self.folder / name
        if self.before is not None:
            shutil.copytree(self.before, path)
        return path

    def on(self, path: Path) -> list[str]:
        """Return the command for the store at a path."""
        return [argument.replace("STORE", str(path)) for argument in self.command]

    def points(self) -> list[int]:
        """
        Return the steps to die at: all but the later ones of several fsyncs in a row.

        An fsync makes no difference to what another process finds, only to what a power loss takes.
        """
        pairs = enumerate(zip(["", *self.kinds], self.kinds, strict=False), 1)
        return [number for number, pair in pairs if pair != ("fsync", "fsync")]

    def some_points(self, every: int, turning: Sequence[str] = TURNING_POINTS) -> list[int]:
        """
        Return the steps to die at in each run of the tests; KILL_EVERY=1 takes all of `points`.

        These are all steps of the kinds `turning`, what comes behind a publication, the last one,
        and each `every`-th of the others: deaths between turning points look alike.
        """
        every = int(os.environ.get("KILL_EVERY", every))
        kinds = dict(enumerate(self.kinds, 1))
        turns = {at for at in self.points() if kinds[at] in turning}
        behind = {at + 1 for at in turns if kinds[at] in self.TURNING_POINTS} & kinds.keys()
        return sorted({*turns, *behind, len(self.kinds), *self.points()[::every]})

    def victims(self, points: Sequence[int] | None = None) -> Iterator[tuple[int, Path]]:
        """Give each point, of its own choice if not told, and what a death at it left."""
        for at in self.points() if points is None else points:
            turning = self.kinds[at - 1] in self.TURNING_POINTS
            after_one = at > 1 and self.kinds[at - 2] in self.TURNING_POINTS
            is_killed = turning or after_one or at == len(self.steps)
            yield at, self.victim(at) if is_killed else self.copies / str(at)

    def victim(self, at: int) -> Path:
        """Run the command until one of its steps and return what it left."""
        path = self._copy(f"dead-{at:03}")
        done, steps = run_until(self.on(path), path, at)
        assert done.returncode == -signal.SIGKILL, (at, done.stderr)
        assert len(steps) == at
        return path
