"""The lock of a kind of work on a store."""

from __future__ import annotations

import threading

import pytest

from memcli.memory.process_lock import only_process
from store.errors import StoreIOError, StoreLocked


def test_one_waits_for_another(tmp_path):
    order = []

    def second():
        with only_process(tmp_path / "lock", 30, "busy", "wait"):
            order.append("second")

    with only_process(tmp_path / "lock", 0, "busy", "wait"):
        other = threading.Thread(target=second)
        other.start()
        other.join(0.2)
        order.append("first")
    other.join()
    assert order == ["first", "second"]


def test_who_does_not_wait_is_told_who_is_at_work(tmp_path):
    with (
        only_process(tmp_path / "lock", 0, "busy", "wait"),
        pytest.raises(StoreLocked, match=r"busy \(wait\)"),
        only_process(tmp_path / "lock", 0, "busy", "wait"),
    ):
        pass


def test_a_lock_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").touch()
    with (
        pytest.raises(StoreIOError, match="cannot write to"),
        only_process(tmp_path / "file" / "lock", 0, "busy", "wait"),
    ):
        pass
