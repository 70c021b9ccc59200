"""Stores that are talked into and extracted, for the tests of what sums up."""

from __future__ import annotations

from datetime import UTC, datetime

from memcli.extraction.step import ExtractStep
from memcli.ingestion.step import IngestStep
from memcli.ingestion.transcripts.items import Accepted
from memcli.ingestion.turns import Defaults
from memcli.models.encoder import Encoder
from memcli.records import from_wire
from store import Store

NOW = datetime(2031, 6, 1, tzinfo=UTC)


def line(content, at, session, namespace="default", name="Ida"):
    fields = {"content": content, "timestamp": at, "session_id": session, "namespace": namespace}
    return {"kind": "message", "v": 1, "name": name, **fields}


def grow(store, turns):
    """Take turns into a store and extract them, as the commands do."""
    encoder = Encoder.of_stamp(store.head().encoder)
    ingestion = IngestStep(store, encoder, Defaults(now=NOW))
    ingestion.add([Accepted(from_wire(turn), "-", i) for i, turn in enumerate(turns)])
    ingestion.commit({})
    extraction = ExtractStep(store, encoder, NOW)
    extraction.run(extraction.pending(None, None))
    extraction.commit({})


def talked(path, turns):
    """Return the store at a path after turns were taken in and extracted."""
    store = Store.open(path)
    grow(store, turns)
    return store


def links(store, relation):
    table = store.snapshot().read("links", None, f"relation = '{relation}'")
    return {(row["source_id"], row["target_id"]) for row in table.to_pylist()}
