"""Cues of recordings."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from memcli.ingestion.transcripts.subtitles import is_offset_text, is_subtitles, read_subtitles

TEAMS = """WEBVTT

NOTE made by a program

a1/10-0
00:00:03.000 --> 00:00:06.500 align:start
<v Ida Bloom>The shed needs a roof</v>

a1/11-0
00:00:06.500 --> 00:00:07.000
<v Ida Bloom>before <i>winter</i>.</v>

a1/12-0
00:01:07.000 --> 00:01:09.000
<v Ben Oak>I will call.</v>
"""
ZOOM = """WEBVTT

1
00:00:03.000 --> 00:00:06.500
Ida Bloom: The shed needs a roof before winter.

2
00:01:07.000 --> 00:01:09.000
Ben Oak: I will call.
"""
SRT = """1
00:00:03,000 --> 00:00:04,000
The shed needs a roof
before winter.

2
00:01:07,000 --> 00:01:09,000
I will

3
00:01:09,000 --> 00:01:10,000
call.
"""
SBV = """0:00:03.000,0:00:04.000
The shed needs a roof before winter.

0:01:07.000,0:01:09.000
I will call.
"""
TEXTS = ["The shed needs a roof before winter.", "I will call."]


@pytest.mark.parametrize(
    ("data", "speaks"), [(TEAMS, True), (ZOOM, True), (SRT, False), (SBV, False)]
)
def test_cues_make_turns_with_their_offsets(read_with, data, speaks):
    assert is_subtitles(data.encode())
    found = read_with(read_subtitles, data)
    assert [content for (content,) in found.turns("content")] == TEXTS
    names = ["Ida Bloom", "Ben Oak"] if speaks else [None, None]
    assert [name for (name,) in found.turns("name")] == names
    assert [item["metadata"] for item in found.items] == [{"offset": 3.0}, {"offset": 67.0}]


def test_a_recording_whose_beginning_is_known_has_times(read_with):
    found = read_with(read_subtitles, TEAMS, start=datetime(2026, 3, 2, 10, tzinfo=UTC))
    assert found.turns("timestamp") == [("2026-03-02T10:00:03Z",), ("2026-03-02T10:01:07Z",)]


def test_text_with_offsets_is_read_the_same(read_with):
    text = "00:00:03 The shed needs a roof before winter.\n\n00:01:07 Ben Oak: I will call.\n"
    assert is_offset_text(text.encode())
    assert read_with(read_subtitles, text).turns("content", "name") == [
        (TEXTS[0], None), (TEXTS[1], "Ben Oak"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text", ["10:00 swim\n11:00 lunch\n", "Ida: Ahoy\n", "", "5:30 a\n2:10 b\n"]
)
def test_times_of_day_are_no_offsets(text):
    assert not is_offset_text(text.encode())
    assert not is_subtitles(text.encode())


def test_a_name_in_brackets_with_a_colon_speaks(read_with):
    cues = "1\n00:00:01,000 --> 00:00:02,000\n[Ida]: Ahoy.\n\n"
    cues += "2\n00:00:03,000 --> 00:00:04,000\n[music] la\n"
    assert read_with(read_subtitles, cues).turns("name", "content") == [
        ("Ida", "Ahoy."), (None, "[music] la"),
    ]  # fmt: skip
