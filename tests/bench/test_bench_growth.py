"""What each step takes as a store grows from 10,000 turns to a million."""

import os
import resource
import subprocess
import sys
import time
from pathlib import Path

import pytest
from bench_support import memcli, write_conversation
from growth import write_copies

pytestmark = pytest.mark.bench
TURNS = 10_000
# How many times the small store is in each large one.
SIZES = [int(n) for n in os.environ.get("MEMCLI_BENCH_GROWTH", "1 10 100").split()]
NEW_TURNS = 1_000
NOW = ("--now", "2025-01-01T00:00:00Z")
QUESTION = "where did Anna decide to put the server?"


class Spent:
    """Wall and processor time in seconds, and the most memory in MB, of a whole process."""

    def __init__(self, *arguments):
        code = (
            "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True, "
            "stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL); "
            "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)"
        )
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        started = time.perf_counter()
        command = [sys.executable, "-c", code, sys.executable, "-m", "memcli", *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        self.wall_s = time.perf_counter() - started
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        self.cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        self.peak_mb = int(done.stdout)

    def __str__(self):
        return f"{self.wall_s:.2f} s ({self.cpu_s:.2f} s of processor, {self.peak_mb} MB)"


def steps(store: Path, conversation: Path):
    """Yield the name of each step and how to take it, in an order in which each has its work."""
    at = ("--store", store)
    yield "cold query", ("query", QUESTION, "--no-touch", *at)
    yield "log -k 10", ("log", "-k", "10", *at)
    yield "consolidate, the first time", ("consolidate", *NOW, *at)
    yield "consolidate with nothing to do", ("consolidate", *NOW, *at)
    yield "add a note", ("add", "The gate code is with Ida.", *NOW, *at)
    yield "undo", ("undo", *at)
    yield f"ingest {NEW_TURNS:,} turns", ("ingest", conversation, *NOW, *at)
    yield f"consolidate with {NEW_TURNS:,} new turns", ("consolidate", *NOW, *at)
    yield "decay, a day later", ("decay", "--now", "2025-01-02T00:00:00Z", *at)
    yield "compact", ("compact", *at)
    yield "check", ("check", *at)


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A store of 10,000 turns after its first night."""
    folder = tmp_path_factory.mktemp("growth")
    write_conversation(folder / "turns.jsonl", TURNS)
    memcli("init", "--store", folder / "small")
    memcli("ingest", folder / "turns.jsonl", "--store", folder / "small")
    memcli("consolidate", *NOW, "--store", folder / "small")
    write_conversation(folder / "new.jsonl", NEW_TURNS, seed=11)
    text = (folder / "new.jsonl").read_text("utf-8")
    other = text.replace('"id": "turn/', '"id": "new/').replace('"session-', '"new-session-')
    (folder / "new.jsonl").write_text(other, "utf-8")
    return folder


@pytest.mark.parametrize("copies", SIZES)
def test_growth(report, small, copies):
    store = small / f"grown-{copies}"
    write_copies(small / "small", store, copies)
    memcli("compact", "--store", store)
    used = sum(path.stat().st_size for path in store.rglob("*") if path.is_file())
    lines = [f"{copies * TURNS:,} turns, {used / 1e6:,.0f} MB"]
    for name, arguments in steps(store, small / "new.jsonl"):
        lines.append(f"{name}: {Spent(*arguments)}")
    report(*lines)
