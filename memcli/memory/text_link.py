"""
Link to the process that makes search keys beside this one: how it begins, and what goes through.

Light to import, so that the process can begin before what reads and encodes is loaded.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Sequence
from contextlib import suppress
from threading import Timer
from typing import IO, Final, NamedTuple

import msgspec

from store.cores import usable_cores
from store.memory import memory_bound

MODULE: Final = "memcli.memory.text_process"
# Both need half a gigabyte, so that a container of less than this has no process beside.
LEAST_MEMORY: Final = 1 << 30
# A request takes a second. One that is not answered for so long is made in this process.
LONGEST_WAIT_S: Final = 30.0
# Files of so many bytes, most of whose first is text in another script, are worth a process.
WORTH_BYTES: Final = 2 << 20
# No more than a pipe holds, or to send it would wait for the process.
PEEKED_BYTES: Final = 16 << 10
# Of the characters of a file of records; names of fields, ids and times are in ASCII.
FOREIGN_SHARE: Final = 0.1
# In JSON, "\u4f60" may stand for a character.
ESCAPE: Final = "\\u"
ESCAPED_CHARACTERS: Final = 6
_SIZE: Final = struct.Struct("<Q")


class TextRequest(NamedTuple):
    """Texts and who says them; encoder: the folder of what they are to be encoded by, if at all."""

    texts: list[str]
    speakers: list[str | None]
    encoder: str | None = None


class TextReply(NamedTuple):
    """
    The search keys of texts, and their vectors, float32, or nothing.

    keys, ends: one after the other in UTF-8, and where each ends, int32 from 0 on, as Arrow has a
    column of text: to make one of Python's texts would take half as long as to make the keys.
    """

    keys: bytes
    ends: bytes
    vectors: bytes


class TextLink:
    """The pipes to a process that has begun."""

    def __init__(self, sample: Sequence[str] = ()) -> None:
        """`sample`: texts like those that will come, by which it loads what they need."""
        import subprocess

        from memcli.memory.detached import own_python

        # In a session of its own, so that Ctrl-C is for this process alone to answer.
        self._process = subprocess.Popen(
            [*own_python(), "-m", MODULE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._unread = 0
        if sample:
            self._send(TextRequest(list(sample), [None] * len(sample)))

    def ask(self, asked: TextRequest) -> TextReply:
        """
        Send texts, and return what is made of them.

        OSError or EOFError where the process has ended, or does not answer in good time.
        """
        # Whoever stopped it, or a machine without memory: what is asked next fails then.
        guard = Timer(LONGEST_WAIT_S, self._process.kill)
        guard.daemon = True
        guard.start()
        try:
            self._send(asked)
            while self._unread > 1:
                self._receive()
            return msgspec.msgpack.decode(self._receive(), type=TextReply)
        finally:
            guard.cancel()

    def _send(self, asked: TextRequest) -> None:
        if self._process.stdin is None:
            raise EOFError
        send(self._process.stdin, msgspec.msgpack.encode(asked))
        self._unread += 1

    def _receive(self) -> bytes:
        if self._process.stdout is None:
            raise EOFError
        data = received(self._process.stdout)
        self._unread -= 1
        return data

    def close(self) -> None:
        """End the process, which holds nothing that is not kept, and wait until it is gone."""
        self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            # What was not sent to one that is lost stays in the pipe, and is made here.
            with suppress(OSError):
                if pipe is not None:
                    pipe.close()
        self._process.wait()


def send(pipe: IO[bytes], data: bytes) -> None:
    """Send a message; OSError where nobody reads."""
    pipe.write(_SIZE.pack(len(data)))
    pipe.write(data)
    pipe.flush()


def received(pipe: IO[bytes]) -> bytes:
    """Return the next message; EOFError where there is none, or no more than a part of one."""
    head = pipe.read(_SIZE.size)
    if len(head) < _SIZE.size:
        raise EOFError
    (size,) = _SIZE.unpack(head)
    data = pipe.read(size)
    if len(data) < size:
        raise EOFError
    return data


def is_to_be_had() -> bool:
    """Say whether there is a second core, and the memory that a container may use is enough."""
    bound = memory_bound()
    return usable_cores() > 1 and (bound is None or bound >= LEAST_MEMORY)


def text_link_for(paths: Sequence[str]) -> TextLink | None:
    """
    Return the link to a process that begins now, where files that are to be read are worth one.

    Nothing where it cannot be had, and for what can be looked into only as it is read.
    """
    files = [path for path in paths if os.path.isfile(path)]
    with suppress(OSError, UnicodeEncodeError):
        if sum(map(os.path.getsize, files)) >= WORTH_BYTES and is_to_be_had():
            sample = _beginning(files[0])
            return TextLink(sample.splitlines()) if is_foreign(sample) else None
    return None


def is_foreign(text: str) -> bool:
    """Say whether the beginning of a file is for a good part in another script than ASCII."""
    escaped = text.count(ESCAPE)
    foreign = escaped + sum(not character.isascii() for character in text)
    characters = len(text) - escaped * (ESCAPED_CHARACTERS - 1)
    return foreign > FOREIGN_SHARE * characters


def _beginning(path: str) -> str:
    """Return the first text of a file; nothing of what is not in UTF-8."""
    with open(path, "rb") as file:
        return file.read(PEEKED_BYTES).decode(errors="ignore")
