"""Completions: the scripts that are published, and what TAB gives."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from memcli.cli import completions
from tests.support.paths import ROOT


@pytest.mark.parametrize(("shell", "name"), completions.FILES.items())
def test_completion_scripts_are_those_that_the_program_would_write(shell, name):
    assert (ROOT / "completions" / name).read_text("utf-8") == completions.script(shell)


def complete(line):
    words = line.split(" ")
    wanted = {
        "_MEMCLI_COMPLETE": "complete_bash",
        "COMP_WORDS": line,
        "COMP_CWORD": str(len(words) - 1),
    }
    done = subprocess.run(
        [sys.executable, "-m", "memcli"],
        env={**os.environ, **wanted},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.split()


def test_tab_completes_commands_options_and_values():
    assert complete("memcli exp") == ["export"]
    assert "--namespace" in complete("memcli query --name")
    assert complete("memcli query --format js") == ["jsonl", "json"]


def test_tab_completes_the_actions_of_groups_and_their_options():
    assert complete("memcli task re") == ["revise", "review"]
    assert complete("memcli entities ") == "list show merge split".split()
    assert complete("memcli task add --pr") == ["--priority"]
    assert complete("memcli models distill --tex") == ["--texts"]
