"""Google Hangouts."""

from __future__ import annotations

from memcli.ingestion.transcripts.hangouts import is_hangouts, read_hangouts
from memcli.ingestion.transcripts.outline import outline
from tests.support.chat_samples import HANGOUTS


def test_events_are_read_in_their_order_with_the_names_of_people(read_with):
    found = read_with(read_hangouts, HANGOUTS)
    assert found.turns("who", "content", "timestamp", "session_id") == [
        ("Ida", "Where is\nthe oar?", "2026-03-02T10:00:00Z", "c"),
        ("2", "In the shed.", "2026-03-02T10:01:00Z", "c"),
    ]
    assert found.left_out == {"service lines": 1}


def test_conversations_of_others_are_none():
    assert is_hangouts(outline(HANGOUTS))
    assert not is_hangouts(outline(b'{"conversations": [{"id": "c", "MessageList": []}]}'))
