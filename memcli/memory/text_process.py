"""
Search keys, and vectors of the parts of long turns, made by a process beside this one.

Words of a language without spaces, or with many forms, take Python as long as all else that a turn
takes, and Python works on one core at a time. Texts and what is made of them go through pipes, and
nowhere else.
"""

from __future__ import annotations

import os
import signal
import sys
from array import array
from collections.abc import Sequence
from itertools import accumulate
from threading import Lock
from typing import IO, TYPE_CHECKING, Final

import msgspec

from memcli.memory.search_columns import KeysColumn, many_search_keys
from memcli.memory.text_link import TextLink, TextReply, TextRequest, is_to_be_had, received, send

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

    from memcli.models.encoder import Encoder

# It takes a fifth of a second until the process is there, and a hundred megabytes.
WORTH_TEXTS: Final = 2_048
WORTH_CHARACTERS: Final = 100_000
_END_BYTES: Final = array("i").itemsize


class TextProcess:
    """
    Makes what a search needs of many texts, of most in another script by a process of its own.

    Where there is one core or little memory, or that process cannot be had or is lost, it is made
    in this one. May be asked by several threads.
    """

    def __init__(self, encoder: Encoder, link: TextLink | None = None) -> None:
        """`link`: to the process, where it has begun already."""
        self._lock = Lock()
        self._encoder = encoder
        self._link = link
        self._is_to_be_had = link is not None or is_to_be_had()

    def search_keys(self, texts: Sequence[str], speakers: Sequence[str | None]) -> KeysColumn:
        """Return the `many_search_keys` of texts and those who say them."""
        if self._link or is_worth_it(texts):
            made = self._made(TextRequest(list(texts), list(speakers)))
            if made is not None:
                return _column(made)
        return many_search_keys(texts, speakers)

    def keys_and_vectors(self, texts: Sequence[str]) -> tuple[KeysColumn, np.ndarray]:
        """
        Return the search keys of texts that nobody says, and their vectors [n, dimension].

        By the process if it has begun, and the encoder is a table: another one has all cores.
        """
        speakers = [None] * len(texts)
        if self._link and not self._encoder.special:
            import numpy as np

            made = self._made(TextRequest(list(texts), [*speakers], str(self._encoder.folder)))
            if made is not None:
                vectors = np.frombuffer(made.vectors, np.float32)
                return _column(made), vectors.reshape(len(texts), self._encoder.dimension)
        return many_search_keys(texts, speakers), self._encoder.encode(texts)

    def _made(self, asked: TextRequest) -> TextReply | None:
        """Return what the process makes, which begins with the first; None where it cannot."""
        with self._lock:
            if not self._is_to_be_had:
                return None
            try:
                self._link = self._link or TextLink()
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


def _column(made: TextReply) -> pa.Array:
    """Return search keys as a column of text."""
    import pyarrow as pa

    buffers = [None, pa.py_buffer(made.ends), pa.py_buffer(made.keys)]
    return pa.Array.from_buffers(pa.string(), len(made.ends) // _END_BYTES - 1, buffers)


def answer(asked: IO[bytes], answered: IO[bytes]) -> None:
    """Make what each list of texts asks for, until no more come."""
    encoders: dict[str, Encoder] = {}
    while True:
        try:
            request = msgspec.msgpack.decode(received(asked), type=TextRequest)
        except EOFError:
            return
        vectors = b""
        if request.encoder is not None:
            vectors = _encoded(request.texts, request.encoder, encoders)
        keys = [each.encode() for each in many_search_keys(request.texts, request.speakers)]
        ends = array("i", accumulate(map(len, keys), initial=0))
        send(answered, msgspec.msgpack.encode(TextReply(b"".join(keys), ends.tobytes(), vectors)))


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
