"""Chats of Copilot in VS Code."""

from __future__ import annotations

import json

from memcli.ingestion.transcripts.copilot_chat import is_copilot_chat, read_copilot_chat
from memcli.ingestion.transcripts.outline import outline

MS = 1772445600000
AT = "2026-03-02T10:00:00Z"
REQUEST = {
    "requestId": "r1",
    "message": {"text": "Where is the oar?", "parts": []},
    "response": [
        {"kind": "thinking", "value": "hm"},
        {"value": "In "},
        {"kind": "toolInvocationSerialized", "invocationMessage": {"value": "Read a.py"}},
        {"kind": "inlineReference", "name": "shed.py", "inlineReference": {"path": "/shed.py"}},
        {"kind": "markdownContent", "content": {"value": "."}},
    ],
    "timestamp": MS,
}
SESSION = {
    "version": 3,
    "requesterUsername": "ida",
    "responderUsername": "GitHub Copilot",
    "sessionId": "s",
    "customTitle": "Oar",
    "requests": [REQUEST],
}


def log(*entries):
    return "".join(f"{json.dumps(entry, separators=(',', ':'))}\n" for entry in entries)


def test_questions_and_answers_are_turns(read_with):
    found = read_with(read_copilot_chat, SESSION)
    assert found.turns("who", "content", "timestamp", "session_id") == [
        ("ida", "Where is the oar?", AT, "s"),
        ("assistant", "In shed.py.", AT, "s"),
    ]
    assert found.items[0]["metadata"] == {"heading": "Oar"}


def test_a_log_comes_to_the_session_that_it_changes(read_with):
    second = {**REQUEST, "requestId": "r2", "message": {"text": "And the mast?"}, "response": []}
    data = log(
        {"kind": 0, "v": {**SESSION, "requests": []}},
        {"kind": 2, "k": ["requests"], "v": [REQUEST, second]},
        {"kind": 1, "k": ["requests", 0, "message", "text"], "v": "Where are the oars?"},
        {"kind": 2, "k": ["requests", 0, "response"], "i": 1, "v": [{"value": "In the shed."}]},
        {"kind": 3, "k": ["customTitle"]},
        {"kind": 2, "k": ["requests"], "i": 1},
    )
    found = read_with(read_copilot_chat, data)
    assert found.turns("content") == [("Where are the oars?",), ("In the shed.",)]
    assert "metadata" not in found.items[0]


def test_a_change_of_what_is_not_there_is_told(read_with):
    data = log({"kind": 0, "v": SESSION}, {"kind": 1, "k": ["requests", 7, "timestamp"], "v": 1})
    items = read_with(read_copilot_chat, data).items
    assert [item for item in items if isinstance(item, str)] == [
        "2: a change of what is not there: list index out of range"
    ]
    assert len(items) == 3


def test_sessions_and_logs_are_known_by_their_requests():
    assert is_copilot_chat(outline(json.dumps(SESSION).encode()))
    assert is_copilot_chat(outline(log({"kind": 0, "v": SESSION}, {"kind": 2}).encode()))
    assert not is_copilot_chat(outline(b'{"requests": [1]}'))
