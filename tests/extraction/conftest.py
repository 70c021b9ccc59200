"""The reader of conversations, by the bundled parser, loaded once."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from memcli.extraction.reader import GrammarReader, open_reader
from memcli.extraction.statements import Statement
from tests.support.talks import Turn, talk


@pytest.fixture(scope="session")
def reader() -> GrammarReader:
    """Return what reads conversations without a language model."""
    return open_reader("english-parser")


@pytest.fixture(scope="session")
def told(reader: GrammarReader) -> Callable[..., list[Statement]]:
    """Return what reads turns, and gives their statements in order."""

    def call(*turns: Turn) -> list[Statement]:
        return [each for turn in reader.read_turns(talk(*turns)).statements for each in turn]

    return call
