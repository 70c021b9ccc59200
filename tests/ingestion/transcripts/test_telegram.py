"""Exports of Telegram."""

from __future__ import annotations

import pytest

from memcli.ingestion.transcripts.telegram import read_telegram

MESSAGES = [
    {"id": 1, "type": "service", "date": "2026-03-02T11:00:00", "actor": "Ida", "action": "pin"},
    {"id": 2, "type": "message", "date": "2026-03-02T11:00:01", "date_unixtime": "1772445601",
     "from": "Ida", "from_id": "user1", "text": ["See ", {"type": "link", "text": "a.org"}, "!"]},
    {"id": 3, "type": "message", "date": "2026-03-02T11:00:02", "from": None, "from_id": "user2",
     "text": "Seen", "reply_to_message_id": 2},
    {"id": 4, "type": "message", "date": "2026-03-02T11:00:03", "from": "Ida", "text": "",
     "photo": "photos/boat.jpg"},
    {"id": 5, "type": "message", "date": "2026-03-02T11:00:04", "from": "Ida", "text": "",
     "file": "stickers/s.webp", "media_type": "sticker", "sticker_emoji": "x"},
]  # fmt: skip
CHAT = {"name": "Boat", "type": "private_group", "id": 7, "messages": MESSAGES}


def test_a_chat_is_a_session_and_the_time_of_the_world_wins(read_with):
    found = read_with(read_telegram, CHAT)
    assert found.turns("content", "name", "id", "session_id", "timestamp") == [
        ("See a.org!", "Ida", "2", "7", "2026-03-02T10:00:01Z"),
        ("Seen", "Deleted Account", "3", "7", "2026-03-02T11:00:02Z"),
        ("", "Ida", "4", "7", "2026-03-02T11:00:03Z"),
    ]
    assert found.items[2]["attachments"] == [{"path": "photos/boat.jpg"}]
    assert found.items[1]["metadata"] == {"chat": "Boat", "reply_to": 2}
    assert found.left_out == {"service lines": 1, "pictures and files without words or names": 1}


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"file": "files/plan.pdf", "file_name": "plan.pdf", "mime_type": "application/pdf"},
         {"path": "files/plan.pdf", "name": "plan.pdf", "mime_type": "application/pdf"}),
        ({"file": "(File not included. Change data exporting settings to download.)",
          "file_name": "plan.pdf", "mime_type": "application/pdf"},
         {"name": "plan.pdf", "mime_type": "application/pdf"}),
        ({"file": "audio/a.mp3", "performer": "The Oars", "title": "Row"},
         {"path": "audio/a.mp3", "description": "The Oars - Row"}),
        ({"photo": "(File not included. Change data exporting settings to download.)"}, None),
    ],
)  # fmt: skip
def test_files_are_attachments_with_their_words(read_with, sent, told):
    chat = {**CHAT, "messages": [{**MESSAGES[1], "text": "See", **sent}]}
    assert read_with(read_telegram, chat).turns("content", "attachments") == [
        ("See", None if told is None else [told])
    ]


def test_an_export_of_all_chats_has_each(read_with):
    other = {**CHAT, "name": "Ben", "id": 8}
    everything = {"about": "", "chats": {"about": "", "list": [CHAT, other]}, "left_chats": {}}
    sessions = [session for (session,) in read_with(read_telegram, everything).turns("session_id")]
    assert sessions == ["7", "7", "7", "8", "8", "8"]
