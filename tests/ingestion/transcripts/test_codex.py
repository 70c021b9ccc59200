"""Rollouts of Codex."""

from __future__ import annotations

import json

import pytest

from memcli.ingestion.transcripts.codex import read_codex

AT = "2026-03-02T10:00:00Z"
META = {"type": "session_meta", "payload": {"id": "c1", "cwd": "/boat"}}


def item(role, words, **more):
    kind = "input_text" if role == "user" else "output_text"
    content = [{"type": kind, "text": words}]
    payload = {"type": "message", "role": role, "content": content, **more}
    return {"type": "response_item", "payload": payload}


def shown(type_, words):
    return {"type": "event_msg", "payload": {"type": type_, "message": words}}


def read(read_with, *events, **about):
    lines = (json.dumps({"timestamp": AT, **event}) + "\n" for event in events)
    return read_with(read_codex, "".join(lines), **about)


def test_words_stand_twice_and_are_one_turn_each(read_with):
    found = read(
        read_with,
        META,
        shown("user_message", "Where is the oar?"),
        item("user", "Where is the oar?"),
        item("assistant", "In the shed."),
        shown("agent_message", "In the shed."),
    )
    assert found.turns("content", "role", "session_id", "timestamp") == [
        ("Where is the oar?", "user", "c1", AT), ("In the shed.", "assistant", "c1", AT),
    ]  # fmt: skip


@pytest.mark.parametrize("newer", [False, True])
def test_what_was_shown_is_read_where_there_are_no_items(read_with, newer):
    events = [shown("user_message", "Ahoy"), shown("agent_message", "Hi")]
    if newer:
        content = [{"type": "text", "text": "Ahoy"}]
        payload = {"type": "item_completed", "item": {"type": "UserMessage", "content": content}}
        events[0] = {"type": "event_msg", "payload": payload}
    assert read(read_with, META, *events).turns("content", "role") == [
        ("Ahoy", "user"), ("Hi", "assistant"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "event",
    [
        item("developer", "Skills"),
        item("user", "<environment_context>\n<cwd>/</cwd>\n</environment_context>"),
        item("user", "# AGENTS.md instructions for /boat"),
        item("user", "injected", internal_chat_message_metadata_passthrough={
            "content_item_kinds": ["context"]}),
        {"type": "response_item", "payload": {"type": "reasoning", "summary": []}},
        {"type": "response_item", "payload": {"type": "function_call", "name": "shell",
                                              "arguments": "{}", "call_id": "1"}},
        {"type": "turn_context", "payload": {"cwd": "/"}},
        {"type": "response_item", "payload": {"type": "message", "role": "user", "content": None}},
    ],
)  # fmt: skip
def test_what_nobody_said_is_left_out_and_counted(read_with, event):
    found = read(read_with, META, event)
    assert found.items == []
    assert sum(found.left_out.values()) == 1


@pytest.mark.parametrize(
    ("about", "said"),
    [
        ({"thread_source": "sub-thread"}, 0),
        ({"thread_source": "memory_consolidation"}, 0),
        ({"source": {"internal": "memory_consolidation"}}, 0),
        ({"source": {"custom": "atlas"}}, 1),
        ({"source": "cli", "thread_source": "user"}, 1),
        ({"thread_source": "a surface of next year"}, 1),
    ],
)
def test_what_codex_began_by_itself_speaks_to_nobody(read_with, about, said):
    meta = {"type": "session_meta", "payload": {"id": "c2", **about}}
    assert len(read(read_with, meta, item("user", "Look there")).items) == said


def test_an_item_may_say_its_time_itself(read_with):
    events = (META, item("user", "Where is the oar?", timestamp="2026-03-02T10:00:05Z"))
    found = read_with(read_codex, "".join(json.dumps(each) + "\n" for each in events))
    assert found.turns("timestamp") == [("2026-03-02T10:00:05Z",)]


def test_the_oldest_rollouts_have_no_envelopes(read_with):
    old = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "Ahoy"}]}
    found = read(read_with, {"id": "c0", "instructions": None}, old)
    assert found.turns("content", "session_id") == [("Ahoy", "c0")]


def test_tools_are_kept_where_they_are_wanted(read_with):
    call = {"type": "function_call", "name": "shell", "arguments": "ls", "call_id": "1"}
    output = {"type": "function_call_output", "call_id": "1", "output": "oar.txt"}
    events = [{"type": "response_item", "payload": payload} for payload in (call, output)]
    assert read(read_with, META, *events, tools=True).turns("content", "name", "role") == [
        ("ls", "shell", "tool"), ("oar.txt", "tool", "tool"),
    ]  # fmt: skip
