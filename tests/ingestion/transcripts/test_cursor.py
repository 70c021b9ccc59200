"""Transcripts of Cursor's agent."""

from __future__ import annotations

import json

import pytest

from memcli.ingestion.transcripts import read_source
from memcli.ingestion.transcripts.cursor import is_transcript, read_transcript

ASKED = (
    "<timestamp>Friday, Sep 4, 2026, 2:21 AM (UTC+8)</timestamp>\n<user_query>\n{}\n</user_query>"
)


def line(role, *blocks):
    parts = [{"type": "text", "text": b} if isinstance(b, str) else b for b in blocks]
    return json.dumps({"role": role, "message": {"content": parts}}) + "\n"


LOG = (
    line("user", "<dynamic_tools>\n<tool>x</tool>\n</dynamic_tools>")
    + line("user", ASKED.format("Where is the oar?") + "\n[Image]\n[File: plan.pdf]")
    + line("assistant", "I look.\n\n[REDACTED]",
           {"type": "tool_use", "name": "Shell", "input": {"command": "ls"}})
    + line("assistant", {"type": "thinking", "thinking": "hm"}, "In the shed.")
    + json.dumps({"type": "turn_ended", "status": "success"}) + "\n"
    + line("user", "<user_query>And the sail?</user_query>")
    + line("assistant", "In the shed.")
)  # fmt: skip
TEXT = """user:
<user_query>
Where is the oar?
</user_query>

assistant:
[Thinking] I could look.
  Or ask.
I look.
[Tool call] Shell
  command: ls

[Tool result] Shell
  oar.txt

It is in the shed:
- on the wall

user:
Thanks

A:
[Tool call] Rest
"""


def test_lines_have_what_was_asked_and_answered(read_with):
    assert is_transcript(LOG.encode())
    found = read_with(read_transcript, LOG, "/none/agent-transcripts/a1/a1.jsonl")
    assert found.turns("content", "role", "timestamp", "utc_offset", "session_id") == [
        (text, role, "2026-09-03T18:21:00Z", 480, "a1")
        for text, role in (
            ("Where is the oar?", "user"), ("I look.", "assistant"), ("In the shed.", "assistant"),
            ("And the sail?", "user"), ("In the shed.", "assistant"),
        )
    ]  # fmt: skip
    assert found.items[0]["attachments"] == ["plan.pdf"]
    assert [item.record.extra for item in found.raw] == [None] * 4 + [{"occurrence": 2}]
    assert found.left_out == {"service lines": 2}
    kept = read_with(read_transcript, LOG, "a1.jsonl", tools=True)
    assert ('{"command":"ls"}', "tool", "Shell") in kept.turns("content", "role", "name")


def test_text_has_what_stands_below_no_mark(read_with):
    assert is_transcript(TEXT.encode())
    found = read_with(read_transcript, TEXT, "a2.txt")
    assert found.turns("content", "role", "session_id") == [
        ("Where is the oar?", "user", "a2"), ("I look.", "assistant", "a2"),
        ("It is in the shed:\n- on the wall", "assistant", "a2"), ("Thanks", "user", "a2"),
    ]  # fmt: skip
    kept = read_with(read_transcript, TEXT, "a2.txt", tools=True)
    assert kept.turns("content", "name")[2:4] == [("command: ls", "Shell"), ("oar.txt", "Shell")]


@pytest.mark.parametrize(
    ("stamp", "time"),
    [
        ("Jun 3, 2026, 7:30 PM (UTC-3:30)", "2026-06-03T23:00:00Z"),
        ("Jun 3, 2026, 7:30 PM (UTC)", "2026-06-03T19:30:00Z"),
        ("Wednesday, Jun 3, 2026, 7:30 PM", "2026-06-03T19:30:00Z"),
        ("Wednesday", None),
    ],
)
def test_times_stand_before_the_question(read_with, stamp, time):
    text = f"<timestamp>{stamp}</timestamp>\n<user_query>Ahoy</user_query>"
    found = read_with(read_transcript, line("user", text))
    assert found.turns("content", "timestamp") == [("Ahoy", time)]


def test_the_folder_is_that_of_the_workspace_and_sub_agents_say_nothing(tmp_path):
    project = tmp_path / "projects" / "home-ida-boat"
    path = project / "agent-transcripts" / "a1" / "a1.jsonl"
    (path.parent / "subagents").mkdir(parents=True)
    path.write_text(LOG)
    (path.parent / "subagents" / "b.jsonl").write_text(LOG)
    (project / ".workspace-trusted").write_text('{"workspacePath": "/home/ida/boat"}')
    items = list(read_source(str(path)))
    assert {item.record.metadata["cwd"] for item in items} == {"/home/ida/boat"}
    assert list(read_source(str(path.parent / "subagents" / "b.jsonl"))) == []


@pytest.mark.parametrize(
    "other",
    [
        '{"role": "user", "message": {"content": "x", "id": 1}, "uuid": "1"}\n',
        '{"role": "user", "content": "x"}\n',
        "user:\nAhoy\nassistant:\nHi\n",
        "",
    ],
)
def test_other_logs_are_none(other):
    assert not is_transcript(other.encode())
