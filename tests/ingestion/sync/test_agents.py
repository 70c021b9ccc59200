"""Where the logs of agents are."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing

import pytest

from memcli.ingestion.sync.agents import FollowedPlace, agents, places_of


def test_an_agent_is_known_by_its_name_and_anything_else_is_a_path(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("CLAUDE_CONFIG_DIR", raising=False)
    (place,) = places_of("claude-code")
    assert place.path == str(tmp_path / ".claude" / "projects")
    assert place.agent == "claude-code"
    monkeypatch.setenv("CLAUDE_CONFIG_DIR", str(tmp_path / "elsewhere"))
    assert places_of("claude-code")[0].path == str(tmp_path / "elsewhere" / "projects")
    assert places_of("./codex") == [FollowedPlace(os.path.abspath("codex"))]


@pytest.mark.parametrize("name", agents())
def test_what_is_known_of_each_agent_is_whole(name):
    assert set(agents()[name]) - {"sessions"} == {"home", "default", "folders", "only"}
    assert all(place.only for place in places_of(name))


def test_only_files_of_a_pattern_are_taken():
    gemini = places_of("gemini")[0]
    assert gemini.takes(f"{gemini.path}/1f2e/chats/session-1.json")
    assert not gemini.takes(f"{gemini.path}/1f2e/logs.json")
    database = places_of("opencode")[0]
    assert database.takes(database.path)
    assert FollowedPlace("/notes").takes("/notes/a/b.md")


def test_a_transcript_of_a_session_that_the_database_has_is_not_taken(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    path = tmp_path / ".config" / "Cursor" / "User" / "globalStorage" / "state.vscdb"
    path.parent.mkdir(parents=True)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE cursorDiskKV (key, value)")
        for key in ("composerData:s1", "bubbleId:s1:b1", "composerData:s2"):
            connection.execute("INSERT INTO cursorDiskKV VALUES (?, '{}')", [key])
        connection.commit()
    places = places_of("cursor")
    below = str(tmp_path / ".cursor" / "projects" / "boat" / "agent-transcripts")
    taken = [places[-1].takes(f"{below}/{name}") for name in ("s1/s1.jsonl", "s2/s2.jsonl")]
    assert taken == [False, True]
    assert places[0].takes(str(path))
    assert not places[-1].takes(f"{below}/../terminals/1.txt")
