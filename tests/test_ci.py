"""
.ci/run: lint and types come before the tests, whose status and last line are its own.

It runs on this README with programs in the place of Python and of what is installed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
# Makes a virtual environment of programs that write down how they were called.
PYTHON = """#!/usr/bin/env bash
echo "python3 $*" >> log
folder="${@: -1}/bin"
mkdir -p "$folder"
for name in pip ruff mypy python; do
    cp program "$folder/$name"
done
"""
PROGRAM = """#!/usr/bin/env bash
call="$(basename "$0") $*"
echo "$call" >> log
echo "this is $call"
[[ -z "$FAILING" || "$call" != "$FAILING"* ]] || exit 4
"""
SETUP = [
    "python3 -m venv --upgrade-deps .venv-test",
    "pip install --quiet -c constraints.txt -e .[dev]",
]
CHECKS = ["ruff check .", "ruff format --check .", "mypy "]
TESTS = "python -m pytest -n 2"
# Compiles what the tests import, at any time before them.
COMPILES = "python -m pytest --collect-only -q -n 0"


@pytest.fixture
def project(tmp_path):
    shutil.copytree(ROOT / ".ci", tmp_path / ".ci")
    shutil.copy(ROOT / "README.md", tmp_path)
    for name, text in (("python3", PYTHON), ("program", PROGRAM)):
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o755)
    return tmp_path


def ran(project, failing=""):
    """Return the status, the lines of stdout, and the calls in order."""
    path = f"{project}:{os.environ['PATH']}"
    done = subprocess.run(
        [project / ".ci" / "run"],
        capture_output=True,
        text=True,
        env={**os.environ, "PATH": path, "FAILING": failing},
        check=False,
    )
    calls = (project / "log").read_text().splitlines()
    ordered = [call for call in calls if call != COMPILES]
    return done.returncode, done.stdout.splitlines(), ordered


def test_lint_and_types_come_before_the_tests(project):
    status, shown, calls = ran(project)
    assert status == 0
    assert calls == [*SETUP, *CHECKS, TESTS]
    assert shown[-1] == f"this is {TESTS}"


@pytest.mark.parametrize("check", [*SETUP, *CHECKS])
def test_what_fails_before_the_tests_ends_the_run(project, check):
    if check.startswith("python3"):
        (project / "python3").write_text('#!/bin/sh\necho "python3 $*" >> log\nexit 4')
    status, _, calls = ran(project, failing=check)
    assert status == 4
    assert calls[-1] == check
    assert TESTS not in calls


def test_the_status_and_the_last_line_are_those_of_the_tests(project):
    status, shown, calls = ran(project, failing=TESTS)
    assert status == 4
    assert calls[-1] == TESTS
    assert shown[-1] == f"this is {TESTS}"


def test_an_environment_of_an_earlier_run_is_taken_away(project):
    (project / ".venv-test").mkdir()
    (project / ".venv-test" / "old").touch()
    assert ran(project)[0] == 0
    assert not (project / ".venv-test" / "old").exists()


def test_a_readme_without_a_command_is_an_error(project):
    (project / "README.md").write_text("# memcli\n")
    done = subprocess.run([project / ".ci/run"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "the README gives no test command\n")
