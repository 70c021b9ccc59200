from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from memcli.agents.hooks.answering import answer, told, worth_asking, wrapped
from tests.support.program import run_here
from tests.support.talked_stores import line, talked

NOW = datetime(2031, 6, 2, tzinfo=UTC)
HERON = {"namespace": "heron"}
TALK = (
    line("The ferry to Texel sails at nine.", "2030-01-01T09:00:00Z", "s/1", "heron"),
    line("My password is hunter2-Xk9!qq.", "2030-01-01T09:02:00Z", "s/1", "heron"),
    line("The parrot of another project is green.", "2030-01-02T09:00:00Z", "s/4", "other"),
)


@pytest.fixture(scope="module")
def store_folder(empty_once, tmp_path_factory):
    import shutil

    path = shutil.copytree(empty_once, tmp_path_factory.mktemp("told") / "store")
    talked(path, TALK)
    run_here("add", "Tabs in all code.", "--type", "core", "--namespace", "heron", "--store", path)
    return str(path)


def test_a_session_begins_with_what_is_known_of_its_project(store_folder):
    block = told("session-start", {}, HERON, store_folder, NOW)
    assert "The ferry to Texel sails at nine." in block
    assert "Tabs in all code." in block
    assert "parrot" not in block
    assert "hunter2" not in block
    assert told("session-start", {}, {"namespace": "none"}, store_folder, NOW) == ""


def test_a_prompt_gets_what_surely_bears_on_it(store_folder):
    asked = {"prompt": "When does the ferry to Texel sail?"}
    block = told("user-prompt", asked, HERON, store_folder, NOW)
    assert "sails at nine" in block
    # That was told when the session began.
    assert "Tabs in all code." not in block
    # The agent has its own session before it.
    assert told("user-prompt", {**asked, "session_id": "s/1"}, HERON, store_folder, NOW) == ""
    unknown = {"prompt": "Who won the football cup in Paris?"}
    assert told("user-prompt", unknown, HERON, store_folder, NOW) == ""


@pytest.mark.parametrize("prompt", ["/compact now please", "!ls -la now", "go on", "", None, 3])
def test_commands_and_words_that_ask_nothing_get_nothing(prompt):
    assert worth_asking(prompt) is None


def test_what_was_recalled_is_no_part_of_the_prompt():
    block = '&lt;memcli-context v="1"&gt;\n- a\n&lt;/memcli-context&gt;\n'
    assert worth_asking(f"{block}When does the ferry sail?") == "When does the ferry sail?"


def test_each_client_has_its_form(store_folder, capsys):
    for client, event, name in (
        ("claude-code", "session-start", "SessionStart"),
        ("codex", "user-prompt", "UserPromptSubmit"),
        ("gemini", "user-prompt", "BeforeAgent"),
    ):
        form = wrapped(event, client, "x")["hookSpecificOutput"]
        assert form == {"hookEventName": name, "additionalContext": "x"}
    assert wrapped("session-start", "cursor", "x") == {"additional_context": "x"}
    assert wrapped("user-prompt", "cursor", "x") is wrapped("stop", "codex", "") is None
    answer("session-start", "codex", {}, HERON, None)
    assert capsys.readouterr().out == ""
    answer("session-start", "codex", {}, HERON, store_folder)
    assert (
        "sails at nine"
        in json.loads(capsys.readouterr().out)["hookSpecificOutput"]["additionalContext"]
    )
