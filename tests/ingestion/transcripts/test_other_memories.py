"""Memories of other programs."""

from __future__ import annotations

import json

from memcli.ingestion.transcripts.other_memories import (
    read_claude_memory,
    read_letta,
    read_mcp_memory,
    read_mem0,
    read_memory_list,
)

AT = "2026-03-02T10:00:00Z"


def test_observations_name_whom_they_are_about(read_with):
    records = [
        {"type": "entity", "name": "Ida_Bloom", "entityType": "person",
         "observations": ["Rows daily", {"text": "Lives in Kiel", "timestamp": AT}]},
        {"_type": "relation", "from": "Ida_Bloom", "to": "Ben_Oak", "relationType": "sister_of"},
        {"type": "poem"},
    ]  # fmt: skip
    found = read_with(read_mcp_memory, "".join(json.dumps(r) + "\n" for r in records))
    assert found.turns("content", "timestamp") == [
        ("Ida Bloom: Rows daily", None), ("Ida Bloom: Lives in Kiel", AT),
        ("Ida Bloom sister of Ben Oak", None), (found.items[3],) * 2,
    ]  # fmt: skip
    assert "neither an entity nor a relation" in found.items[3]
    assert {item.type for item in found.raw[:3]} == {"semantic"}
    assert found.items[0]["metadata"] == {"heading": "Ida Bloom", "tags": ["person"]}


def test_memories_of_mem0_keep_ids_and_times(read_with):
    memory = {"id": "m1", "memory": "Rows daily", "created_at": AT, "user_id": "ida"}
    for document in ({"results": [memory]}, [memory]):
        found = read_with(read_mem0, document)
        assert found.turns("content", "id", "timestamp") == [("Rows daily", "m1", AT)]


def test_an_agent_of_letta_has_turns_and_core_memories(read_with):
    agent = {"name": "skipper", "messages": [
        {"id": "1", "role": "user", "content": [{"type": "text", "text": "Ahoy"}]},
        {"id": "2", "role": "tool", "content": "{}"}]}  # fmt: skip
    blocks = [
        {"id": "b", "label": "human", "value": "Ida rows."},
        {"label": "persona", "value": ""},
    ]
    found = read_with(read_letta, {"agents": [agent], "blocks": blocks})
    assert found.turns("content", "role", "session_id") == [
        ("Ahoy", "user", "skipper"), ("Ida rows.", None, "in"),
    ]  # fmt: skip
    assert [item.type for item in found.raw] == ["episodic", "core"]


def test_what_claude_remembers_is_paragraphs(read_with):
    document = [{"conversations_memory": "Ida rows.\n\nShe likes tea.",
                 "project_memories": {"p": "The roof leaks."}}]  # fmt: skip
    assert read_with(read_claude_memory, document).turns("content") == [
        ("Ida rows.",), ("She likes tea.",), ("The roof leaks.",),
    ]  # fmt: skip


def test_what_chatgpt_remembers_unless_it_was_switched_off(read_with):
    memory = {"id": "m", "content": "Rows daily", "updated_at": AT}
    found = read_with(read_memory_list, {"memories": [memory]})
    assert found.turns("content", "id", "timestamp") == [("Rows daily", "m", AT)]
    entries = [{"content": "Rows", "enabled": True}, {"content": "Smokes", "enabled": False}]
    found = read_with(read_memory_list, entries)
    assert found.turns("content") == [("Rows",)]
    assert found.left_out == {"memories that were switched off": 1}
