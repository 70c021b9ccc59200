"""
Stores of other machines: memcli runs there by ssh, and speaks bundles over a pipe.

What runs there are `memcli bundle` and `memcli pull -`, which anybody may run by hand. The program
that reaches the machine is $MEMCLI_SSH, by default ssh, and memcli is called $MEMCLI_REMOTE there.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import IO, Final
from urllib.parse import unquote, urlsplit

from store.errors import BadUsage, RemoteFailed

SSH: Final = "MEMCLI_SSH"
REMOTE: Final = "MEMCLI_REMOTE"
SCHEME: Final = "ssh://"
# What a pull says of itself, in one line.
MAX_ANSWER: Final = 1 << 20


@dataclass(frozen=True)
class Machine:
    """Where a store is: `ssh://user@host:port/path`; `/~/path` is in the user's own folder."""

    host: str
    port: int | None
    path: str

    @classmethod
    def parse(cls, url: str) -> Machine:
        """Read an address; BadUsage for one that names no machine or no path."""
        remedy = "write ssh://host/path"
        try:
            parts = urlsplit(url)
            port, host = parts.port, parts.hostname or ""
        except ValueError as error:
            raise BadUsage(f"{url} is no address: {error}", remedy) from error
        path = unquote(parts.path)
        # What begins with a dash would be an option of ssh.
        if not host or host.startswith("-") or (parts.username or "").startswith("-"):
            raise BadUsage(f"{url} names no machine", remedy)
        if path in ("", "/") or parts.password or parts.query or parts.fragment:
            raise BadUsage(f"{url} names no store", remedy)
        named = f"{unquote(parts.username)}@{host}" if parts.username else host
        return cls(named, port, path)

    def __str__(self) -> str:
        port = f":{self.port}" if self.port else ""
        return f"{SCHEME}{self.host}{port}{self.path}"

    def argv(self, arguments: Sequence[str]) -> list[str]:
        """Return the command that runs memcli on the machine."""
        program = shlex.split(os.environ.get(SSH) or "ssh")
        port = ["-p", str(self.port)] if self.port else []
        remote = os.environ.get(REMOTE) or "memcli"
        words = [remote, *map(shlex.quote, arguments), "--store", self._quoted_path()]
        return [*program, *port, self.host, " ".join(words)]

    def _quoted_path(self) -> str:
        """Return the path as the shell there reads it."""
        if self.path.startswith("/~/"):
            return f"~/{shlex.quote(self.path[3:])}"
        return shlex.quote(self.path)

    @contextmanager
    def reading(self, arguments: Sequence[str]) -> Iterator[IO[bytes]]:
        """Run memcli there and yield what it writes; RemoteFailed when it ends badly."""
        process = self._start(arguments, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL)
        assert process.stdout is not None
        with process, process.stdout:
            try:
                yield process.stdout
            except BaseException:
                process.kill()
                raise
        self._require_done(process)

    def answer(self, arguments: Sequence[str], file: IO[bytes]) -> bytes:
        """Let memcli there read a file; return what it writes, RemoteFailed when it ends badly."""
        process = self._start(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert process.stdin is not None
        assert process.stdout is not None
        with process, process.stdout:
            file.seek(0)
            # Its status says why it read no further.
            with suppress(BrokenPipeError), process.stdin:
                shutil.copyfileobj(file, process.stdin)
            said = process.stdout.read(MAX_ANSWER)
        self._require_done(process)
        return said

    def _start(self, arguments: Sequence[str], **pipes: int) -> subprocess.Popen[bytes]:
        argv = self.argv(arguments)
        try:
            return subprocess.Popen(argv, **pipes)  # type: ignore[call-overload, no-any-return]
        except OSError as error:
            what = f"cannot run {argv[0]}: {error.strerror}"
            raise RemoteFailed(what, f"install it, or set {SSH}") from error

    def _require_done(self, process: subprocess.Popen[bytes]) -> None:
        if process.returncode:
            what = f"memcli on {self.host} ended with status {process.returncode}"
            raise RemoteFailed(what, "see what it said above")
