"""`memcli lessons`: from logs of agents to lessons, and into the prompts of later sessions."""

from __future__ import annotations

import json

import pytest

from tests.support.agent_sessions import moment, write_session

FAILS = ["x", "pytest tests/a.py", 1, "E   ModuleNotFoundError: No module named 'httpx'"]
PASSES = ["x", "uv run pytest tests/a.py", 0, "4 passed in 0.31s"]
SESSIONS = (
    [["u", "Add an option to the export command."], FAILS, PASSES, ["a", "Four tests pass."]],
    [["u", "Fix the header of the report."], FAILS, PASSES, ["a", "The header is right now."]],
)
SAID = [
    ["u", "Format the code."],
    ["a", "Done, with black."],
    ["u", "No, use ruff format instead of black."],
    ["a", "I see."],
]
NOW = ("--now", moment(20, 0))
LESSON = "`uv run pytest tests/a.py` worked instead."


@pytest.fixture
def logs(tmp_path):
    return tmp_path / "logs"


@pytest.fixture
def learn(run, empty_store, logs):
    """Take sessions in, as a client wrote them, and let the night make of them what it can."""

    def learn(*sessions, first=0, client="claude-code"):
        for day, steps in enumerate(sessions, first):
            path = write_session(logs, client, "heron", day, steps)
            run("ingest", path, "-n", "heron", "--store", empty_store)
        done = run("consolidate", "--steps", "abstract", "--store", empty_store, *NOW)
        return json.loads(done.stdout)["counts"].get("abstract", {})

    return learn


def lessons(run, store, *more):
    return [
        json.loads(line)
        for line in run("lessons", "list", "--store", store, *more).stdout.splitlines()
    ]


def test_what_failed_and_worked_instead_in_two_sessions_is_a_lesson(
    run, run_process, empty_store, learn
):
    assert learn(SESSIONS[0])["lessons"] == 0
    assert lessons(run, empty_store) == []
    assert learn(SESSIONS[1], first=1)["lessons"] == 1
    (lesson,) = lessons(run_process, empty_store)
    assert lesson["text"].endswith(LESSON)
    assert "failed 2 times (E ModuleNotFoundError: No module named 'httpx')" in lesson["text"]
    about = lesson["metadata"]["lesson"]
    assert {about[name] for name in ("times", "sessions", "ended_well")} == {2}
    assert (about["given"], about["helped"]) == (0, 0)
    assert len(lesson["source_ids"]) == 4
    assert learn() == {}


def test_it_is_told_to_a_like_task_and_counted_by_how_that_ended(run, empty_store, learn):
    learn(*SESSIONS)
    about = ("-n", "heron", "--store", empty_store)
    for day, session in ((5, "heron-5"), (6, "heron-6")):
        asked = ("context", "Add an option and run the tests", "--session", session)
        block = run(*asked, *about, "--now", moment(day, 0)).stdout
        assert "# Lessons\n- `pytest tests/a.py` failed 2 times" in block
    well = [["u", "Add an option."], PASSES, ["a", "Done."], ["u", "great, thanks"]]
    badly = [["u", "Add an option."], ["a", "Done."], ["u", "That's wrong, revert it."]]
    learn(well, badly, first=5)
    (lesson,) = lessons(run, empty_store)
    assert (lesson["metadata"]["lesson"]["given"], lesson["metadata"]["lesson"]["helped"]) == (2, 1)
    block = run("context", "run the tests", *about, *NOW).stdout
    assert "(helped 1 of 2)" in block
    shown = run("lessons", "list", "--format", "table", "--store", empty_store).stdout
    assert "helped 1 of 2" in shown


def test_a_skill_has_the_lessons_and_is_written_anew(run, empty_store, learn, tmp_path):
    learn(*SESSIONS, SAID, SAID)
    skills = tmp_path / "skills"
    assert "wrote" in run("lessons", "export", "-o", skills, "--store", empty_store).stderr
    path = skills / "heron-lessons" / "SKILL.md"
    text = path.read_text("utf-8")
    assert text.startswith("---\nname: heron-lessons\ndescription: ")
    assert "## What to run instead\n\n- `pytest tests/a.py` failed 2 times" in text
    assert '- The user, 2 times: "No, use ruff format instead of black."' in text
    assert run("lessons", "export", "--store", empty_store).stdout == text
    run("lessons", "export", "-o", skills, "--store", empty_store)
    path.write_text("mine")
    run("lessons", "export", "-o", skills, "--store", empty_store, status=73)
    assert path.read_text("utf-8") == "mine"


def test_what_no_session_teaches_is_not_made_up(run, empty_store, learn):
    work = [
        ["u", "Fix it."],
        ["x", "pytest", 1, "1 failed"],
        ["e", "a.py"],
        ["x", "pytest", 0, "ok"],
    ]
    looks = [["u", "Where is it?"], ["x", "grep -rn it .", 1, ""], ["x", "rg it", 0, "a.py"]]
    ends = [["a", "There."]]
    assert learn(*(2 * [work + ends, looks + ends]))["lessons"] == 0
    assert "no lessons yet" in run("lessons", "list", "--store", empty_store).stderr
    assert run("lessons", "export", "--store", empty_store).stdout == ""


def test_hidden_and_purged_evidence_teaches_no_more_and_undo_takes_a_lesson_back(
    run, empty_store, learn
):
    learn(*SESSIONS)
    (lesson,) = lessons(run, empty_store)
    run("undo", "--store", empty_store)
    assert lessons(run, empty_store) == []
    learn()
    run("hide", lesson["id"], "--store", empty_store)
    assert lessons(run, empty_store) == []
    learn(SESSIONS[0], first=2)
    assert lessons(run, empty_store) == []
    run("restore", lesson["id"], "--store", empty_store)
    learn()
    (again,) = lessons(run, empty_store)
    assert again["metadata"]["lesson"]["sessions"] == 3
    for id_ in again["source_ids"][:-2]:
        run("forget", "--purge", id_, "--store", empty_store)
    assert lessons(run, empty_store) == []
    learn()
    assert lessons(run, empty_store) == []
    run("check", "--store", empty_store)


def test_secrets_in_what_was_run_are_not_kept(run, empty_store, learn):
    key = "sk-ant-api03-" + "a1B2" * 20
    fails = ["x", f"make deploy TOKEN={key}", 2, f"no rule for the token {key}"]
    passes = ["x", "make deploy STAGE=1", 0, "deployed"]
    steps = [["u", "Deploy it."], fails, passes, ["a", "It is out."]]
    learn(steps, steps)
    assert key[:24] not in run("export", "--store", empty_store).stdout
    (lesson,) = lessons(run, empty_store)
    assert "`make deploy STAGE=1` worked instead" in lesson["text"]
