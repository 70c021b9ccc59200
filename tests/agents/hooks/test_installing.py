from __future__ import annotations

import json
import os
import tomllib
from pathlib import Path

import pytest

from memcli.agents.hooks.installing import (
    FileChange,
    Installation,
    chosen,
    clients,
    files_of,
    installed,
    is_here,
    is_our_hook,
    program,
)
from store.errors import BadUsage

OURS = Installation(Path("/a store"), None)
SETTINGS = (
    '{\n    "theme": "dark",\n    "hooks": {"Stop": [{"hooks": [{"command": "say done"}]}]}\n}\n'
)


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("CLAUDE_CONFIG_DIR", "CODEX_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", "")
    return tmp_path


def install(client, installation=OURS):
    changes = installation.to_install(client)
    for change in changes:
        change.make()
    return changes


@pytest.mark.parametrize("client", sorted(clients()))
def test_what_was_made_is_unmade(client, home):
    before = {path for path in home.rglob("*") if path.is_file()}
    assert [change.before for change in install(client)] == [None] * len(files_of(client))
    assert all(is_in for _, is_in in installed(client))
    assert OURS.to_install(client) == []
    for change in Installation(None, None).to_remove(client):
        change.make()
    assert {path for path in home.rglob("*") if path.is_file()} == before


def test_what_else_is_in_a_file_stays_letter_for_letter(home):
    path = home / ".claude" / "settings.json"
    path.parent.mkdir()
    path.write_text(SETTINGS)
    install("claude-code")
    hooks = json.loads(path.read_text())["hooks"]
    assert hooks["Stop"][0] == {"hooks": [{"command": "say done"}]}
    command = hooks["SessionEnd"][0]["hooks"][0]["command"]
    assert "hook session-end --client claude-code --store '/a store' || true" in command
    assert '    "theme": "dark",' in path.read_text()
    [change] = [c for c in OURS.to_remove("claude-code") if c.path == path]
    assert change.after == SETTINGS


def test_a_table_of_toml_stands_between_marks(home):
    path = home / ".codex" / "config.toml"
    path.parent.mkdir()
    path.write_text('model = "x"\n\n[tools]\na = 1\n')
    install("codex", Installation(None, "mine"))
    server = tomllib.loads(path.read_text())["mcp_servers"]["memcli"]
    assert server["args"][-3:] == ["serve", "--namespace", "mine"]
    [change] = [c for c in OURS.to_remove("codex") if c.path == path]
    assert change.after == 'model = "x"\n\n[tools]\na = 1\n'


def test_times_are_in_the_units_of_the_client():
    install("gemini")
    settings = json.loads((Path.home() / ".gemini" / "settings.json").read_text())
    assert settings["hooks"]["SessionStart"][0]["hooks"][0]["timeout"] == 30_000
    assert settings["mcpServers"]["memcli"]["args"][-1] == "--project"


def test_a_folder_that_a_variable_names_takes_the_place_of_the_usual_one(home, monkeypatch):
    monkeypatch.setenv("CLAUDE_CONFIG_DIR", str(home / "mine"))
    assert files_of("claude-code") == [home / "mine/.claude.json", home / "mine/settings.json"]


def test_a_file_with_comments_is_taken_where_there_is_one(home):
    path = home / ".config" / "opencode" / "opencode.jsonc"
    path.parent.mkdir(parents=True)
    path.write_text('{\n  // mine\n  "model": "x",\n}\n')
    install("opencode")
    assert "// mine" in path.read_text()
    assert OURS.to_remove("opencode")[0].after == '{\n  // mine\n  "model": "x",\n}\n'


def test_a_broken_file_is_named_and_left(home):
    path = home / ".cursor" / "mcp.json"
    path.parent.mkdir()
    path.write_text('{"mcpServers": ')
    with pytest.raises(BadUsage, match=r"mcp\.json: it is no JSON"):
        OURS.to_install("cursor")
    path.write_text('{"mcpServers": 3}')
    with pytest.raises(BadUsage, match="`mcpServers` is not an object"):
        OURS.to_install("cursor")


def test_which_are_meant(home):
    assert chosen(["codex", "codex"]) == ["codex"]
    with pytest.raises(BadUsage, match="no agent 'emacs'"):
        chosen(["emacs"])
    with pytest.raises(BadUsage, match="none of the agents is here"):
        chosen(None)
    (home / ".gemini").mkdir()
    assert chosen(["all"]) == ["gemini"]
    assert is_here("gemini")
    assert chosen(None, everywhere=True) == list(clients())


def test_only_entries_that_are_all_ours_are_ours():
    ours = {"command": "/bin/memcli hook stop || true"}
    assert is_our_hook(ours)
    assert is_our_hook({"hooks": [ours]})
    assert not is_our_hook({"hooks": [ours, {"command": "say"}]})
    assert not is_our_hook({"command": "memcli query x"})
    assert not is_our_hook("memcli hook stop")


def test_a_difference_is_shown_as_one():
    shown = FileChange("codex", Path("/x"), None, "a\nb").difference()
    assert shown == "--- /dev/null\n+++ /x\n@@ -0,0 +1,2 @@\n+a\n+b\n"
    assert FileChange("codex", Path("/x"), "a", None).told() == "codex: removed /x"


def test_a_link_stays_one_and_rights_stay(home):
    (home / "dotfiles").mkdir()
    target = home / "dotfiles" / "hooks.json"
    target.write_text("{}")
    target.chmod(0o600)
    (home / ".codex").mkdir()
    (home / ".codex" / "hooks.json").symlink_to(target)
    install("codex")
    assert (home / ".codex" / "hooks.json").is_symlink()
    assert target.stat().st_mode & 0o777 == 0o600
    assert "SessionStart" in target.read_text()


def test_the_program_is_named_by_its_path():
    assert Path(program()[0]).is_absolute()


def test_the_rights_of_a_file_stay_whatever_the_umask(home):
    path = home / ".codex" / "hooks.json"
    path.parent.mkdir()
    path.write_text("{}")
    path.chmod(0o664)
    mask = os.umask(0o077)
    try:
        for change in Installation(None, None).to_install("codex"):
            change.make()
    finally:
        os.umask(mask)
    assert path.stat().st_mode & 0o777 == 0o664
