"""The README's own commands, run as they stand there."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

from tests.support.paths import ROOT

README = (ROOT / "README.md").read_text("utf-8")


def block(name):
    found = re.search(rf"<!-- {name} -->\n```sh\n(.*?)```\n<!-- end -->", README, re.DOTALL)
    assert found, name
    return found[1].strip()


@pytest.fixture
def shell(tmp_path):
    """Run a line in bash as a user would, with memcli and a stand-in for jq on the PATH."""
    tools = tmp_path / "bin"
    tools.mkdir()
    for name, body in {
        "memcli": f'exec "{sys.executable}" -m memcli "$@"',
        "jq": "cat",
    }.items():
        (tools / name).write_text(f"#!/bin/sh\n{body}\n")
        (tools / name).chmod(0o755)
    place = tmp_path / "work"
    place.mkdir()
    (place / "memcli").symlink_to(ROOT / "memcli")
    env = {**os.environ, "PATH": f"{tools}:{os.environ['PATH']}"}

    def run_line(line):
        return subprocess.run(
            ["bash", "-o", "pipefail", "-c", line],
            cwd=place,
            env=env,
            capture_output=True,
            text=True,
            check=False,
        )

    return run_line


def test_exactly_two_commands_do_the_set_up():
    assert len(block("set-up command").splitlines()) == 1
    assert len(block("test command").splitlines()) == 1


def test_the_main_job_of_the_set_up_command_answers(shell):
    work = block("set-up command").split(" && ", 2)[2].replace(".venv/bin/memcli", "memcli")
    done = shell(work)
    assert done.returncode == 0, done.stderr
    assert "hazelnut" in done.stdout.lower()


def test_every_example_works(shell):
    begin = "memcli ingest memcli/samples/mara-and-jonas.jsonl --store .memory --create --quiet"
    assert shell(f"{begin} > /dev/null").returncode == 0
    for line in block("examples").splitlines():
        done = shell(line)
        assert done.returncode == 0, f"{line}\n{done.stderr}"
        assert done.stdout or "> /dev/null" in line or "backup" in line, line
