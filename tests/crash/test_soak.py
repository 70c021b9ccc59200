"""
A crowd on one store for as long as one likes: nothing is lost, nothing doubled, no reader fails.

Writers and readers, a nightly run, compact and purge are at work at once, and some of their runs
are killed (SIGKILL, SIGTERM, SIGHUP, SIGINT), have 64 file descriptors, may write small files only,
or live a day earlier. `-m soak --minutes 10 --writers 16 --readers 64` is the long run.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from store import Store
from store.traces import find_traces
from tests.support.crowd import Plan
from tests.support.disk_trials import COMPILER, wrong_in
from tests.support.paths import ROOT
from tests.support.program import run_here

pytestmark = [
    pytest.mark.soak,
    pytest.mark.skipif(not (COMPILER and sys.platform == "linux"), reason="needs Linux and a C"),
]
DISK_MB = 48
# How a run may end that nothing was done to: done, compacted while it was read, locked.
REFUSED = 75
MAY_END: dict[str, tuple[int, ...]] = {
    "": (0, REFUSED),
    "clock": (0, REFUSED),
    "files": (0, REFUSED, 74),
    "size": (0, REFUSED, 74),
    "SIGKILL": (0, REFUSED, -9),
    "SIGTERM": (0, REFUSED, -15),
    "SIGHUP": (0, REFUSED, -1),
    "SIGINT": (0, REFUSED, 130, -2),
}


class Soak:
    """What a crowd did to a store."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        logs = sorted(Path(plan.folder).glob("*/log"))
        self.told = [json.loads(line) for log in logs for line in log.read_text().splitlines()]
        self.runs = [each for each in self.told if "status" in each]
        self.texts = Counter(_texts(Path(plan.store)))

    def wrong_statuses(self, full: bool) -> list[Any]:
        """Return the runs that ended as they may not; on a full disk status 74 is right."""
        more = (74,) if full else ()
        return [run for run in self.runs if run["status"] not in (*MAY_END[run["how"]], *more)]

    def unclear(self) -> list[Any]:
        """Return the runs that said more than what is wrong."""
        return [run for run in self.runs if "Traceback" in run["said"] or "panicked" in run["said"]]

    def written(self) -> list[dict[str, Any]]:
        """Return what writers were told to keep."""
        return [each for each in self.told if "wrote" in each]

    def lost(self) -> list[str]:
        """Return what was acknowledged and is not there."""
        kept = (text for each in self.written() if each["kept"] for text in each["wrote"])
        return [text for text in kept if not self.texts[text]]

    def halves(self) -> list[Any]:
        """Return the files of which some turns are there and others are not."""
        there = [[bool(self.texts[text]) for text in each["wrote"]] for each in self.written()]
        return [some for some in there if any(some) and not all(some)]

    def doubled(self) -> list[str]:
        """Return the texts that are there more than once."""
        ours = {text for each in self.written() for text in each["wrote"]}
        return [text for text, n in self.texts.items() if n > 1 and text in ours]

    def still_there(self) -> list[str]:
        """Return what was purged and is there."""
        purged = [each["purged"] for each in self.told if each.get("gone")]
        words = [text.split()[0] for text in purged]
        traces = find_traces(Store.open(Path(self.plan.store)), words) if words else ()
        return [*(text for text in purged if self.texts[text]), *map(str, traces)]

    def table(self) -> dict[str, int]:
        """Return how many runs of each kind ended how."""
        kinds = Counter(
            f"{run['what']}, {run['how'] or 'left alone'}: {run['status']}" for run in self.runs
        )
        return dict(sorted(kinds.items()))


def _texts(root: Path) -> list[str]:
    """Return the texts of all turns and notes, without what was made of them."""
    snapshot = Store.open(root).snapshot()
    return [
        row["text"]
        for name in ("memories", "archive")
        for row in snapshot.read(name, ["text", "level"]).to_pylist()
        if row["level"] == 0
    ]


@pytest.fixture(scope="module")
def clock(tmp_path_factory) -> Path:
    """What sets the clock back, to be preloaded."""
    library = tmp_path_factory.mktemp("clock") / "set_back.so"
    source = ROOT / "tests" / "support" / "set_back.c"
    line = [str(COMPILER), "-shared", "-fPIC", "-o", str(library), str(source)]
    subprocess.run(line, check=True)
    return library


def soak(plan: Plan, clock: Path) -> Soak:
    """Let a crowd loose on a new store, and return what it did."""
    Path(plan.folder).mkdir()
    run_here("init", "--store", plan.store)
    paths = os.pathsep.join([str(ROOT), *filter(None, sys.path)])
    subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "tests.support.crowd"],
        input=json.dumps(asdict(plan)),
        text=True,
        check=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": paths, "LD_PRELOAD": str(clock)},
    )
    return Soak(plan)


def assert_sound(done: Soak, full: bool = False) -> None:
    """Assert that nothing was lost, doubled or left in half, and that all ended as it may."""
    root = Path(done.plan.store)
    print(json.dumps(done.table(), indent=1))
    assert done.unclear() == []
    assert done.wrong_statuses(full) == []
    assert (done.lost(), done.halves(), done.doubled(), done.still_there()) == ([], [], [], [])
    assert [what for what in wrong_in(root) if "a purge was cut short" not in what] == []
    for each in done.written():
        if not each["kept"]:
            run_here(*each["argv"], "--store", root, "--quiet")
    run_here("compact", "--store", root, "--quiet")
    again = Soak(done.plan)
    missing = [text for each in again.written() for text in each["wrote"] if not again.texts[text]]
    assert (missing, again.doubled(), again.still_there()) == ([], [], [])
    assert wrong_in(root) == []


@pytest.fixture
def plan(request, tmp_path) -> Plan:
    """What the options ask for."""
    minutes, writers, readers = (
        request.config.getoption(name) for name in ("--minutes", "--writers", "--readers")
    )
    folder = str(tmp_path / "crowd")
    return Plan(str(tmp_path / "store"), folder, minutes * 60, writers, readers, 0.3, 1)


def test_a_crowd_loses_and_doubles_nothing(plan: Plan, clock: Path) -> None:
    assert_sound(soak(plan, clock))


def test_nor_does_it_on_a_disk_that_fills_up_and_empties(plan: Plan, clock, tmp_path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m", "tmpfs", str(disk)]
    if os.geteuid() or not shutil.which("mount") or subprocess.run(mount, check=False).returncode:
        pytest.skip("a small disk cannot be mounted")
    try:
        small = Plan(**{**asdict(plan), "store": str(disk / "store"), "fills": str(disk)})
        assert_sound(soak(small, clock), full=True)
    finally:
        subprocess.run(["umount", str(disk)], check=True)
