"""Shells of agents: what a command prints in one goes into a model's prompt."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from memcli.language.data import read_toml


class AgentShell(NamedTuple):
    """The agent whose shell it is, and the variable by which that is known."""

    agent: str
    variable: str


def agent_shell(environment: Mapping[str, str]) -> AgentShell | None:
    """Return which agent's shell an environment is of; None where it is known to be nobody's."""
    known: Mapping[str, str] = read_toml("agents/agent_shells.toml")["variables"]
    return next((AgentShell(known[v], v) for v in known if environment.get(v)), None)
