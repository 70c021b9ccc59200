"""
Search keys, and vectors of the parts of long turns, made by a process beside this one.

Words of a language without spaces, or with many forms, take Python as long as all else that a turn
takes, and Python works on one core at a time. Texts and what is made of them go through pipes, and
nowhere else.
"""

from __future__ import annotations

import os
import signal
import struct
import sys
from collections.abc import Sequence
from contextlib import suppress
from threading import Lock, Timer
from typing import IO, TYPE_CHECKING, Final, NamedTuple

import msgspec

from memcli.memory.search_columns import many_search_keys
from store.cores import usable_cores
from store.memory import memory_bound

if TYPE_CHECKING:
    import numpy as np

    from memcli.models.encoder import Encoder

# It takes a fifth of a second until the process is there, and a hundred megabytes.
WORTH_TEXTS: Final = 2_048
WORTH_CHARACTERS: Final = 100_000
# Both need half a gigabyte, so that a container of less than this has no process beside.
LEAST_MEMORY: Final = 1 << 30
# A request takes a second. One that is not answered for so long is made in this process.
LONGEST_WAIT_S: Final = 30.0
_SIZE: Final = struct.Struct("<Q")


class _Request(NamedTuple):
    """Texts and who says them; encoder: the folder of what they are to be encoded by, if at all."""

    texts: list[str]
    speakers: list[str | None]
    encoder: str | None


class _Reply(NamedTuple):
    """The search keys of texts, and their vectors, float32, or nothing."""

    keys: list[str]
    vectors: bytes


class TextProcess:
    """
    Makes what a search needs of many texts, of most in another script by a process of its own.

    Where there is one core or little memory, or that process cannot be had or is lost, it is made
    in this one. May be asked by several threads.
    """

    def __init__(self, encoder: Encoder) -> None:
        self._lock = Lock()
        self._encoder = encoder
        self._link: _Link | None = None
        self._is_to_be_had = usable_cores() > 1 and has_room()

    def search_keys(self, texts: Sequence[str], speakers: Sequence[str | None]) -> list[str]:
        """Return the `many_search_keys` of texts and those who say them."""
        if self._link or is_worth_it(texts):
            made = self._made(_Request(list(texts), list(speakers), None))
            if made is not None:
                return made.keys
        return many_search_keys(texts, speakers)

    def keys_and_vectors(self, texts: Sequence[str]) -> tuple[list[str], np.ndarray]:
        """
        Return the search keys of texts that nobody says, and their vectors [n, dimension].

        By the process if it has begun, and the encoder is a table: another one has all cores.
        """
        speakers = [None] * len(texts)
        if self._link and not self._encoder.special:
            import numpy as np

            made = self._made(_Request(list(texts), [*speakers], str(self._encoder.folder)))
            if made is not None:
                vectors = np.frombuffer(made.vectors, np.float32)
                return made.keys, vectors.reshape(len(texts), self._encoder.dimension)
        return many_search_keys(texts, speakers), self._encoder.encode(texts)

    def _made(self, asked: _Request) -> _Reply | None:
        """Return what the process makes, which begins with the first; None where it cannot."""
        with self._lock:
            if not self._is_to_be_had:
                return None
            try:
                self._link = self._link or _Link()
                return self._link.ask(asked)
            except UnicodeEncodeError:  # half of a surrogate pair is no text, and can be in a turn
                return None
            except (OSError, EOFError, msgspec.DecodeError):
                self._is_to_be_had = False
                return None

    def close(self) -> None:
        """End the process, and give its memory back."""
        with self._lock:
            link, self._link = self._link, None
        if link is not None:
            link.close()


def is_worth_it(texts: Sequence[str]) -> bool:
    """Say whether a process is worth its beginning: many texts, most of them not in ASCII."""
    if len(texts) < WORTH_TEXTS or 2 * sum(map(str.isascii, texts)) > len(texts):
        return False
    return sum(map(len, texts)) >= WORTH_CHARACTERS


def has_room() -> bool:
    """Say whether the memory that a container may use is enough for two processes."""
    bound = memory_bound()
    return bound is None or bound >= LEAST_MEMORY


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

    def ask(self, asked: _Request) -> _Reply:
        """
        Send texts, and return what is made of them.

        OSError or EOFError where the process has ended, or does not answer in good time.
        """
        there, back = self._process.stdin, self._process.stdout
        if there is None or back is None:
            raise EOFError
        # Whoever stopped it, or a machine without memory: what is asked next fails then.
        guard = Timer(LONGEST_WAIT_S, self._process.kill)
        guard.daemon = True
        guard.start()
        try:
            _send(there, msgspec.msgpack.encode(asked))
            return msgspec.msgpack.decode(_received(back), type=_Reply)
        finally:
            guard.cancel()

    def close(self) -> None:
        """End the process, which holds nothing that is not kept, and wait until it is gone."""
        self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            # What was not sent to one that is lost stays in the pipe, and is made here.
            with suppress(OSError):
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
    """Make what each list of texts asks for, until no more come."""
    encoders: dict[str, Encoder] = {}
    while True:
        try:
            request = msgspec.msgpack.decode(_received(asked), type=_Request)
        except EOFError:
            return
        keys, vectors = many_search_keys(request.texts, request.speakers), b""
        if request.encoder is not None:
            vectors = _encoded(request.texts, request.encoder, encoders)
        _send(answered, msgspec.msgpack.encode(_Reply(keys, vectors)))


def _encoded(texts: list[str], folder: str, encoders: dict[str, Encoder]) -> bytes:
    """Return the vectors of texts by an encoder, which is loaded once."""
    import numpy as np

    from memcli.models.encoder import Encoder

    if folder not in encoders:
        encoders[folder] = Encoder.load(folder)
    return np.ascontiguousarray(encoders[folder].encode(texts), np.float32).tobytes()


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answer(sys.stdin.buffer, sys.stdout.buffer)
    os._exit(0)  # nothing is open, and to take all down again would take a twentieth of a second
