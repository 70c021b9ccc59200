"""Chats of Signal."""

from __future__ import annotations

import json

from memcli.ingestion.transcripts.known_json import is_signal
from memcli.ingestion.transcripts.outline import outline
from memcli.ingestion.transcripts.signal import read_signal


def line(sender, body, **more):
    plain = {"date": "2026-03-02T10:00:00+01:00", "sender": sender, "body": body, "quote": "",
             "sticker": "", "reactions": [], "attachments": []}  # fmt: skip
    return json.dumps({**plain, **more}) + "\n"


def test_a_chat_is_its_folder_and_me_is_the_user(read_with, tmp_path):
    text = (
        line("Ida", "Is the boat dry?  ")
        + line("Me", "It leaks.  ", quote="\n\n> Is the boat dry?\n\n")
        + line("Ida", "  ", attachments=[{"name": "boat.jpg", "path": "media/boat.jpg"}])
        + line("Ida", "  ", attachments=[{"name": ""}])
        + line("Ida", "(gone)", deleted=True)
    )
    assert is_signal(outline(text.encode()))
    found = read_with(read_signal, text, str(tmp_path / "Ida Bloom" / "data.json"))
    assert found.turns("content", "who", "timestamp", "session_id") == [
        ("Is the boat dry?", "Ida", "2026-03-02T09:00:00Z", "Ida Bloom"),
        ("It leaks.", "user", "2026-03-02T09:00:00Z", "Ida Bloom"),
        ("", "Ida", "2026-03-02T09:00:00Z", "Ida Bloom"),
    ]
    assert found.items[2]["attachments"] == [{"name": "boat.jpg", "path": "media/boat.jpg"}]
    assert found.items[1]["metadata"] == {"reply_to": "Is the boat dry?"}
    assert found.left_out == {"pictures and files without words or names": 1, "service lines": 1}


def test_what_signal_cli_received_and_sent(read_with):
    base = {"source": "+3100", "sourceName": "Ida", "timestamp": 1772445600000}
    envelopes = [
        base | {"dataMessage": {"message": "Ahoy", "groupInfo": {"groupId": "crew"}}},
        base | {"dataMessage": {"message": "Psst"}},
        base | {"syncMessage": {"sentMessage": {"message": "What?", "destination": "+3100"}}},
        base | {"dataMessage": {"message": None, "attachments": [{"filename": "boat.jpg"}]}},
        base | {"receiptMessage": {"when": 1}},
    ]
    text = "".join(json.dumps({"envelope": each}) + "\n" for each in envelopes)
    assert is_signal(outline(text.encode()))
    found = read_with(read_signal, text)
    assert found.turns("content", "who", "timestamp", "session_id") == [
        ("Ahoy", "Ida", "2026-03-02T10:00:00Z", "crew"),
        ("Psst", "Ida", "2026-03-02T10:00:00Z", "+3100"),
        ("What?", "user", "2026-03-02T10:00:00Z", "+3100"),
        ("", "Ida", "2026-03-02T10:00:00Z", "+3100"),
    ]
    assert found.left_out == {"service lines": 1}
