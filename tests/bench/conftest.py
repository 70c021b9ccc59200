"""Fixtures of the benchmarks: a large conversation, a store of it, a way to report."""

import compileall
import time
from pathlib import Path

import pytest
from bench_support import ROWS, memcli, write_conversation


@pytest.fixture(scope="session", autouse=True)
def compiled():
    """Bytecode of memcli, as an installation has it; where none may be written, each start of the
    program would compile all that it imports."""
    for package in ("memcli", "store", "schemas"):
        compileall.compile_dir(Path(__file__).parents[2] / package, quiet=2)


@pytest.fixture(scope="session")
def conversation(tmp_path_factory):
    path = tmp_path_factory.mktemp("bench") / f"{ROWS}.jsonl"
    write_conversation(path, ROWS)
    return path


@pytest.fixture(scope="session")
def large_store(conversation):
    """A compacted store of the conversation, and the seconds that its ingest took."""
    store = conversation.parent / "store"
    memcli("init", "--store", store)
    started = time.perf_counter()
    memcli("ingest", conversation, "--store", store)
    elapsed = time.perf_counter() - started
    memcli("compact", "--store", store)
    return store, elapsed


@pytest.fixture
def report(capsys):
    """Print a line of a benchmark's figures past pytest's capture."""

    def show(*lines):
        with capsys.disabled():
            for line in lines:
                print(f"\n  {line}", end="")

    return show
