from __future__ import annotations

import json
import random

import pytest
from filelock import FileLock

from memcli.agents.hooks.catching_up import (
    MOST_TRIES,
    CatchUp,
    SpoolLine,
    one_at_a_time,
    take_spool,
    waiting_lines,
)
from memcli.agents.hooks.spooling import append
from memcli.memory.projects import project_namespace
from memcli.models.encoder import Encoder
from store import Store
from tests.support.agent_logs import log_line, log_path, write_log_of
from tests.support.program import run_here


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    (tmp_path / "home" / "project").mkdir(parents=True)
    return tmp_path / "home"


@pytest.fixture
def worked():
    return []


@pytest.fixture
def catch_up(empty_store, worked):
    store = Store.open(empty_store)
    encoder = Encoder.of_stamp(store.head().encoder)
    return CatchUp(store, lambda: encoder, lambda: worked.append(1))


def tell(root, event="stop", **about):
    line = {"event": event, "client": "claude-code", "at": 5.0, **about}
    append(str(root / "hooks" / "spool.jsonl"), b"\n" + json.dumps(line).encode() + b"\n")


def turns(root):
    rows = Store.open(root).snapshot().read("memories", ["text", "namespace"]).to_pylist()
    return sorted((row["namespace"], row["text"]) for row in rows)


def test_the_transcript_that_is_named_is_kept_under_its_project(catch_up, empty_store, home):
    one = write_log_of(home, "one", ["I live in Ghent.", "Noted."], home / "project")
    write_log_of(home, "two", ["Not yet."], home / "project")
    tell(empty_store, transcript_path=str(one))
    assert catch_up.run() == 1
    space = project_namespace(home / "project")
    assert turns(empty_store) == [(space, "I live in Ghent."), (space, "Noted.")]
    assert (waiting_lines(empty_store), list((empty_store / "hooks").glob("taken*"))) == (0, [])
    assert catch_up.run() == 0


def test_at_the_beginning_of_a_session_all_are_looked_at_and_worked_on(
    catch_up, empty_store, home, worked
):
    write_log_of(home, "one", ["I live in Ghent."], home / "project")
    tell(empty_store, "stop", transcript_path=str(home / "gone.jsonl"))
    catch_up.run()
    assert (turns(empty_store), worked) == ([], [])
    tell(empty_store, "session-start", namespace="mine")
    catch_up.run()
    assert (turns(empty_store), worked) == ([("mine", "I live in Ghent.")], [1])


def test_a_client_that_names_no_transcript_is_looked_at_when_its_session_ends(
    catch_up, empty_store, home
):
    path = home / ".cursor" / "projects" / "p" / "agent-transcripts" / "a1" / "a1.jsonl"
    path.parent.mkdir(parents=True)
    message = {"content": [{"type": "text", "text": "<user_query>I live in Ghent.</user_query>"}]}
    path.write_text(json.dumps({"role": "user", "message": message}) + "\n")
    tell(empty_store, "stop", client="cursor")
    catch_up.run()
    assert turns(empty_store) == []
    tell(empty_store, "session-end", client="cursor")
    catch_up.run()
    assert turns(empty_store) == [("default", "I live in Ghent.")]


def test_the_setting_of_a_store_takes_secrets_out_of_transcripts(catch_up, empty_store, home):
    (empty_store / "config.toml").write_text("[ingest]\nredact = true\n")
    one = write_log_of(home, "one", ["What is the gate code?", "4471#"], home / "project")
    tell(empty_store, transcript_path=str(one), namespace="mine")
    catch_up.run()
    assert turns(empty_store) == [("mine", "What is the gate code?"), ("mine", "[secret:code]")]
    files = (path for path in empty_store.rglob("*") if path.is_file())
    assert not any(b"4471#" in path.read_bytes() for path in files)


def test_what_fails_is_logged_put_back_and_given_up_in_the_end(empty_store, home, monkeypatch):
    one = write_log_of(home, "one", ["I live in Ghent."], home / "project")
    tell(empty_store, transcript_path=str(one))
    broken = CatchUp(Store.open(empty_store), lambda: 1 / 0, lambda: None)
    for tries in range(MOST_TRIES):
        broken.run()
        assert waiting_lines(empty_store) == 1, tries
    broken.run()
    assert waiting_lines(empty_store) == 0
    assert "ZeroDivisionError" in (empty_store / "hooks" / "log").read_text()


def test_torn_lines_spoil_no_other_and_what_a_killed_one_took_is_done(empty_store):
    tell(empty_store)
    with (empty_store / "hooks" / "spool.jsonl").open("ab") as spool:
        spool.write(b'\n{"event": "st')
    tell(empty_store, "session-end")
    take_spool(empty_store)
    tell(empty_store, "pre-compact")
    lines, taken = take_spool(empty_store)
    assert [line.event for line in lines] == ["stop", "session-end", "pre-compact"]
    assert len(taken) == 2
    assert SpoolLine.read(b"[]") is None


def test_one_works_and_one_waits(tmp_path):
    with one_at_a_time(tmp_path) as first:
        assert first
        with FileLock(tmp_path / "hooks" / "waiting.lock"), one_at_a_time(tmp_path) as further:
            assert not further


def test_sessions_killed_at_any_moment_lose_and_double_nothing(catch_up, empty_store, home):
    chance = random.Random(7)
    said = []
    for number in range(12):
        session, path = f"s{number}", log_path(home, f"s{number}")
        with path.open("w", encoding="utf-8") as log:
            for turn in range(chance.randint(1, 6)):
                text = f"Turn {turn} of {session} is about the {chance.choice(['gate', 'oars'])}."
                line = log_line(session, turn, text, home / "project")
                # Killed while it wrote: a torn line, which the session that is resumed ends.
                torn = chance.random() < 0.3
                log.write(line[: len(line) // 2] if torn else line)
                log.flush()
                if chance.random() < 0.5:  # else the hook was killed before it wrote its line
                    tell(empty_store, transcript_path=str(path))
                if chance.random() < 0.3:
                    catch_up.run()
                if torn:
                    log.write(line[len(line) // 2 :])
                said.append(text)
    tell(empty_store, "session-start")
    catch_up.run()
    assert sorted(text for _, text in turns(empty_store)) == sorted(said)


def test_what_was_purged_of_a_transcript_is_not_read_again(catch_up, empty_store, home):
    one = write_log_of(home, "one", ["I live in Ghent.", "Noted."], home / "project")
    tell(empty_store, transcript_path=str(one))
    catch_up.run()
    (ghent,) = Store.open(empty_store).snapshot().read("memories", ["id"], "text != 'Noted.'")["id"]
    run_here("forget", "--purge", ghent, "--store", empty_store)
    write_log_of(home, "one", ["I live in Ghent.", "Noted.", "More."], home / "project")
    tell(empty_store, transcript_path=str(one))
    assert catch_up.run() == 1
    assert [text for _, text in turns(empty_store)] == ["More.", "Noted."]
