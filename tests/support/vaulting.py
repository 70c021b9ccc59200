"""A key for the vault of tests, found by itself, where no agent is told of."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from memcli.agents.agent_shells import agent_shell
from tests.support.encrypting import own_key

VALUE = "heron-Quiet-7731"


@contextmanager
def keyed_home(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Have a key that is found by itself, and be in no agent's shell."""
    while shell := agent_shell(os.environ):
        monkeypatch.delenv(shell.variable)
    with own_key(folder):
        yield folder
