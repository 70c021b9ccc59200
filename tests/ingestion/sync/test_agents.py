"""Where the logs of agents are."""

from __future__ import annotations

import os

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
    assert set(agents()[name]) == {"home", "default", "folders", "only"}
    assert all(place.only for place in places_of(name))


def test_only_files_of_a_pattern_are_taken():
    gemini = places_of("gemini")[0]
    assert gemini.takes(f"{gemini.path}/1f2e/chats/session-1.json")
    assert not gemini.takes(f"{gemini.path}/1f2e/logs.json")
    database = places_of("opencode")[0]
    assert database.takes(database.path)
    assert FollowedPlace("/notes").takes("/notes/a/b.md")
