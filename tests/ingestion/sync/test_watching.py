"""Signals at changes of files, and what is done at each."""

from __future__ import annotations

import sys
import threading

import pytest

from memcli.ingestion.sync.watching import changes, follow
from store.errors import InputNotFound, PluginUnavailable, StoreLocked


def test_a_change_is_signalled(tmp_path):
    pytest.importorskip("watchfiles")
    signals = changes([str(tmp_path)])
    assert next(signals) is True
    timer = threading.Timer(0.5, lambda: (tmp_path / "a.md").write_text("- tea"))
    timer.start()
    assert next(signals) is True
    timer.join()
    signals.close()


def test_nothing_can_be_watched_where_there_is_nothing(tmp_path):
    pytest.importorskip("watchfiles")
    with pytest.raises(InputNotFound):
        next(changes([str(tmp_path / "none")]))


def test_without_the_library_it_says_so(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "watchfiles", None)
    with pytest.raises(PluginUnavailable, match="watchfiles"):
        next(changes([str(tmp_path)]))


def test_what_failed_is_tried_again_at_the_next_signal():
    done, said = [], []

    def work() -> None:
        done.append(len(done))
        if len(done) == 1:
            raise StoreLocked("it is locked", "wait")

    follow(iter([True, False, False, True]), work, said.append)
    assert done == [0, 1, 2]
    assert len(said) == 1
