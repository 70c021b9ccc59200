"""Sessions of Gemini CLI."""

from __future__ import annotations

import json

import pytest

from memcli.ingestion.transcripts.gemini import read_gemini

AT = "2026-03-02T10:00:00Z"
HEAD = {"sessionId": "g1", "projectHash": "x", "startTime": AT}


def message(id_, type_, content):
    return {"id": id_, "timestamp": AT, "type": type_, "content": content}


MESSAGES = [
    message("0", "user", "<session_context>\nToday is Monday.\n</session_context>"),
    message("1", "user", [{"text": "Where is the oar?"}]),
    message("2", "gemini", "In the shed."),
    message("3", "info", "Compressed."),
    message("4", "gemini", ""),
]


@pytest.mark.parametrize(
    ("as_lines", "name"), [(False, "gemini"), (True, "gemini"), (True, "model")]
)
def test_user_and_gemini_speak(read_with, as_lines, name):
    said = [{**each, "type": name} if each["type"] == "gemini" else each for each in MESSAGES]
    lines = "".join(json.dumps(each) + "\n" for each in (HEAD, *said))
    found = read_with(read_gemini, lines if as_lines else {**HEAD, "messages": said})
    assert found.turns("content", "role", "id", "session_id", "timestamp") == [
        ("Where is the oar?", "user", "1", "g1", AT), ("In the shed.", "assistant", "2", "g1", AT),
    ]  # fmt: skip
    assert found.left_out["service lines"] >= 3


def test_a_patch_may_take_back_a_message_and_what_follows_it(read_with):
    patches = [{"$set": {"lastUpdated": AT}}, {"$rewindTo": "2"}, message("5", "gemini", "At sea."),
               {"$rewindTo": "nowhere"}]  # fmt: skip
    lines = "".join(json.dumps(each) + "\n" for each in (HEAD, *MESSAGES, *patches))
    found = read_with(read_gemini, lines)
    assert found.turns("content") == [("Where is the oar?",), ("At sea.",)]
    assert found.left_out["turns taken back"] == 1
