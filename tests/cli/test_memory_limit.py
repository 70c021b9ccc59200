"""Too little memory is said in one line, and turns of 5 MB need no more than a bound."""

from __future__ import annotations

import json
import os
import resource
import shlex
import subprocess

import pytest

from memcli.cli.memory_limit import (
    ARROW_POOL,
    NEEDED_MB,
    is_out_of_memory,
    require_address_space,
)
from store.errors import StoreIOError
from tests.support.program import MEMCLI

# Less than the 1,024 MB that the allocator of Arrow takes at once where it may.
LIMIT_MB = 700
TURN_BYTES = 5_000_000
SAID = "We rowed past the mill and talked of the ferry and of who had painted the door in May. "
FACT = "My sister Britta moved to Leeds in 2019."


def limited(monkeypatch, megabytes):
    limit = resource.RLIM_INFINITY if megabytes is None else megabytes << 20
    monkeypatch.setattr(resource, "getrlimit", lambda which: (limit, limit))


@pytest.fixture(autouse=True)
def environment(monkeypatch):
    """What a limit puts into the environment is taken out again."""
    monkeypatch.setenv(ARROW_POOL, "")
    monkeypatch.delenv(ARROW_POOL)


def test_arrow_reserves_nothing_where_there_is_a_limit(monkeypatch):
    limited(monkeypatch, None)
    require_address_space()
    assert ARROW_POOL not in os.environ
    limited(monkeypatch, NEEDED_MB)
    require_address_space()
    assert os.environ[ARROW_POOL] == "system"


def test_too_little_address_space_is_refused(monkeypatch):
    for enough in (None, NEEDED_MB):
        limited(monkeypatch, enough)
        require_address_space()
    limited(monkeypatch, NEEDED_MB - 1)
    with pytest.raises(StoreIOError, match=r"1,199 MB of address space .* needs 1,200 \(raise"):
        require_address_space()


@pytest.mark.parametrize("megabytes", [200, 600])
def test_a_command_says_so_in_a_line(empty_store, megabytes):
    line = f"ulimit -v {megabytes << 10}; exec {' '.join(MEMCLI)} query tea --store {empty_store}"
    done = subprocess.run(["sh", "-c", line], capture_output=True, text=True, check=False)
    assert done.returncode == StoreIOError.status
    assert done.stderr.startswith(f"memcli: {megabytes} MB of address space are too little")
    assert len(done.stderr.splitlines()) == 1


def test_no_room_for_data_or_a_library_is_known():
    assert is_out_of_memory(MemoryError())
    assert is_out_of_memory(ImportError("libarrow.so: failed to map segment from shared object"))
    assert not is_out_of_memory(ImportError("No module named 'x'"))
    assert not is_out_of_memory(ValueError())


def test_the_program_says_it_too(run, monkeypatch, empty_store):
    def fail(*arguments, **options):
        raise MemoryError

    monkeypatch.setattr("store.store.Store.open", fail)
    done = run("stats", "--store", empty_store, status=StoreIOError.status)
    assert done.stderr.startswith("memcli: out of memory (")


def run_limited(*arguments):
    """Return what memcli does that gets no more memory to write to than that."""
    line = f"ulimit -d {LIMIT_MB << 10}; exec {shlex.join([*MEMCLI, *map(str, arguments)])}"
    return subprocess.run(
        ["sh", "-c", line], capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False
    )


def turns():
    for number in range(2):
        text = SAID * (TURN_BYTES // len(SAID)) + (FACT if number == 1 else "")
        yield {
            "kind": "message",
            "v": 1,
            "id": f"t{number}",
            "session_id": "s",
            "role": "user",
            "name": "Mara",
            "timestamp": f"2025-01-0{number + 1}T10:00:00Z",
            "content": text,
        }


@pytest.mark.soak
def test_turns_of_five_megabytes_need_no_more_than_a_bound_of_memory(tmp_path):
    chats, store = tmp_path / "chats.jsonl", tmp_path / "store"
    chats.write_text("".join(json.dumps(turn) + "\n" for turn in turns()), "utf-8")
    for command in (
        ("ingest", chats, "--create"),
        ("extract",),
        ("context", "Where does the sister live?"),
    ):
        done = run_limited(*command, "--store", store)
        assert (done.returncode, done.stderr.count("Traceback")) == (0, 0), done.stderr
    assert FACT in done.stdout
