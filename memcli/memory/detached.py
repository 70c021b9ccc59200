"""Processes of memcli's own: how Python is called for them, and those that nobody waits for."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

PACKAGES = Path(__file__).parents[2]


def own_python() -> list[str]:
    """
    Return the words that call Python for a module of memcli's, the same as is running.

    No module of the folder that one happens to be in is taken for it, unless this one was.
    """
    with suppress(OSError):  # a folder that is gone is not that of memcli
        if Path.cwd() == PACKAGES:
            return [sys.executable]
    return [sys.executable, "-P"]


def start_detached(arguments: Sequence[str]) -> None:
    """Start memcli with some arguments in a session of its own, without streams; do not wait."""
    words = [*own_python(), "-m", "memcli", *arguments]
    os.closerange(3, 64)  # pipes of the caller, which would wait for their end
    try:
        nowhere = [(os.POSIX_SPAWN_OPEN, n, os.devnull, os.O_RDWR, 0) for n in (0, 1, 2)]
        os.posix_spawn(sys.executable, words, os.environ, file_actions=nowhere, setsid=True)
    except (AttributeError, NotImplementedError):
        import subprocess

        subprocess.Popen(
            words, stdin=-3, stdout=-3, stderr=-3, start_new_session=True, close_fds=True
        )
