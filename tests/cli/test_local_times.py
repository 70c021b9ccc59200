from __future__ import annotations

import time

import pytest

from memcli.cli.local_times import LocalTimes, days


@pytest.fixture
def zone(monkeypatch):
    def move(name):
        monkeypatch.setenv("TZ", name)
        time.tzset()

    yield move
    monkeypatch.undo()
    time.tzset()


def test_times_are_local_and_say_their_zones_once(zone):
    zone("Europe/Berlin")
    times = LocalTimes()
    told = [times.shown(t) for t in ("2026-07-01T22:30:00Z", "2026-01-01T10:00:00.5Z")]
    assert told == ["2026-07-02 00:30", "2026-01-01 11:00"]
    assert times.footer() == "times in CEST, CET"


def test_a_date_alone_is_the_same_day_everywhere(zone):
    zone("America/New_York")
    times = LocalTimes()
    assert times.shown("2026-03-01T00:00:00Z") == "2026-03-01"
    assert times.footer() == ""


def test_what_is_no_time_stays():
    texts = ["at 2026-03-01T09:30:00Z", "2026-03-01", "", "Ida"]
    assert [*map(LocalTimes().shown, texts)] == texts


def test_days_are_what_is_left_where_there_is_no_room():
    assert days(["2026-03-01 09:30", "Ida 09:30", ""]) == ["2026-03-01", "Ida 09:30", ""]
