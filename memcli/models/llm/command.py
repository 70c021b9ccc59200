"""Command model: a language model behind any command, by stdin and stdout."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from threading import Thread
from typing import IO, Final, cast

from memcli.models.llm.base import Reply, Schema
from memcli.models.llm.settings import COMMAND_PREFIX, command_words
from memcli.models.llm.text import as_utf8, estimated_tokens, shortened, with_schema
from store.errors import ServiceUnavailable

__all__ = ["CommandModel"]

# A command gets this long to end by itself once it is told to.
GRACE_S: Final = 1.0
MAX_ANSWER_BYTES: Final = 8_000_000
PART_BYTES: Final = 1 << 16
# Parts of stderr that are kept, whose last line says what went wrong.
KEPT_PARTS: Final = 4


@dataclass(frozen=True, slots=True)
class CommandModel:
    """A model behind a command: the prompt on its stdin, the answer on its stdout."""

    command: str
    timeout_s: float = 300.0

    @property
    def name(self) -> str:
        """Return the command with its prefix."""
        return f"{COMMAND_PREFIX}{self.command}"

    def complete(self, system: str, user: str, schema: Schema) -> Reply:
        """Run the command once; ServiceUnavailable when it fails or takes too long."""
        prompt = f"{with_schema(system, schema)}\n\n{user}\n"
        words = command_words(self.command)
        text = run_words(words, as_utf8(prompt), self.timeout_s).decode("utf-8", "replace")
        return Reply(text, estimated_tokens(prompt), estimated_tokens(text), is_estimated=True)


def run_words(words: list[str], given: bytes, timeout_s: float, table: str = "llm") -> bytes:
    """
    Run a command once and return its stdout; ServiceUnavailable when it fails or takes too long.

    given: its stdin; table: of config.toml, which says how long it may take.
    """
    pipe = subprocess.PIPE
    try:
        process = subprocess.Popen(
            words, stdin=pipe, stdout=pipe, stderr=pipe, start_new_session=True
        )
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise ServiceUnavailable(
            f"cannot run {words[0]}: {why}", f"install it, or mend the command of [{table}]"
        ) from error
    said = _Output(process, given)
    with process:
        try:
            stdout, stderr = said.wait(timeout_s)
        except subprocess.TimeoutExpired:
            _end_group(process)
            raise ServiceUnavailable(
                f"{words[0]} did not answer within {timeout_s:g} s",
                f"raise timeout_s in [{table}]",
            ) from None
        except BaseException:  # Ctrl-C: the command, in a session of its own, did not see it
            _end_group(process)
            raise
        if len(stdout) > MAX_ANSWER_BYTES:
            _end_group(process)
            raise ServiceUnavailable(
                f"{words[0]} answers more than {MAX_ANSWER_BYTES:,} bytes", "see what it writes"
            )
    if process.returncode:
        raise _failure(words[0], process.returncode, stderr)
    return stdout


class _Output:
    """What a command writes, read while it reads what it is given, in bounded memory."""

    def __init__(self, process: subprocess.Popen[bytes], given: bytes) -> None:
        self._process = process
        self._given = given
        self._stdout: list[bytes] = []
        self._stderr: deque[bytes] = deque(maxlen=KEPT_PARTS)
        self._threads = [Thread(target=work, daemon=True) for work in (self._give, self._listen)]
        self._reading = Thread(target=self._read, daemon=True)
        for thread in (*self._threads, self._reading):
            thread.start()

    def wait(self, timeout_s: float) -> tuple[bytes, bytes]:
        """Return stdout, or a little more of it than may be, and the end of stderr."""
        deadline = time.monotonic() + timeout_s
        self._join(self._reading, deadline, timeout_s)
        if sum(map(len, self._stdout)) <= MAX_ANSWER_BYTES:
            self._process.wait(max(0.0, deadline - time.monotonic()))
            for thread in self._threads:
                self._join(thread, deadline, timeout_s)
        return b"".join(self._stdout), b"".join(self._stderr)

    def _join(self, thread: Thread, deadline: float, timeout_s: float) -> None:
        # In steps, or Ctrl-C would go unheard.
        while thread.is_alive():
            thread.join(0.05)
            if time.monotonic() > deadline:
                raise subprocess.TimeoutExpired(self._process.args, timeout_s)

    def _give(self) -> None:
        # It need not read what it is given.
        with suppress(OSError, ValueError), cast(IO[bytes], self._process.stdin) as stream:
            stream.write(self._given)

    def _read(self) -> None:
        size = 0
        with suppress(OSError, ValueError):
            while size <= MAX_ANSWER_BYTES and (part := self._part(self._process.stdout)):
                self._stdout.append(part)
                size += len(part)

    def _listen(self) -> None:
        with suppress(OSError, ValueError):
            while part := self._part(self._process.stderr):
                self._stderr.append(part)

    @staticmethod
    def _part(stream: IO[bytes] | None) -> bytes:
        return os.read(cast(IO[bytes], stream).fileno(), PART_BYTES)


def _failure(command: str, status: int, stderr: bytes) -> ServiceUnavailable:
    """Return the error of a command that failed, with the end of what it said."""
    lines = stderr.decode("utf-8", "replace").strip().splitlines()
    how = f"ended with status {status}" if status > 0 else f"was killed by signal {-status}"
    said = f": {shortened(lines[-1])}" if lines else ""
    return ServiceUnavailable(f"{command} {how}{said}", "run the command by hand to see why")


def _end_group(process: subprocess.Popen[bytes]) -> None:
    """End a command and all that it started: politely, then for good."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, number)
        with suppress(subprocess.TimeoutExpired):
            process.wait(GRACE_S)
    for stream in (process.stdin, process.stdout, process.stderr):
        with suppress(OSError):
            if stream:
                stream.close()
