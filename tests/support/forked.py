"""Processes of their own that find loaded what they import, which is what takes most time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class ForkedRun:
    """What is run, where its streams come from and go, and under what conditions."""

    arguments: Sequence[str]  # as python has them: -m memcli ..., or -c CODE ...
    environment: Mapping[str, str]
    stdout: str = os.devnull
    stderr: str = os.devnull
    stdin: str = os.devnull
    limit: int | None = None  # in bytes: no file may grow beyond it
    first: str | None = None  # a file of Python that is run before
    library: str | None = None  # a shared object that is loaded before


class ForkServer:
    """A process that has loaded everything, and forks others that run."""

    def __init__(self) -> None:
        environment = dict(os.environ)
        environment["PYTHONPATH"] = os.pathsep.join(entry for entry in sys.path if entry)
        self.process = subprocess.Popen(
            [sys.executable, "-W", "ignore", str(Path(__file__).with_name("fork_server.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            text=True,
        )

    def run(self, runs: Sequence[ForkedRun]) -> list[int]:
        """Do some runs and return their statuses, the number of the signal below 0."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        print(json.dumps([asdict(run) for run in runs]), file=self.process.stdin, flush=True)
        statuses: list[int] = json.loads(self.process.stdout.readline())
        return statuses

    def close(self) -> None:
        """Close its pipes and wait for its end, which that brings."""
        with self.process:
            pass
