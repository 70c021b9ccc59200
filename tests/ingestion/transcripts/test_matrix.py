"""Rooms of Matrix."""

from __future__ import annotations

from memcli.ingestion.transcripts.matrix import is_matrix, read_matrix
from memcli.ingestion.transcripts.outline import outline
from tests.support.chat_samples import MATRIX, dump, event


def test_a_room_is_read_without_quotes_and_with_names(read_with):
    found = read_with(read_matrix, MATRIX)
    assert found.turns("who", "content", "session_id", "attachments") == [
        ("@ida:m.example", "Where is it?", "!r:m.example", None),
        ("Ben", "In the shed.", "!r:m.example", None),
        ("Ben", "", "!r:m.example", [{"name": "oar.jpg"}]),
    ]
    assert found.left_out == {"service lines": 1}


def test_of_a_message_that_was_changed_the_new_words_are_read(read_with):
    content = {"msgtype": "m.text", "body": "* Ahoy!", "m.new_content": {"body": "Ahoy!"}}
    raw = dump({"messages": [event("$1", "@a:m", "m.room.message", content)]})
    assert read_with(read_matrix, raw).turns("content") == [("Ahoy!",)]


def test_messages_of_others_are_none():
    assert is_matrix(outline(MATRIX))
    assert not is_matrix(outline(b'{"messages": [{"role": "user", "content": "Hi"}]}'))
