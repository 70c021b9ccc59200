"""How long the steps of a search take."""

from __future__ import annotations

from memcli.search import timings
from memcli.search.timings import Timings


def test_times_of_one_name_add_up_and_work_gives_its_result(monkeypatch):
    clock = iter([1.0, 1.25, 2.0, 2.5, 3.0, 3.001])
    monkeypatch.setattr(timings.time, "perf_counter", lambda: next(clock))
    taken = Timings()
    assert taken.measure("read", lambda: "a") == "a"
    assert taken.measure("read", lambda: "b") == "b"
    taken.measure("rank", lambda: None)
    assert {name: round(ms, 6) for name, ms in taken.ms.items()} == {"read": 750.0, "rank": 1.0}
