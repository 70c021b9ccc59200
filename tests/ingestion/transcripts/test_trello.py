"""Boards of Trello."""

from __future__ import annotations

from memcli.ingestion.transcripts.outline import outline
from memcli.ingestion.transcripts.trello import is_trello, read_trello
from tests.support.chat_samples import LATER, TRELLO


def test_cards_are_notes_and_comments_turns(read_with):
    found = read_with(read_trello, TRELLO)
    assert found.turns("who", "content", "timestamp", "session_id") == [
        (None, "Mend the oar\nIt is split.", "2026-03-02T10:00:00Z", "in/Mend the oar"),
        ("Ben", "On Friday.", LATER, "in/Mend the oar"),
    ]
    assert found.items[0]["metadata"] == {"heading": "To do", "tags": ["urgent"]}
    assert found.left_out == {"moves of cards": 1}


def test_another_thing_with_a_name_is_none():
    assert is_trello(outline(TRELLO))
    assert not is_trello(outline(b'{"id": "b", "name": "Boat", "messages": []}'))
