"""Logs of Claude Code."""

from __future__ import annotations

import json

import pytest

from memcli.ingestion.transcripts.claude_code import read_claude_code

AT = "2026-03-02T10:00:0{}Z"


def event(number, type_, content, **more):
    message = {"role": type_, "content": content, **more.pop("message", {})}
    return {"type": type_, "uuid": f"u{number}", "sessionId": "s1", "cwd": "/boat",
            "parentUuid": None, "timestamp": AT.format(number), "message": message,
            **more}  # fmt: skip


def text(words):
    return {"type": "text", "text": words}


def lines(*events):
    return "".join(json.dumps(each) + "\n" for each in events)


def read(read_with, *events, **about):
    return read_with(read_claude_code, lines(*events), **about)


CALL = {"type": "tool_use", "id": "t", "name": "Bash", "input": {"command": "ls"}}
RESULT = {"type": "tool_result", "tool_use_id": "t", "content": [text("oar.txt")]}


def test_words_of_user_and_assistant_are_turns(read_with):
    found = read(
        read_with,
        {"type": "summary", "summary": "Oars", "leafUuid": "x"},
        event(1, "user", "Where is the oar?"),
        event(2, "assistant", [{"type": "thinking", "thinking": "hm"}, text("Let me look."), CALL]),
        event(3, "user", [RESULT]),
        event(4, "assistant", [text("In the shed.")]),
    )
    assert found.turns("content", "role", "id", "session_id", "timestamp") == [
        ("Where is the oar?", "user", "u1", "s1", "2026-03-02T10:00:01Z"),
        ("Let me look.", "assistant", "u2", "s1", "2026-03-02T10:00:02Z"),
        ("In the shed.", "assistant", "u4", "s1", "2026-03-02T10:00:04Z"),
    ]
    assert found.items[0]["metadata"] == {"cwd": "/boat"}


@pytest.mark.parametrize(
    "more",
    [
        {"isMeta": True},
        {"isSidechain": True},
        {"isCompactSummary": True},
        {"isApiErrorMessage": True},
    ],
)
def test_what_nobody_said_to_the_user_is_left_out_and_counted(read_with, more):
    found = read(read_with, event(1, "user", "No turn", **more), event(2, "user", "A turn"))
    assert found.turns("content") == [("A turn",)]
    assert sum(found.left_out.values()) == 1


@pytest.mark.parametrize(
    "content",
    [
        "<command-name>/clear</command-name>",
        "<local-command-stdout>ok</local-command-stdout>",
        "[Request interrupted by user]",
        "<system-reminder>be brief</system-reminder>",
    ],
)
def test_service_texts_are_no_turns(read_with, content):
    assert read(read_with, event(1, "user", content)).items == []


def test_reminders_are_taken_out_of_a_turn(read_with):
    said = "Row home.\n<system-reminder>list is empty</system-reminder>"
    assert read(read_with, event(1, "user", [text(said)])).turns("content") == [("Row home.",)]


def test_the_parts_of_one_answer_are_one_turn(read_with):
    part = {"message": {"id": "msg_1"}}
    found = read(
        read_with,
        event(1, "assistant", [text("First part.")], **part),
        event(2, "assistant", [CALL], **part),
        event(3, "user", [RESULT]),
        event(4, "assistant", [text("Second part.")], **part),
        event(5, "assistant", [text("Another answer.")], message={"id": "msg_2"}),
    )
    assert found.turns("content", "id") == [
        ("First part.\n\nSecond part.", "u1"), ("Another answer.", "u5"),
    ]  # fmt: skip


def test_what_the_user_took_back_is_left_out_with_its_answers(read_with):
    found = read(
        read_with,
        event(1, "user", "Where is the oar?"),
        event(2, "assistant", [text("In the shed.")], parentUuid="u1"),
        event(3, "user", "Sell it.", parentUuid="u2"),
        event(4, "assistant", [text("Sold.")], parentUuid="u3"),
        event(5, "user", "Mend it.", parentUuid="u2"),
        event(6, "assistant", [text("Mended.")], parentUuid="u5"),
    )
    assert [words for (words,) in found.turns("content")] == [
        "Where is the oar?", "In the shed.", "Mend it.", "Mended.",
    ]  # fmt: skip
    assert found.left_out == {"turns taken back": 2}


def test_results_beside_a_prompt_take_nothing_back(read_with):
    found = read(
        read_with,
        event(1, "assistant", [text("Looking."), CALL]),
        event(2, "user", [RESULT], parentUuid="u1"),
        event(3, "user", [RESULT], parentUuid="u1"),
        event(4, "assistant", [text("Found.")], parentUuid="u2"),
    )
    assert len(found.items) == 2


def test_an_event_that_comes_again_is_one_turn_and_its_id_holds_in_every_session(read_with):
    again = event(1, "user", "Changed")
    found = read(
        read_with, event(1, "user", "Ahoy"), again, event(1, "user", "Ahoy", sessionId="s2")
    )
    assert found.turns("content", "session_id") == [("Ahoy", "s1"), ("Ahoy", "s2")]
    assert all(item.unique for item in found.raw)


def test_tools_are_kept_as_resources_where_they_are_wanted(read_with):
    events = event(1, "assistant", [text("Looking."), CALL]), event(2, "user", [RESULT])
    found = read(read_with, *events, tools=True)
    assert found.turns("content", "role", "name", "id") == [
        ("Looking.", "assistant", None, "u1"),
        ('{"command":"ls"}', "tool", "Bash", "u1#0"),
        ("oar.txt", "tool", "tool", "u2#0"),
    ]
    assert [item.type for item in found.raw] == ["episodic", "resource", "resource"]


def test_a_torn_last_line_is_left_out_and_a_broken_one_before_it_is_told(read_with):
    whole = lines(event(1, "user", "Ahoy"))
    torn = read_with(read_claude_code, whole + whole[:30])
    assert torn.turns("content") == [("Ahoy",)]
    assert torn.left_out == {"lines broken off in a log": 1}
    broken = read_with(read_claude_code, "{'a': 1}\n" + whole).items
    assert [isinstance(item, str) for item in broken] == [True, False]


def test_a_document_of_log_lines_is_read_too(read_with):
    document = {"loglines": [event(1, "user", "Ahoy"), event(2, "assistant", [text("Hi")])]}
    assert read_with(read_claude_code, document).turns("content") == [("Ahoy",), ("Hi",)]


def test_what_was_taken_back_goes_on_behind_a_compaction(read_with):
    found = read(
        read_with,
        event(1, "user", "Where is the oar?"),
        event(2, "assistant", "In the shed.", parentUuid="u1"),
        event(3, "user", "And the mast?", parentUuid="u2"),
        {"type": "system", "uuid": "u4", "parentUuid": None, "logicalParentUuid": "u3"},
        event(5, "user", "And the sail?", parentUuid="u4"),
        event(6, "user", "Who rows?", parentUuid="u2"),
    )
    assert found.turns("content") == [("Where is the oar?",), ("In the shed.",), ("Who rows?",)]


def test_a_prompt_behind_half_a_line_takes_back_as_any(read_with):
    log = lines(
        event(1, "user", "Where is the oar?"),
        event(2, "user", "And the mast?", parentUuid="u1"),
    )
    log += lines(event(7, "assistant", "It"))[:40] + lines(event(3, "user", "So?", parentUuid="u1"))
    found = read_with(read_claude_code, log)
    assert found.turns("content") == [("Where is the oar?",), ("So?",)]
