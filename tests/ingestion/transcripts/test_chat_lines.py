"""Whole conversations, one a line or one an element."""

from __future__ import annotations

import json

from memcli.ingestion.transcripts.chat_lines import read_chat_lines

OPENAI = {"messages": [{"role": "system", "content": "Be brief."},
                       {"role": "user", "content": [{"type": "text", "text": "Where is it?"}]},
                       {"role": "assistant", "content": "Here."}]}  # fmt: skip
SHAREGPT = {"id": "k7", "conversations": [{"from": "human", "value": "Ahoy"},
                                          {"from": "gpt", "value": "Hello"}]}  # fmt: skip


def lines(*records):
    return "".join(json.dumps(record) + "\n" for record in records)


def test_each_line_is_a_session(read_with):
    found = read_with(read_chat_lines, lines(OPENAI, SHAREGPT), "train.jsonl")
    assert found.turns("content", "role", "session_id") == [
        ("Where is it?", "user", "train/1"), ("Here.", "assistant", "train/1"),
        ("Ahoy", "user", "k7"), ("Hello", "assistant", "k7"),
    ]  # fmt: skip
    assert found.left_out == {"system texts": 1}


def test_so_is_each_element(read_with):
    assert len(read_with(read_chat_lines, [OPENAI, SHAREGPT]).items) == 4


def test_a_line_that_is_no_conversation_is_told(read_with):
    found = read_with(read_chat_lines, lines(OPENAI, {"title": "x"}))
    assert found.items[-1] == "2: no conversation: it has no `messages`"
