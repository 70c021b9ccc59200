"""What stops a statement that does not stop by itself."""

from __future__ import annotations

import os
import signal
import threading

import pytest

from store import statement_watch
from store.errors import BadUsage, Interrupted
from store.statement_watch import resident_bytes, watched


@pytest.fixture
def stop():
    event = threading.Event()
    yield event
    event.set()


def test_what_is_done_in_time_is_given_and_errors_are_its_own():
    assert watched(lambda: 7, pytest.fail, 5.0) == 7
    with pytest.raises(ZeroDivisionError):
        watched(lambda: 1 / 0, pytest.fail, None)


def test_what_takes_too_long_is_interrupted(stop):
    with pytest.raises(BadUsage, match="took longer"):
        watched(lambda: stop.wait(9), stop.set, 0.1, pytest.fail)


def test_what_does_not_heed_that_is_given_up(stop, monkeypatch):
    monkeypatch.setattr(statement_watch, "GRACE_S", 0.05)
    told = []
    with pytest.raises(BadUsage):
        watched(lambda: stop.wait(9), lambda: None, 0.1, told.append)
    assert [error.status for error in told] == [2]


def test_what_takes_too_much_memory_is_interrupted(stop, monkeypatch):
    # Far below nothing: memory that other tests held may be given back meanwhile.
    monkeypatch.setattr(statement_watch, "GROWTH_BYTES", -(1 << 40))
    with pytest.raises(BadUsage, match="of memory"):
        watched(lambda: stop.wait(9), stop.set, None)


def test_ctrl_c_is_heard_while_it_works(stop):
    threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT)).start()
    with pytest.raises(Interrupted):
        watched(lambda: stop.wait(9), stop.set, None)


@pytest.mark.skipif(not os.path.exists("/proc/self/statm"), reason="no /proc here")
def test_memory_is_told_in_bytes():
    before = resident_bytes()
    held = bytearray(64 << 20)
    held[:: 1 << 12] = b"x" * len(held[:: 1 << 12])
    assert resident_bytes() - before > 32 << 20
