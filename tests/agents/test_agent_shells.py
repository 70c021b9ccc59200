"""Shells of agents: known by what agents set."""

from __future__ import annotations

from memcli.agents.agent_shells import AgentShell, agent_shell


def test_a_shell_is_known_by_what_its_agent_sets():
    assert agent_shell({"PATH": "/bin", "CLAUDECODE": "1"}) == AgentShell(
        "Claude Code", "CLAUDECODE"
    )
    assert agent_shell({"PATH": "/bin", "CLAUDECODE": ""}) is None
    assert agent_shell({"CODEX_HOME": "/home/ida/.codex"}) is None
