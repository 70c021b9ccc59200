"""Trials: what agents ran between turns, in the logs of each client."""

from __future__ import annotations

import pytest

from memcli.ingestion.transcripts import read_source
from memcli.ingestion.transcripts.trials import Trials, command_of, telling_line, with_trials
from memcli.records import Message
from tests.support.agent_sessions import write_session
from tests.support.editor_sessions import write_editor_session

STEPS = [
    ["u", "Fix the report."],
    ["x", "pytest tests", 1, "E   ModuleNotFoundError: No module named 'httpx'"],
    ["x", "grep -n report .", 1, ""],
    ["e", "report.py"],
    ["x", "uv run pytest tests", 0, "4 passed in 0.31s"],
    ["a", "It is fixed."],
    ["u", "thanks"],
]
CLIENTS = ["claude-code", "codex", "gemini", "opencode", "aider", "specstory"]
EDITORS = ["cline", "roo", "cursor", "cursor-cli"]


def turns(path):
    return [item.record for item in read_source(str(path)) if isinstance(item.record, Message)]


@pytest.mark.parametrize("client", [*CLIENTS, *EDITORS])
def test_what_was_tried_is_with_the_turn_after_it(tmp_path, client):
    is_editor = client in EDITORS
    read = turns(
        write_editor_session(tmp_path, client, STEPS)
        if is_editor
        else write_session(tmp_path, client, "heron", 0, STEPS)
    )
    assert [turn.content for turn in read] == ["Fix the report.", "It is fixed.", "thanks"]
    first, second, third = [(turn.metadata or {}).get("trials") for turn in read]
    assert (first, third) == (None, None)
    assert second == [
        {
            "did": "pytest tests",
            "ok": False,
            "said": "E ModuleNotFoundError: No module named 'httpx'",
        },
        {"edits": 1},
        {"did": "uv run pytest tests", "ok": True, "said": "4 passed in 0.31s"},
    ]


def test_a_log_that_grows_gives_the_turns_before_the_same_trials(tmp_path):
    short = turns(write_session(tmp_path, "claude-code", "heron", 0, STEPS[:6]))
    whole = turns(write_session(tmp_path, "claude-code", "heron", 0, STEPS))
    assert whole[: len(short)] == short


@pytest.mark.parametrize(
    ("command", "output", "failed", "ok"),
    [
        ("make", "", False, True),
        ("make", "Exit code 2\nmake: *** [x] Error 2", None, False),
        ("make", "", True, False),
        ("pytest | tail -3", "2 failed, 3 passed", False, False),
        ("pytest", "Exit code: 0\n3 passed", None, True),
        ("make", "The user doesn't want to proceed with this tool use.", True, None),
        ("diff a b", "Exit code 1\n< x", True, None),
        ("ls nowhere", "Exit code 2\nls: nowhere: No such file", True, None),
        ("make", "", None, None),
        (
            "make",
            "Command executed in terminal 1 within '/x'. Exit code: 2\nOutput:\n",
            None,
            False,
        ),
        ("make", "The user denied this operation.", None, None),
        ("make", "Command is still running in the user's terminal.", None, None),
    ],
)
def test_a_status_or_else_the_output_says_whether_it_passed(command, output, failed, ok):
    trials = Trials()
    trials.ran(command, output, failed)
    assert [trial["ok"] for trial in trials.take()] == ([] if ok is None else [ok])
    assert trials.take() == []


def test_edits_alone_and_calls_without_an_answer_are_none():
    trials = Trials()
    trials.edit()
    trials.call("1", "Bash", {"command": "make"})
    trials.result("2", "nobody asked")
    assert trials.take() == []


def test_secrets_are_not_kept():
    trials = Trials()
    key = "sk-ant-api03-" + "a1B2" * 20
    trials.ran(f"run --key {key}", f"Error: {key} is not set", True)
    assert key not in str(trials.take())


def test_the_cause_tells_more_than_that_it_failed():
    said = "Output: bash: line 1: ruff: command not found\nmake: *** [lint] Error 127"
    assert telling_line(said, False) == "ruff: command not found"
    assert telling_line("x\n5 passed\nbye", True) == "5 passed"
    assert telling_line("nothing of note", True) == ""


def test_a_command_stands_where_the_tool_puts_it():
    assert command_of({"command": "ls"}) == "ls"
    assert command_of('{"cmd": ["bash", "-lc", "make x"]}') == "make x"
    assert command_of({"command": ["make", "x"]}) == "make x"
    assert command_of("not json") is None
    assert command_of({"path": "x"}) is None


def test_metadata_without_trials_is_as_it_was():
    assert with_trials(None, []) is None
    assert with_trials({"cwd": "/p"}, [{"edits": 1}]) == {"cwd": "/p", "trials": [{"edits": 1}]}
