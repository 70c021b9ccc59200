"""What the tests of contexts share"""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction

import pytest

from memcli.context.gathering import Gathering
from memcli.context.requests import Request
from memcli.context.tokens import CharacterMeter
from memcli.models.encoder import Encoder
from memcli.search.retriever import Retriever
from store import Store

NOW = datetime(2026, 6, 1, tzinfo=UTC)
ENCODER = Encoder.load("static-256")


@pytest.fixture
def gathered(run, empty_store):
    """Return what is gathered for a question, by section, of the lines that were given."""

    def gather(query, *lines, limit=4_000):
        run("ingest", "--from", "export", "--store", empty_store, stdin="".join(lines))
        retriever = Retriever(Store.open(empty_store).snapshot(), lambda: ENCODER)
        request = Request(query, 1_000, recent=0, now=NOW)
        found = Gathering(retriever, request, CharacterMeter(Fraction(1, 4)), limit).entries()
        return [(entry.section, entry.item.text) for entry in found]

    return gather
