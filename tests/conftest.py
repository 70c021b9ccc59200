"""
What all tests share: a clean environment, a filled store to copy, and the program itself.

What is tested is run as users run it, in a process of its own; its status, stdout and stderr are
looked at apart. Commands that only set the scene run in this process, which halves their time.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import BytesIO, TextIOWrapper
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import hypothesis
import pytest

from tests.support.paths import ROOT, SAMPLE

# The same examples in every run, so that a run tells of the change and not of chance; to look for
# others: HYPOTHESIS_PROFILE=explore. No deadlines: the machine is not what is tested.
hypothesis.settings.register_profile("same", deadline=None, derandomize=True)
hypothesis.settings.register_profile("explore", deadline=None, max_examples=300)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))

TIMEOUT_S = 120


@dataclass(frozen=True)
class Result:
    """What a run of the program gave."""

    stdout: str
    stderr: str
    status: int

    @property
    def records(self) -> list[dict[str, Any]]:
        """The records on stdout."""
        return [json.loads(line) for line in self.stdout.split("\n") if line]


Run = Callable[..., Result]


@pytest.fixture(scope="session", autouse=True)
def _clean_environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Take away the user's settings; nothing reaches their own store."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("MEMCLI_")]:
            patch.delenv(name)
        patch.setenv("XDG_DATA_HOME", str(tmp_path_factory.mktemp("data-home")))
        patch.setenv("PYTHONPATH", str(ROOT))
        patch.setenv("COLUMNS", "100")
        # Each of the thousand processes would spend a seventh of its time on starting threads that
        # have nothing to multiply.
        patch.setenv("OPENBLAS_NUM_THREADS", "1")
        yield


def run_memcli(
    *arguments: object,
    stdin: str | bytes | None = None,
    status: int = 0,
    env: dict[str, str] | None = None,
    cwd: Path | None = None,
) -> Result:
    """Run memcli, look at its status, and return what it wrote."""
    command = [sys.executable, "-m", "memcli", *map(str, arguments)]
    given = stdin.encode() if isinstance(stdin, str) else stdin or b""
    done = subprocess.run(
        command,
        input=given,
        capture_output=True,
        env={**os.environ, **(env or {})},
        cwd=cwd,
        timeout=TIMEOUT_S,
        check=False,
    )
    stdout, stderr = done.stdout.decode(), done.stderr.decode()
    assert done.returncode == status, f"status {done.returncode}, not {status}: {stderr}{stdout}"
    return Result(stdout, stderr, done.returncode)


def run_here(*arguments: object, stdin: str | bytes | None = None) -> Result:
    """Run memcli in this process, where it must succeed, and return what it wrote."""
    from memcli.cli.app import app

    given = stdin.encode() if isinstance(stdin, str) else stdin or b""
    with (
        pytest.MonkeyPatch.context() as patch,
        TemporaryFile() as written,
        TemporaryFile() as said,
        # Files of their own, for a command may point its stdout elsewhere before it is done.
        open(os.dup(written.fileno()), "w", encoding="utf-8") as stdout,
        open(os.dup(said.fileno()), "w", encoding="utf-8") as stderr,
        redirect_stdout(stdout),
        redirect_stderr(stderr),
    ):
        patch.setattr(sys, "stdin", TextIOWrapper(BytesIO(given), encoding="utf-8"))
        try:
            status = app(list(map(str, arguments)), prog_name="memcli", standalone_mode=False)
        except SystemExit as end:
            status = end.code
        stdout.flush()
        stderr.flush()
        texts = [os.pread(file.fileno(), file.seek(0, 2), 0).decode() for file in (written, said)]
    status = status if isinstance(status, int) else 0
    assert status == 0, f"status {status}: {texts}"
    return Result(*texts, status)


def is_of_the_whole_program(path: Path) -> bool:
    """Say whether a test module looks at memcli from outside, whatever the command."""
    folders, modules = {"crash", "concurrency"}, {"test_app", "test_readme", "test_wire"}
    return path.parent.name in folders or path.stem in modules


@pytest.fixture(scope="module")
def run(request: pytest.FixtureRequest) -> Run:
    """
    Return what runs memcli: `run("log", "-k", 1, stdin=..., status=0)`.

    The command that the test module is named for has a process of its own, and so has one that no
    module is named for, that should fail or is given an environment or a folder.
    """
    path = request.path
    others = {other.stem.removeprefix("test_") for other in (ROOT / "tests/commands").iterdir()}
    here = set() if is_of_the_whole_program(path) else others - set(path.stem.split("_"))

    def run_it(*arguments: object, **options: Any) -> Result:
        if arguments and arguments[0] in here and options.keys() <= {"stdin"}:
            return run_here(*arguments, **options)
        return run_memcli(*arguments, **options)

    return run_it


@pytest.fixture(scope="session")
def sample_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a store with the sample: 290 turns of 17 sessions. No test may change it."""
    path = tmp_path_factory.mktemp("sample") / "store"
    run_here("init", "--store", path)
    run_here("ingest", SAMPLE, "--store", path, "--now", "2026-01-01T00:00:00Z")
    return path


@pytest.fixture
def sample(sample_once: Path, tmp_path: Path) -> Path:
    """Return a copy of its own of the store with the sample."""
    return Path(shutil.copytree(sample_once, tmp_path / "store"))


@pytest.fixture(scope="session")
def empty_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a new store. No test may change it."""
    path = tmp_path_factory.mktemp("empty") / "store"
    run_here("init", "--store", path)
    return path


@pytest.fixture
def empty_store(empty_once: Path, tmp_path: Path) -> Path:
    """Return a new store of its own."""
    return Path(shutil.copytree(empty_once, tmp_path / "empty"))
