"""COGX, the exchange format of cognee."""

from __future__ import annotations

import json

import pytest

from memcli.ingestion.transcripts import Intake, read_source
from memcli.ingestion.transcripts.cogx import read_cogx

AT = "2026-03-02T10:00:00Z"
SCOPE = {"user_id": "u", "session_id": "s"}
EPISODE = {"kind": "episode", "external_system": "zep", "external_id": "e", "scope": SCOPE,
           "title": "Boats", "metadata": {"roles": {"Ida": "user"}},
           "turns": [{"role": "Ida", "content": "I bought a boat.", "occurred_at": AT},
                     {"role": "assistant", "content": "Which one?"}]}  # fmt: skip
FACT = {"kind": "fact", "external_system": "zep", "external_id": "f", "subject_ref": "n1",
        "predicate": "lives_in", "object_ref": "Kiel", "valid_at": "2024-01-01T00:00:00Z",
        "invalid_at": "2025-06-01T00:00:00Z", "confidence": 0.9}  # fmt: skip


def lines(*records):
    return "".join(json.dumps(record) + "\n" for record in records)


def test_turns_of_an_episode_are_turns(read_with):
    found = read_with(read_cogx, lines(EPISODE))
    assert found.turns("content", "name", "role", "timestamp", "session_id", "id") == [
        ("I bought a boat.", "Ida", "user", AT, "s", "e#0"),
        ("Which one?", None, "assistant", None, "s", "e#1"),
    ]
    assert found.items[0]["metadata"] == {"system": "zep", "user": "u", "heading": "Boats"}


def test_memories_blocks_and_documents_have_their_types(read_with):
    base = {"external_system": "mem0", "external_id": "m", "created_at": AT}
    found = read_with(
        read_cogx,
        lines(
            base | {"kind": "memory", "content": "Rows daily", "categories": ["sport"]},
            base | {"kind": "memory_block", "label": "human", "value": "Ida rows."},
            base | {"kind": "document", "content": "One.\n\nTwo.", "title": "Log"},
        ),
    )
    assert [item.type for item in found.raw] == ["semantic", "core", "resource", "resource"]
    assert found.turns("content", "id") == [
        ("Rows daily", "m"), ("Ida rows.", "m"), ("One.", "m"), ("Two.", "m#1"),
    ]  # fmt: skip
    assert found.items[0]["metadata"]["tags"] == ["sport"]


@pytest.fixture
def archive(tmp_path):
    entities = [
        {"kind": "entity", "external_id": "n1", "name": "Ida", "entity_type": "Person",
         "description": "a rower", "aliases": ["I. Bloom"], "attributes": {"born_in": "Husum"}},
        {"kind": "entity", "external_id": "n2", "name": "Kiel"},
    ]  # fmt: skip
    edge = FACT | {"external_id": "g", "object_ref": "6f1c" * 8, "predicate": "contains"}
    for name, text in {
        "manifest.json": json.dumps({"cogx_version": "0.2", "source_system": "zep"}, indent=1),
        "entities.jsonl": lines(*entities),
        "facts.jsonl": lines(FACT, edge),
        "nodes.jsonl": lines({"id": "6f1c", "type": "DocumentChunk", "text": "I bought a boat."}),
    }.items():
        (tmp_path / name).write_text(text)
    return tmp_path


def test_a_fact_keeps_its_names_and_its_validity(archive):
    intake = Intake(namespace="work")
    (item,) = read_source(str(archive / "facts.jsonl"), intake=intake)
    fact = item.record
    assert (fact.subject, fact.attribute, fact.value) == ("Ida", "lives_in", "Kiel")
    assert (fact.text, fact.namespace, fact.level) == ("Ida lives in Kiel", "work", 1)
    assert (fact.valid_from.year, fact.valid_to.year, fact.confidence) == (2024, 2025, 0.9)
    assert dict(intake.left_out) == {"nodes and edges of a graph": 1}


def test_what_is_said_of_entities_is_kept(archive, shorten):
    items = list(read_source(str(archive / "entities.jsonl")))
    assert [shorten(item)["content"] for item in items] == [
        "Ida: a rower", "Ida: also called I. Bloom", "Ida: born in Husum",
    ]  # fmt: skip


def test_nodes_of_the_graph_are_counted_and_a_newer_format_is_refused(archive):
    intake = Intake()
    for name in ("nodes.jsonl", "manifest.json"):
        assert list(read_source(str(archive / name), intake=intake)) == []
    assert dict(intake.left_out) == {"nodes and edges of a graph": 1}
    (archive / "manifest.json").write_text('{"cogx_version": "1.0"}')
    (item,) = read_source(str(archive / "manifest.json"))
    assert item.error.remedy == "update memcli"
