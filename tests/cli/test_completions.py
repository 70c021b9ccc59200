"""Completions: the scripts that are published, and what TAB gives in each shell."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest

from memcli.cli import completions
from tests.support.paths import ROOT

FOLDER = ROOT / "completions"


@pytest.mark.parametrize(("shell", "name"), completions.FILES.items())
def test_completion_scripts_are_those_that_the_program_would_write(shell, name, tmp_path):
    completions.write_all(tmp_path)
    written = (tmp_path / name).read_text("utf-8")
    assert (FOLDER / name).read_text("utf-8") == written == completions.script(shell)


@pytest.fixture(scope="module")
def answered(run, tmp_path_factory):
    """Return what runs lines of a shell that has completions, beside a store."""
    folder = tmp_path_factory.mktemp("shells")
    run("init", "--store", folder / "store")
    for name, session in (("Mara Lund", "a:b:1"), ("$(touch pwned)", "a:b:2")):
        run("add", "x", "--name", name, "--session", session, "--store", folder / "store")
    program = folder / "memcli"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m memcli "$@"\n')
    program.chmod(0o755)

    def answer(*command):
        if shutil.which(command[0]) is None:
            pytest.skip(f"there is no {command[0]}")
        path = f"{folder}:{os.environ['PATH']}"
        env = {**os.environ, "PATH": path, "MEMCLI_STORE": str(folder / "store")}
        done = subprocess.run(
            command, env=env, cwd=folder, capture_output=True, text=True, check=False
        )
        assert done.stderr == ""
        assert not (folder / "pwned").exists()
        return done.stdout.splitlines()

    return answer


BASH = """
source {folder}/memcli.bash
COMP_LINE={line!r} COMP_POINT=${{#COMP_LINE}} COMP_TYPE=9 COLUMNS=80
_memcli memcli
printf '%s\\n' "${{COMPREPLY[@]}}"
"""


def test_tab_in_bash(answered):
    def tab(line):
        return answered("bash", "--norc", "-c", BASH.format(folder=FOLDER, line=line))

    assert tab("memcli exp") == ["export"]
    assert sorted(line[:3] for line in tab("memcli query --session a:b:")) == ["1  ", "2  "]
    assert tab("memcli query --name M") == ["Mara\\ Lund"]
    assert tab("memcli query --name $") == ["\\$\\(touch\\ pwned\\)"]


ZSH = """
compdef() {{ }}
source {folder}/_memcli
_describe() {{ print -rl -- "${{(@)values}}" }}
_files() {{ print -r -- a file }}
words=({words}) CURRENT=${{#words}} PREFIX=${{words[-1]}} IPREFIX=
_memcli
"""


def test_tab_in_zsh(answered):
    def tab(words):
        return answered("zsh", "-f", "-c", ZSH.format(folder=FOLDER, words=words))

    assert tab("memcli exp") == ["export:Write everything out in an open format."]
    assert tab("memcli query --name M") == ["Mara Lund:1 memory"]
    assert tab("memcli query --name '$'") == ["$(touch pwned):1 memory"]
    assert [line[:7] for line in tab("memcli query --session a:b:1")] == ["a\\:b\\:1"]
    assert tab("memcli ingest x") == ["a file"]


def test_tab_in_fish(answered):
    def tab(line):
        script = f"source {FOLDER}/memcli.fish; complete -C {line!r}"
        return answered("fish", "--no-config", "-c", script)

    assert tab("memcli exp") == ["export\tWrite everything out in an open format."]
    assert tab("memcli query --name M") == ["Mara Lund\t1 memory"]
    assert [line[:5] for line in tab("memcli query --session a:b:1")] == ["a:b:1"]
    assert "memcli.fish" in "".join(tab(f"memcli ingest {FOLDER}/memcli.f"))
