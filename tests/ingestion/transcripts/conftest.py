"""Shared by the tests of readers: sources made of bytes, the samples, short forms of items."""

from __future__ import annotations

import io
import json

import pytest

from memcli.ingestion.transcripts import Accepted, Intake, Source, read_source
from tests.support.paths import DATA
from tests.support.wire import to_wire


class Dribble(io.RawIOBase):
    """A raw stream that gives at most `step` bytes at a time, as a slow pipe does."""

    def __init__(self, data, step):
        self._rest, self._step = memoryview(data), step

    def readable(self):
        return True

    def readinto(self, buffer):
        part = self._rest[: min(self._step, len(buffer))]
        self._rest = self._rest[len(part) :]
        buffer[: len(part)] = part
        return len(part)


@pytest.fixture(scope="session")
def data():
    return DATA


@pytest.fixture(scope="session")
def source():
    """Return a maker of sources: source(data, step=..., path=...)."""

    def make(data, step=1 << 20, path="in"):
        return Source(path, io.BufferedReader(Dribble(data, step), max(step, 1)))

    return make


def short(item):
    """Return a record as plain fields, a rejection as "line: reason"."""
    if not isinstance(item, Accepted):
        return f"{item.error.line}: {item.error.reason}"
    return {key: value for key, value in to_wire(item.record).items() if key not in ("kind", "v")}


@pytest.fixture(scope="session")
def shorten():
    return short


@pytest.fixture(scope="session")
def read(data):
    """Return a reader of a sample: read(name, form="auto") -> short items."""
    return lambda name, form="auto": [short(item) for item in read_source(str(data / name), form)]


@pytest.fixture(scope="session")
def read_text_of(source):
    """Return a reader of text: read_text_of(reader, text, path) -> short items."""
    return lambda reader, text, path="chat": [
        short(item) for item in reader(source(text.encode(), path=path))
    ]


class Read:
    """What a reader made of some input: its items in short, and what it left out."""

    def __init__(self, reader, data, path="in", **about):
        text = data if isinstance(data, str | bytes) else json.dumps(data)
        stream = io.BufferedReader(
            Dribble(text if isinstance(text, bytes) else text.encode(), 4096)
        )
        self.intake = about.pop("intake", None) or Intake(**about)
        given = Source(path, stream, intake=self.intake)
        self.raw = list(reader(given))
        self.items = [short(item) for item in self.raw]
        self.left_out = dict(self.intake.left_out)

    def turns(self, *fields):
        """Return the given fields of each turn; who speaks is the name, else the role."""
        return [tuple(self._field(item, field) for field in fields) for item in self.items]

    @staticmethod
    def _field(item, field):
        if isinstance(item, str):
            return item
        return item.get("name") or item.get("role") if field == "who" else item.get(field)


@pytest.fixture(scope="session")
def read_with():
    """Return a maker of Read: read_with(reader, data, path, tools=..., zone=...)."""
    return Read
