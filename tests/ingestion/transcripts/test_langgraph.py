"""State of LangGraph."""

from __future__ import annotations

import json

from memcli.ingestion.transcripts.known_json import is_langgraph
from memcli.ingestion.transcripts.langgraph import messages_of, read_langgraph
from memcli.ingestion.transcripts.outline import outline


def said(id_, kind, content):
    return {"id": id_, "type": kind, "content": content}


A, B = said("a", "human", "Is the boat dry?"), said("b", "ai", "It leaks.")
C, D = said("c", "human", "Then tar it."), said("d", "human", "Then sell it.")
TOOL = {**said("t", "tool", "{}"), "name": "weather"}


def state(key, before, *messages, at="2026-03-02T10:00:00Z"):
    place = {"thread_id": "boat", "checkpoint_ns": ""}
    return {
        "values": {"messages": list(messages)},
        "next": [],
        "checkpoint": {**place, "checkpoint_id": key},
        "parent_checkpoint": {**place, "checkpoint_id": before} if before else None,
        "created_at": at,
    }


def test_a_history_is_the_branch_of_its_newest_state(read_with):
    history = [
        state("1f4", "1f2", A, B, TOOL, C, at="2026-03-02T10:04:00Z"),
        state("1f3", "1f2", A, B, D),
        state("1f2", "1f1", A, B, at="2026-03-02T10:02:00Z"),
        state("1f1", None, A),
    ]
    assert is_langgraph(outline(json.dumps(history).encode()))
    found = read_with(read_langgraph, history)
    assert found.turns("content", "role", "timestamp", "session_id", "id") == [
        ("Is the boat dry?", "user", "2026-03-02T10:00:00Z", "boat", "a"),
        ("It leaks.", "assistant", "2026-03-02T10:02:00Z", "boat", "b"),
        ("Then tar it.", "user", "2026-03-02T10:04:00Z", "boat", "c"),
    ]
    assert found.left_out == {"states of branches that were left": 1, "outputs of tools": 1}


def test_what_was_trimmed_away_stays_said(read_with):
    removed = {"id": "a", "type": "remove", "content": ""}
    history = [state("2", "1", removed, C), state("1", None, A)]
    assert read_with(read_langgraph, history).turns("content") == [
        ("Is the boat dry?",), ("Then tar it.",),
    ]  # fmt: skip


def test_messages_come_in_three_forms_and_places(read_with):
    lc = {"lc": 1, "type": "constructor", "id": ["langchain", "schema", "messages", "AIMessage"],
          "kwargs": {"id": "b", "content": [{"type": "text", "text": "It leaks."}]}}  # fmt: skip
    wrapped = {"type": "human", "data": {"content": "Is the boat dry?"}}
    raw = {"v": 4, "id": "1f1", "ts": "2026-03-02T10:00:00Z",
           "channel_values": {"messages": [wrapped, lc]}}  # fmt: skip
    for document in (raw, {"config": {"configurable": {"thread_id": "x"}}, "checkpoint": raw}):
        found = read_with(read_langgraph, document)
        assert found.turns("content", "role", "timestamp") == [
            ("Is the boat dry?", "user", "2026-03-02T10:00:00Z"),
            ("It leaks.", "assistant", "2026-03-02T10:00:00Z"),
        ]
    assert found.items[0]["session_id"] == "x"


def test_subgraphs_are_counted_and_lines_are_threads(read_with):
    inner = state("9", None, D)
    inner["checkpoint"]["checkpoint_ns"] = "planner:1"
    threads = [{"thread_id": "one", "values": {"messages": [A]}},
               {"thread_id": "two", "values": {"messages": [A]}}, inner]  # fmt: skip
    found = read_with(read_langgraph, "".join(json.dumps(each) + "\n" for each in threads))
    assert found.turns("content", "session_id") == [
        ("Is the boat dry?", "one"), ("Is the boat dry?", "two"),
    ]  # fmt: skip
    assert found.left_out == {"states of subgraphs": 1}
    assert messages_of({"values": None}) == []
