"""The commands of memcli in the files of agents, and the store that they name."""

from __future__ import annotations

from pathlib import Path

import pytest

from memcli.agents.hooks.calls import called_by, store_called
from memcli.agents.hooks.installing import Installation
from memcli.agents.hooks.spooling import write_log
from memcli.agents.hooks.status import client_records, errors


@pytest.mark.parametrize("client", ["claude-code", "codex", "opencode", "vscode"])
def test_the_store_that_hooks_and_servers_name_is_found(home, client):
    assert store_called(client) is None
    for change in Installation(Path("/a store/x"), None).to_install(client):
        change.make()
    assert store_called(client) == Path("/a store/x")


def test_the_status_is_that_of_the_store_that_is_called(home, empty_store, tmp_path):
    for change in Installation(empty_store, None).to_install("codex"):
        change.make()
    write_log(str(empty_store), "stop", "codex", OSError("full"))
    for here in (None, tmp_path / "elsewhere"):
        codex = next(one for one in client_records(here) if one["client"] == "codex")
        assert (codex["store"], codex["errors"]) == (str(empty_store), 1)
        assert len(errors(here)) == 1


def test_a_file_that_is_broken_is_no_bug(home):
    (home / ".codex").mkdir()
    (home / ".codex" / "hooks.json").write_text('{"command": 3, "args": "x", [')
    (home / ".codex" / "config.toml").write_text("= [")
    assert list(called_by("codex")) == []


def test_commands_of_others_are_none_of_ours(home):
    (home / ".cursor").mkdir()
    (home / ".cursor" / "mcp.json").write_text(
        '{"mcpServers": {"a": {"command": "other", "args": ["serve"]}, "b": {"command": "it\'s"}}}'
    )
    assert list(called_by("cursor")) == []
