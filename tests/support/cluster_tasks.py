"""Tasks for workers to fail at, and workers that are this process behind a wall of pickle."""

from __future__ import annotations

import os
import pickle
import signal
from dataclasses import dataclass
from pathlib import Path

from memcli.cluster.working import Failure, StatePlace, work
from store.errors import InputNotFound


class PickledWorkers:
    """Does each part in this process, as another would that knows only what it is sent."""

    def map(self, task, snapshot, parts):
        for part in parts:
            sent = pickle.loads(pickle.dumps((StatePlace.of(snapshot), task, part)))
            made = pickle.loads(pickle.dumps(work(*sent)))
            if isinstance(made, Failure):
                raise made.raised()
            yield made


@dataclass(frozen=True)
class Squares:
    """Squares numbers; kills its process at the second as often as asked, or fails at it."""

    marks: str = ""
    deaths: int = 0
    fails: str = ""

    def open(self, store, snapshot):
        def square(number):
            if number == 2 and self.fails == "expected":
                raise InputNotFound("no 2 here", "take another")
            if number == 2 and self.fails:
                raise RuntimeError("this is\na bug")
            if number == 2 and self._is_to_die():
                os.kill(os.getpid(), signal.SIGKILL)
            return number * number, os.getpid()

        return square

    def _is_to_die(self):
        """Say whether to die, and leave a mark of it."""
        if not self.deaths:
            return False
        died = len(list(Path(self.marks).iterdir()))
        if died < self.deaths:
            (Path(self.marks) / str(died)).touch()
        return died < self.deaths
