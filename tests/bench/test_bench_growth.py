"""What each step takes as a store grows from 10,000 turns to a million."""

import os
import random
import resource
import shutil
import statistics
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest
from bench_support import memcli, questions, write_conversation
from growth import write_copies

from schemas.tables import accesses
from store import Store
from store.recall_folds import MOST_SINGLE

pytestmark = pytest.mark.bench
TURNS = 10_000
# Stores of so many copies are compacted as a whole: the second takes hardly more memory.
COMPACTED = (20, 40)
MOST_GROWTH = 1.25
# How many times the small store is in each large one.
SIZES = [int(n) for n in os.environ.get("MEMCLI_BENCH_GROWTH", "1 10 100").split()]
NEW_TURNS = 1_000
RECALLS = 200_000
NOW = ("--now", "2025-01-01T00:00:00Z")
QUESTION = "where did Anna decide to put the server?"


class Spent:
    """Wall and processor time in seconds, and the most memory in MB, of a whole process."""

    def __init__(self, *arguments):
        # Between them a small process: what this one had at its peak would count for the other.
        code = (
            "import resource, subprocess, sys; "
            "done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL); "
            "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024); "
            "sys.exit(done.returncode)"
        )
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        started = time.perf_counter()
        command = [sys.executable, "-c", code, sys.executable, "-m", "memcli", *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode == 0, f"{arguments}: status {done.returncode}: {done.stderr[-2000:]}"
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


def search_ms(store, number=200):
    """Processor time of searches within a process, the first not counted: the median in ms."""
    from memcli.memory.filters import Filters
    from memcli.models.encoder import Encoder
    from memcli.search.retriever import Retriever

    snapshot = Store.open(store).snapshot()
    encoder = Encoder.of_stamp(snapshot.encoder)
    retriever = Retriever(snapshot, lambda: encoder)
    times = []
    for question in questions(number + 1):
        started = time.process_time()
        retriever.search(question, 10, Filters(), now=datetime(2025, 1, 2, tzinfo=UTC))
        times.append((time.process_time() - started) * 1e3)
    return statistics.median(times[1:])


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
    # The first who writes makes the values for TAB.
    memcli("add", "The first note.", *NOW, "--store", store)
    memcli("compact", "--store", store)
    used = sum(path.stat().st_size for path in store.rglob("*") if path.is_file())
    lines = [f"{copies * TURNS:,} turns, {used / 1e6:,.0f} MB"]
    fragments = Store.open(store).snapshot().table("memories").fragment_count()
    lines.append(f"a search, {fragments} fragments: {search_ms(store):.0f} ms of processor time")
    for name, arguments in steps(store, small / "new.jsonl"):
        lines.append(f"{name}: {Spent(*arguments)}")
    report(*lines)


def test_compact_takes_bounded_memory(report, small):
    """Twice the memories, of which each is indexed for the first time."""
    peaks = []
    for copies in COMPACTED:
        store = small / f"compacted-{copies}"
        write_copies(small / "small", store, copies)
        memcli("add", "The first note.", *NOW, "--store", store)
        spent = Spent("compact", "--store", store)
        shutil.rmtree(store)
        peaks.append(spent.peak_mb)
        report(f"compact of the whole, {copies * TURNS:,} turns: {spent}")
    assert peaks[1] <= MOST_GROWTH * peaks[0]


def test_recalls_are_folded(report, small):
    """What 200,000 recalls take before and after: 20,000 questions of ten hits, over 300 days."""
    store = Store.open(Path(shutil.copytree(small / "small", small / "recalled")))
    ids = store.snapshot().read("memories", ["id"], "level < 2")["id"].to_pylist()
    chance = random.Random(3)
    for day in range(300):
        at = datetime(2025, 1, 2, tzinfo=UTC) + timedelta(days=day)
        rows = [
            {"id": id_, "accessed_at": at + timedelta(minutes=n), "query": f"{n}?", "rank": rank}
            for n in range(RECALLS // 3_000)
            for rank, id_ in enumerate(chance.sample(ids, 10), 1)
        ]
        store.record_accesses(pa.Table.from_pylist(rows, schema=accesses()))
    at = ("--store", store.layout.root)
    for what in ("before", "after"):
        table = store.snapshot().table("accesses")
        sizes = sum(size or 0 for size in table.data_sizes().values())
        spent = Spent("decay", "--now", "2025-12-01T00:00:00Z", "--dry-run", *at)
        report(f"decay {what} folding: {table.count():,} rows, {sizes / 1e6:.1f} MB: {spent}")
        if what == "before":
            memcli("compact", *at)
    assert table.count() <= MOST_SINGLE + len(ids)
