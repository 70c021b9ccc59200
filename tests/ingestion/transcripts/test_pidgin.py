"""Logs of Pidgin."""

from __future__ import annotations

from datetime import timedelta, timezone

import pytest

from memcli.ingestion.transcripts.pidgin import is_pidgin, read_pidgin
from tests.support.chat_samples import PIDGIN, PIDGIN_PAGE

TURNS = [
    ("ida", "Where is the oar?", "2026-03-02T23:58:00Z"),
    ("Ben Vos", "In the shed.\nOr not.", "2026-03-03T00:01:00Z"),
    ("Ben", "* Ben Vos looks", "2026-03-03T00:03:00Z"),
]


def test_a_log_in_text_goes_on_past_midnight(read_with):
    found = read_with(read_pidgin, PIDGIN)
    assert found.turns("who", "content", "timestamp") == TURNS
    assert found.left_out == {"service lines": 1}


def test_a_log_in_html_has_its_zone_in_its_name(read_with):
    found = read_with(read_pidgin, PIDGIN_PAGE, "logs/2026-03-02.235000+0100CET.html")
    assert found.turns("who", "content", "timestamp") == [
        ("ida", "Where & when?", "2026-03-02T22:58:00Z"),
        ("Ben Vos", "In the shed.", "2026-03-02T23:01:00Z"),
        ("Ben", "* Ben looks", "2026-03-02T23:03:00Z"),
    ]
    assert found.left_out == {"service lines": 1}


def test_the_day_of_a_page_without_a_name_is_in_its_head(read_with):
    found = read_with(read_pidgin, PIDGIN_PAGE, zone=timezone(timedelta(hours=1)))
    assert found.turns("timestamp")[0] == ("2026-03-02T22:58:00Z",)


def test_a_head_in_another_language_is_known(read_with):
    text = PIDGIN.replace(b"Conversation with", "Conversación con".encode()).replace(
        b"2026-03-02 23:50:00", "lun 02 mär 2026".encode()
    )
    assert is_pidgin(text.replace(b" at ", b" en ").replace(b" on ", b" con ", 1))


def test_a_day_that_cannot_be_read_is_told(read_with):
    text = PIDGIN.replace(b"2026-03-02 23:50:00", b"lundi, tard le soir")
    found = read_with(read_pidgin, text)
    assert found.turns("timestamp")[0] == (None,)
    assert "the day of a log of Pidgin" in found.intake.unread


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"Conversation with Ben at noon on the quay (both)\nIt was fine.\n",
        b"(10:00:00) ida: hi\n",
        b"<html><head><title>Conversation with Ben</title></head>\n<p>x</p>",
    ],
)
def test_other_texts_are_none(head):
    assert not is_pidgin(head)
