"""Commands of other programs on the PATH."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

HELLO = """#!/bin/sh
echo "hello $# $1 $MEMCLI_STORE"
cat
echo complaint >&2
exit 42
"""


@pytest.fixture(scope="module")
def run(run_process):
    """Processes of their own: they take the place of one, or find packages as they start."""
    return run_process


@pytest.fixture
def path(tmp_path):
    """Return an environment with memcli-hello, -mute (no program) and -slow on the PATH."""
    for name, text, mode in (
        ("hello", HELLO, 0o755),
        ("mute", "no program\0", 0o755),
        ("plain", HELLO, 0o644),
        ("slow", "#!/bin/sh\nkill -TERM $$\n", 0o755),
        ("pipe", "#!/bin/sh\nyes | head -1\n", 0o755),
    ):
        file = tmp_path / f"memcli-{name}"
        file.write_text(text)
        file.chmod(mode)
    return {"PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}", "MEMCLI_STORE": "/mine"}


def test_an_unknown_command_is_a_program_with_its_own_input_output_and_status(run, path):
    done = run("hello", "--help", "-x", env=path, stdin="said\n", status=42)
    assert done.stdout == "hello 2 --help /mine\nsaid\n"
    assert done.stderr == "complaint\n"


def test_signals_are_its_own(path):
    def run(name):
        return subprocess.run(
            [sys.executable, "-m", "memcli", name],
            env={**os.environ, **path},
            capture_output=True,
            check=False,
        )

    assert run("slow").returncode == -signal.SIGTERM
    # Where SIGPIPE were ignored, as Python does, `yes` would complain.
    assert run("pipe").stderr == b""


@pytest.mark.parametrize("name", ["plain", "nowhere"])
def test_what_is_no_program_is_a_usage_error_with_the_nearest_command(run, path, name):
    error = run(name, env=path, status=2).stderr
    assert error.startswith(f"memcli: No such command '{name}'; the nearest is '")
    assert "'query'" in run("querry", env=path, status=2).stderr


def test_a_path_is_no_name(run, path, tmp_path):
    (tmp_path / "memcli-").mkdir()
    for name in ("/hello", "../memcli-hello", "./hello"):
        run(name, env=path, cwd=tmp_path, status=2)


def test_a_program_that_cannot_be_run_is_unavailable(run, path):
    error = run("mute", env=path, status=69).stderr
    assert error.startswith("memcli: cannot run /")
    assert error.count("\n") == 1


def test_help_says_so_and_the_reference_knows_nothing_of_them(run):
    assert (
        run("--help")
        .stdout.rstrip()
        .endswith("Other commands are memcli-* on the PATH: memcli NAME runs memcli-NAME.")
    )
    assert "hello" not in run("--help", "--json").stdout
