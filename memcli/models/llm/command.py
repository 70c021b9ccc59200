"""Command model: a language model behind any command, by stdin and stdout."""

from __future__ import annotations

import os
import signal
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from memcli.models.llm.base import Reply, Schema
from memcli.models.llm.settings import COMMAND_PREFIX, command_words
from memcli.models.llm.text import as_utf8, estimated_tokens, shortened, with_schema
from store.errors import ServiceUnavailable

__all__ = ["CommandModel"]

# A command gets this long to end by itself once it is told to.
GRACE_S: Final = 1.0


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
    with process:
        try:
            stdout, stderr = process.communicate(given, timeout_s)
        except subprocess.TimeoutExpired:
            _end_group(process)
            raise ServiceUnavailable(
                f"{words[0]} did not answer within {timeout_s:g} s",
                f"raise timeout_s in [{table}]",
            ) from None
        except BaseException:  # Ctrl-C: the command, in a session of its own, did not see it
            _end_group(process)
            raise
    if process.returncode:
        raise _failure(words[0], process.returncode, stderr)
    return bytes(stdout)


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
