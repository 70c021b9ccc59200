"""MCP memory export."""

from __future__ import annotations

import json

from memcli.exports.contents import Contents
from memcli.exports.mcp_memory import encode_graph
from store import Store

AT = "2026-03-02T00:00:00Z"
BASE = {"kind": "memory", "v": 1, "namespace": "default", "type": "semantic", "level": 1,
        "recorded_at": AT, "polarity": "positive"}  # fmt: skip
PERSON = {"kind": "entity", "v": 1, "namespace": "default", "recorded_at": AT, "type": "person"}
RECORDS = [
    PERSON | {"id": "e1", "name": "Ida Bloom", "aliases": ["Ida"]},
    PERSON | {"id": "e2", "name": "Ben"},
    BASE | {"id": "s1", "text": "Ida rows daily.", "subject": "Ida", "attribute": "does",
            "value": "rows"},
    BASE | {"id": "s2", "text": "Ben is Ida's brother.", "subject": "Ben",
            "attribute": "brother of", "value": "Ida"},
    BASE | {"id": "s3", "text": "I used to smoke.", "speaker": "Ida", "valid_to": AT},
    BASE | {"id": "s4", "text": "It leaks.", "speaker": "Ida", "entities": ["Ben"]},
]  # fmt: skip


def graph(run, path):
    run(
        "ingest",
        "--from",
        "export",
        "--store",
        path,
        "--create",
        stdin="\n".join(map(json.dumps, RECORDS)),
    )
    contents = Contents(Store.open(path).snapshot())
    lines = [json.loads(line) for line in encode_graph(contents)]
    return lines, contents.summary()


def test_what_holds_is_observed_and_facts_between_entities_are_relations(run, tmp_path):
    lines, summary = graph(run, tmp_path / "s")
    assert lines == [
        {"type": "entity", "name": "Ben", "entityType": "person",
         "observations": ["Ida: It leaks."]},
        {"type": "entity", "name": "Ida Bloom", "entityType": "person",
         "observations": ["Ida rows daily.", "Ida: It leaks."]},
        {"type": "relation", "from": "Ben", "to": "Ida Bloom", "relationType": "brother_of"},
    ]  # fmt: skip
    assert summary == "3 entities and relations"
