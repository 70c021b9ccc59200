"""Runs of the program: in a process of its own, as users run it, or inside this one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO, TextIOWrapper
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

import pytest

MEMCLI = (sys.executable, "-m", "memcli")
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


def as_given(arguments: tuple[object, ...], env: dict[str, str] | None) -> list[str]:
    """Return the arguments of a run as they are."""
    return [str(word) for word in arguments]


# What makes the words of a run of what a test gives: `--store-on` moves its store elsewhere.
before_each: Callable[[tuple[object, ...], dict[str, str] | None], list[str]] = as_given


def run_memcli(
    *arguments: object,
    stdin: str | bytes | None = None,
    status: int | None = 0,
    env: dict[str, str] | None = None,
    cwd: Path | None = None,
) -> Result:
    """Run memcli in a process of its own, look at its status, and return what it wrote."""
    done = subprocess.run(
        [*MEMCLI, *before_each(arguments, env)],
        input=_as_bytes(stdin),
        capture_output=True,
        env={**os.environ, **(env or {})},
        cwd=cwd,
        timeout=TIMEOUT_S,
        check=False,
    )
    return _checked(Result(done.stdout.decode(), done.stderr.decode(), done.returncode), status)


def run_here(
    *arguments: object,
    stdin: str | bytes | None = None,
    status: int | None = 0,
    env: dict[str, str] | None = None,
    cwd: Path | None = None,
) -> Result:
    """
    Run memcli in this process, look at its status, and return what it wrote.

    It is the program's own entry that runs, with its handling of errors; only where that would end
    the process, it ends the run. Environment, folder and streams are as before afterwards.
    """
    with (
        _surroundings(env or {}, cwd) as patch,
        TemporaryFile() as written,
        TemporaryFile() as said,
        _stream(patch, "stdout", written, "strict"),
        _stream(patch, "stderr", said, "backslashreplace"),
    ):
        patch.setattr(sys, "argv", ["memcli", *before_each(arguments, env)])
        patch.setattr(sys, "stdin", TextIOWrapper(BytesIO(_as_bytes(stdin)), encoding="utf-8"))
        mask = os.umask(0o022)
        os.umask(mask)
        found = _status_of_main(patch)
        os.umask(mask)
        texts = [os.pread(file.fileno(), file.seek(0, 2), 0).decode() for file in (written, said)]
    return _checked(Result(*texts, found), status)


class _Left(BaseException):
    """The program would have ended its process."""


def _status_of_main(patch: pytest.MonkeyPatch) -> int:
    """Run what the console script runs, and return the status that it leaves with."""
    from memcli.cli import app

    def leave(status: int) -> None:
        sys.stdout.flush()
        sys.stderr.flush()
        raise _Left(status)

    patch.setattr(app, "leave", leave)
    try:
        app.main()
    except _Left as end:
        return int(end.args[0])
    raise AssertionError("main has returned")


@contextmanager
def _stream(
    patch: pytest.MonkeyPatch, name: str, file: IO[bytes], errors: str
) -> Iterator[TextIOWrapper]:
    """
    Put a file in the place of a standard stream, for what Python and for what Rust writes there.

    The stream has a descriptor of its own, for a command may point its stdout elsewhere before it
    is done.
    """
    number = {"stdout": 1, "stderr": 2}[name]
    saved = os.dup(number)
    os.dup2(file.fileno(), number)
    try:
        with open(os.dup(file.fileno()), "w", encoding="utf-8", errors=errors) as stream:
            patch.setattr(sys, name, stream)
            yield stream
    finally:
        os.dup2(saved, number)
        os.close(saved)


@contextmanager
def _surroundings(env: dict[str, str], cwd: Path | None) -> Iterator[pytest.MonkeyPatch]:
    """Set an environment, its time zone included, and a folder to work in; yield what undoes it."""
    try:
        with pytest.MonkeyPatch.context() as patch:
            for name, value in env.items():
                patch.setenv(name, value)
            if cwd is not None:
                patch.chdir(cwd)
            time.tzset()
            yield patch
    finally:
        time.tzset()


def _as_bytes(given: str | bytes | None) -> bytes:
    return given.encode() if isinstance(given, str) else given or b""


def _checked(result: Result, status: int | None) -> Result:
    assert status in (None, result.status), f"status {result.status}, not {status}: {result}"
    return result
