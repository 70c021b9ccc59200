"""
A disk that is full while a command writes costs that command, and nothing that was there.

Lance does not tell of the last write to a file that failed, so each command that writes is run with
a limit on the size of files, and with one write that fails: it ends with status 0 and did all that
it says, or with status 74 and did nothing.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any, Final

import pytest

from store.table_files import list_files
from tests.support.disk_trials import (
    CAN_FAIL,
    QUESTION,
    Trial,
)
from tests.support.program import run_here

# Nothing that is indexed in a large store fits into that.
LOW_LIMIT: Final = 2_048
# Those of the store's own tables; test_every_call has all, and more than writes.
NAMES: Final = tuple(
    """
    init ingest add extract link consolidate decay task pin unpin hide restore feedback forget purge
    merge split undo compact reembed
    """.split()
)
# They write as others do.
ALIKE: Final = {"add", "unpin", "hide", "split"}
# Of each way of writing one is tried in every run, the others with `-m soak`.
OFTEN: Final = {"ingest", "link", "forget", "undo", "compact"}
EACH: Final = [
    pytest.param(name, marks=() if name in OFTEN else pytest.mark.soak) for name in NAMES
]
needs_compiler = pytest.mark.skipif(not CAN_FAIL, reason="needs Linux and a C compiler")


def last_writes(calls: Sequence[str]) -> list[int]:
    """Return which calls are the last writes to files of tables that Lance does not look at."""
    places = [(n, *call.split(" ", 1)) for n, call in enumerate(calls, 1)]
    last = {path: n for n, name, path in places if name == "write" and ".lance/" in path}
    return sorted(n for path, n in last.items() if "/_versions/" not in path)


def largest(trial: Trial) -> int:
    """Return the bytes of the largest file that the command made in a table."""
    before, whole = trial.before / "store", trial.whole / "store"
    known = list_files(before) if before.exists() else set()
    names = {path.removeprefix(str(before)) for path in known}
    paths = list_files(whole / "tables")
    new = [path for path in paths if path.removeprefix(str(whole)) not in names]
    return max(os.stat(path).st_size for path in new)


def statuses(trial: Trial, name: str, variants: Sequence[dict[str, Any]]) -> list[int]:
    """Run a command on disks that fail; return how it ended, for nothing else was wrong."""
    ends = trial.run(name, variants)
    assert [wrong for _, wrong in ends if wrong] == []
    return [done.status for done, _ in ends]


@pytest.mark.parametrize("name", EACH)
def test_no_command_leaves_half_a_file_where_files_cannot_grow(trials, name: str) -> None:
    trial = trials(name)
    limits = [LOW_LIMIT, largest(trial) - 64]
    assert 74 in statuses(trial, "limited", [{"limit": limit} for limit in limits])


@needs_compiler
@pytest.mark.parametrize("name", [each for each in EACH if each.values[0] not in ALIKE])
def test_no_command_leaves_half_a_file_when_a_last_write_fails(trials, name: str) -> None:
    trial = trials(name)
    writes = last_writes(trial.calls)
    # Of a command with many files more than one.
    some = writes[len(writes) // 2 :: 20]
    assert set(statuses(trial, "failing", [{"at": at} for at in some])) == {74}


@needs_compiler
def test_whichever_call_of_an_add_fails_it_is_kept_or_was_not(trials) -> None:
    trial = trials("add")
    points = [n for n, call in enumerate(trial.calls, 1) if not call.startswith("fsync")][::4]
    assert len(points) > 5  # the others are for test_every_call
    found = statuses(trial, "failing", [{"at": at} for at in points])
    # What fails without harm: how Lance notes the newest version for those in a hurry, and what is
    # removed after the commit or by the next writer.
    assert found.count(0) <= 4
    assert found.count(0) + found.count(74) == len(points)


def test_what_reads_goes_on_beside_it(trials) -> None:
    root = trials("add").whole / "store"
    for argv in (["query", QUESTION, "--no-touch"], ["export"], ["check"]):
        run_here(*argv, "--store", root)


@needs_compiler
def test_a_purge_whose_files_cannot_be_removed_says_so_or_removes_them(trials) -> None:
    """Lance tells of no file that it could not remove: what was purged would still be in it."""
    trial = trials("purge")
    points = [n for n, call in enumerate(trial.calls, 1) if call.startswith("unlink ")]
    places = [trial.calls[n - 1] for n in points]
    some = [
        next(n for n, call in zip(points[::-1], places[::-1], strict=True) if part in call)
        for part in (
            "/memories.lance/_versions/",
            "/memories.lance/data/",
            "/links.lance/_indices/",
        )
    ]
    assert set(statuses(trial, "unlinking", [{"at": at, "how": "eio"} for at in some])) == {0}
