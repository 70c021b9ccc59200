"""The plugin for Claude Code is as its own validator and `hook install` want it."""

from __future__ import annotations

import json
import tomllib
from importlib.resources import files

import pytest

from memcli.agents.hooks import installing
from memcli.agents.hooks.installing import Installation, clients
from tests.support.paths import ROOT

PLUGIN = files("memcli") / "agents" / "plugin"


def read(*path):
    return json.loads(PLUGIN.joinpath(*path).read_text(encoding="utf-8"))


def test_it_has_the_version_of_the_program():
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    market = read(".claude-plugin", "marketplace.json")
    told = [read(".claude-plugin", "plugin.json"), *market["plugins"]]
    assert [each["version"] for each in told] == [version] * 2
    assert {each["name"] for each in told} == {"memcli"}


def test_its_hooks_and_server_are_those_that_are_installed(monkeypatch):
    monkeypatch.setattr(installing, "program", lambda: ["memcli"])
    ours, about = Installation(None, None), clients()["claude-code"]
    expected = {
        event: [ours._hook("claude-code", about, name)] for event, name in about["events"].items()
    }
    assert read("hooks", "hooks.json") == {"hooks": expected}
    assert read(".mcp.json") == {"mcpServers": {"memcli": ours._server(about)}}


@pytest.mark.parametrize("field", ["name: memcli", "description: "])
def test_its_skill_says_what_it_is_for(field):
    text = (PLUGIN / "skills" / "memcli" / "SKILL.md").read_text(encoding="utf-8")
    head = text.split("---")[1]
    assert field in head
    assert len(head) < 1_024
