"""Too little memory is said in one line."""

from __future__ import annotations

import resource
import subprocess

import pytest

from memcli.cli.memory_limit import NEEDED_MB, is_out_of_memory, require_address_space
from store.errors import StoreIOError
from tests.support.program import MEMCLI


def limited(monkeypatch, megabytes):
    limit = resource.RLIM_INFINITY if megabytes is None else megabytes << 20
    monkeypatch.setattr(resource, "getrlimit", lambda which: (limit, limit))


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
