"""Memory that the C library holds on to."""

import subprocess
import sys

import pytest

from store.memory import give_back, limit_heap, memory_bound

THREADS = """
import ctypes, re, sys, threading
from store.memory import limit_heap
if sys.argv[1] == "limited":
    limit_heap()
libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
barrier = threading.Barrier(8)
def work():
    barrier.wait()
    libc.malloc(1000)
    barrier.wait()
threads = [threading.Thread(target=work) for _ in range(8)]
[t.start() for t in threads]
[t.join() for t in threads]
libc.fflush(None)
libc.malloc_stats()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="glibc only")
def test_threads_share_two_arenas():
    def arenas(how):
        done = subprocess.run(
            [sys.executable, "-c", THREADS, how], capture_output=True, text=True, check=True
        )
        return done.stderr.count("Arena ")

    assert arenas("limited") <= 2 < arenas("free")


def test_it_does_nothing_where_it_cannot(monkeypatch):
    monkeypatch.setattr("store.memory.ctypes.CDLL", lambda name: object())
    limit_heap()
    give_back()


def test_the_bound_of_a_container_is_read_where_it_has_one(monkeypatch, tmp_path):
    newer, older = tmp_path / "memory.max", tmp_path / "limit_in_bytes"
    monkeypatch.setattr("store.memory.CONTROL_GROUP_FILES", (newer, older))
    assert memory_bound() is None
    newer.write_text("max\n")
    assert memory_bound() is None
    older.write_text("1048576\n")
    assert memory_bound() == 1 << 20
    newer.write_text("536870912\n")
    assert memory_bound() == 512 << 20
