"""
Whatever call to the disk fails, or is the last, no command damages a store or loses what it told.

Each command that writes is run with one call failing that changes something on the disk (write,
fsync, rename, link, unlink, create, mkdir ...), as on a disk that is full or bad for a moment, or
that is cut off in the middle of it, or killed before it. After each the store is whole, what was
printed is there, and the same command can be run again to its end. SQLite's tests of I/O errors are
of this kind. By default a few calls of a few commands; `-m soak` takes all commands, and at most
--points calls of each (0: all of them); --table FILE gets a line of JSON for each run.
"""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from tests.support.disk_trials import (
    CAN_FAIL,
    CASES,
    Trial,
)

HOWS = ("enospc", "eio", "torn", "kill")
AT_ONCE = 16
pytestmark = pytest.mark.skipif(not CAN_FAIL, reason="needs Linux on x86-64 and a C compiler")


def chosen(calls: list[str], how: str, most: int) -> list[int]:
    """Return the numbers of calls to try: all, or the first of each kind and some by chance."""
    numbers = range(1, len(calls) + 1)
    if how == "torn":
        numbers = [n for n in numbers if calls[n - 1].startswith(("write", "pwrite"))]
    if not most or len(numbers) <= most:
        return list(numbers)
    return sorted(random.Random(how).sample(list(numbers), most))


def faults(trial: Trial, name: str, how: str, most: int, table: Path | None) -> list[str]:
    """Return what went wrong, with the call at which it did."""
    found = []
    points = chosen(trial.calls, how, most)
    for start in range(0, len(points), AT_ONCE):
        some = points[start : start + AT_ONCE]
        ends = trial.run(how, [{"at": at, "how": how} for at in some])
        for at, (done, wrong) in zip(some, ends, strict=True):
            call = trial.calls[at - 1]
            found += [f"{at} {call}: {what}" for what in wrong]
            line = {"command": name, "how": how, "at": at, "call": call, "status": done.status}
            if table:
                with table.open("a") as file:
                    file.write(json.dumps({**line, "wrong": wrong, "said": done.stderr[-300:]}))
                    file.write("\n")
    return found


@pytest.mark.soak
@pytest.mark.parametrize("how", HOWS)
@pytest.mark.parametrize("name", CASES)
def test_no_call_that_fails_damages_a_store(trials, name: str, how: str, request) -> None:
    most, table = (request.config.getoption(option) for option in ("--points", "--table"))
    assert faults(trials(name), name, how, most, Path(table) if table else None) == []
