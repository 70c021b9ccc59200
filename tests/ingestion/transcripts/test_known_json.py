"""JSON of other programs, known by its keys."""

from __future__ import annotations

import json

import pytest

from memcli.ingestion.transcripts import known_json
from memcli.ingestion.transcripts.outline import outline

TESTS = [
    getattr(known_json, name)
    for name in dir(known_json)
    if name.startswith("is_") and name != "is_conversation"
]
PLAIN = [
    [{"content": "Ahoy", "name": "Ida", "timestamp": "2026-03-02T10:00:00Z"}],
    {"messages": [{"role": "user", "content": "Ahoy"}]},
    {"kind": "memory", "id": "x", "text": "Ahoy"},
    [{"id": 1, "text": "Ahoy", "user": "Ida", "ts": "1772445600"}],
    [{"id": "m1", "sessionID": "s", "role": "user", "time": {"created": 1}, "content": "Ahoy"}],
    [],
    {},
]


@pytest.mark.parametrize("test", TESTS, ids=lambda test: test.__name__)
def test_plain_records_are_of_no_other_program(test):
    assert [document for document in PLAIN if test(outline(json.dumps(document).encode()))] == []


def test_objects_are_found_at_a_path():
    raw = {"a": {"b": [{"c": 1}, 2, {"d": 3}]}}
    assert known_json.items_of(raw, "a", "b") == [{"c": 1}, {"d": 3}]
    assert known_json.items_of(raw, "a", "x") == []
    assert known_json.has(raw, "a")
    assert not known_json.has([], "a")


def test_a_channel_of_discord_without_words_lies_beside_its_messages():
    for raw in (
        {"id": "1", "type": "DM", "recipients": ["2"]},
        {"id": "1", "type": 0, "guild": {}},
    ):
        assert known_json.is_companion(outline(json.dumps(raw).encode()))


def test_deepseek_is_not_chatgpt():
    seen = outline(b'[{"title": "a", "inserted_at": "x", "mapping": {}}]')
    assert known_json.is_deepseek(seen)
    assert not known_json.is_deepseek(outline(b'[{"title": "a", "mapping": {}}]'))
