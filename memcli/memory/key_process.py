"""
Search keys made by a process beside this one.

Words of a language without spaces, or with many forms, take Python as long as all else that a turn
takes, and Python works on one core at a time. Texts and keys go through pipes, and nowhere else.
"""

from __future__ import annotations

import os
import signal
import struct
import sys
from collections.abc import Sequence
from threading import Lock
from typing import IO, Final

import msgspec

from memcli.memory.search_columns import many_search_keys
from store.cores import usable_cores

# It takes a fifth of a second until the process is there, and a hundred megabytes.
WORTH_TEXTS: Final = 2_048
WORTH_CHARACTERS: Final = 100_000
_SIZE: Final = struct.Struct("<Q")


class KeyProcess:
    """
    Makes the search keys of many texts, of most in another script by a process of its own.

    Where there is one core, or that process cannot be had or is lost, they are made in this one.
    May be asked by several threads.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._link: _Link | None = None
        self._is_to_be_had = usable_cores() > 1

    def search_keys(self, texts: Sequence[str], speakers: Sequence[str | None]) -> list[str]:
        """Return the `many_search_keys` of texts and those who say them."""
        if self._is_to_be_had and (self._link or is_worth_it(texts)):
            with self._lock:
                made = self._asked(texts, speakers)
            if made is not None:
                return made
        return many_search_keys(texts, speakers)

    def _asked(self, texts: Sequence[str], speakers: Sequence[str | None]) -> list[str] | None:
        """Return what the process makes, which begins with the first; None where it cannot."""
        try:
            self._link = self._link or _Link()
            return self._link.ask(texts, speakers)
        except UnicodeEncodeError:  # half of a surrogate pair is no text, and can be in a turn
            return None
        except (OSError, EOFError, msgspec.DecodeError):
            self._is_to_be_had = False
            return None

    def close(self) -> None:
        """End the process, and give its memory back."""
        link, self._link = self._link, None
        if link is not None:
            link.close()


def is_worth_it(texts: Sequence[str]) -> bool:
    """Say whether a process is worth its beginning: many texts, most of them not in ASCII."""
    if len(texts) < WORTH_TEXTS or 2 * sum(map(str.isascii, texts)) > len(texts):
        return False
    return sum(map(len, texts)) >= WORTH_CHARACTERS


class _Link:
    """The pipes to a process that has begun."""

    def __init__(self) -> None:
        import subprocess

        from memcli.memory.detached import own_python

        # In a session of its own, so that Ctrl-C is for this process alone to answer.
        self._process = subprocess.Popen(
            [*own_python(), "-m", __spec__.name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def ask(self, texts: Sequence[str], speakers: Sequence[str | None]) -> list[str]:
        """Send texts, and return their keys; OSError or EOFError where the process has ended."""
        there, back = self._process.stdin, self._process.stdout
        if there is None or back is None:
            raise EOFError
        _send(there, msgspec.msgpack.encode((texts, speakers)))
        return msgspec.msgpack.decode(_received(back), type=list[str])

    def close(self) -> None:
        """End the process, which waits for more, and wait until it is gone."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        self._process.wait()


def _send(pipe: IO[bytes], data: bytes) -> None:
    pipe.write(_SIZE.pack(len(data)))
    pipe.write(data)
    pipe.flush()


def _received(pipe: IO[bytes]) -> bytes:
    """Return the next message; EOFError where there is none, or no more than a part of one."""
    head = pipe.read(_SIZE.size)
    if len(head) < _SIZE.size:
        raise EOFError
    (size,) = _SIZE.unpack(head)
    data = pipe.read(size)
    if len(data) < size:
        raise EOFError
    return data


def answer(asked: IO[bytes], answered: IO[bytes]) -> None:
    """Answer each list of texts with their keys, until no more come."""
    form = tuple[list[str], list[str | None]]
    while True:
        try:
            texts, speakers = msgspec.msgpack.decode(_received(asked), type=form)
        except EOFError:
            return
        _send(answered, msgspec.msgpack.encode(many_search_keys(texts, speakers)))


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answer(sys.stdin.buffer, sys.stdout.buffer)
    os._exit(0)  # nothing is open, and to take all down again would take a twentieth of a second
