"""Logs of IRC."""

from __future__ import annotations

import pytest

from memcli.ingestion.transcripts.irc import is_irc, read_irc

WEECHAT = """2026-03-02 10:00:01\t-->\tida (~i@host) has joined #boat
2026-03-02 10:00:05\t@ida\tthe shed leaks
2026-03-02 10:00:09\t *\tben waves
2026-03-02 10:00:20\t<--\tida (~i@host) has quit (Quit)
"""
HEXCHAT = """**** BEGIN LOGGING AT Mon Mar  2 09:59:00 2026

Mar 02 10:00:01 *\tNow talking on #boat
Mar 02 10:00:05 <ida>\tthe shed leaks
Mar 02 10:00:09 *\tben waves
"""
ZNC = """[10:00:01] *** Joins: ida (~i@host)
[10:00:05] <ida> the shed leaks
[10:00:09] * ben waves
"""
IRSSI = """--- Log opened Mon Mar 02 09:59:00 2026
10:00 -!- ida [~i@host] has joined #boat
10:00 <@ida> the shed leaks
10:00  * ben waves
"""


@pytest.mark.parametrize(
    ("log", "path"), [(WEECHAT, "x.weechatlog"), (ZNC, "2026-03-02.log"), (HEXCHAT, "boat.log")]
)
def test_who_says_and_does_what(read_with, log, path):
    assert is_irc(log.encode())
    found = read_with(read_irc, log, path)
    assert ("ida", "the shed leaks", "2026-03-02T10:00:05Z") in found.turns(
        "name", "content", "timestamp"
    )
    assert ("ben", "* ben waves") in found.turns("name", "content")
    assert all(name in ("ida", "ben") for (name,) in found.turns("name"))
    assert found.left_out["service lines"] >= 1


def test_irssi_gives_the_day_at_its_top(read_with):
    assert is_irc(IRSSI.encode())
    assert read_with(read_irc, IRSSI).turns("name", "timestamp") == [
        ("ida", "2026-03-02T10:00:00Z"), ("ben", "2026-03-02T10:00:00Z"),
    ]  # fmt: skip


def test_midnight_is_another_day(read_with):
    log = "[23:59:00] <ida> late\n[00:01:00] <ben> early\n"
    found = read_with(read_irc, log, "#boat_20260302.log")
    assert found.turns("timestamp") == [("2026-03-02T23:59:00Z",), ("2026-03-03T00:01:00Z",)]


@pytest.mark.parametrize("text", ["Ida: Ahoy\n", "10:00 swim\n11:00 lunch\n", ""])
def test_other_text_is_none(text):
    assert not is_irc(text.encode())
