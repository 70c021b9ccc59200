from __future__ import annotations

import json

import pytest

from memcli.agents.protocol import ProtocolError
from memcli.agents.resources import Resources
from memcli.search.resident import ResidentMemory
from tests.support.talked_stores import line, talked

TALK = (
    line("The key is under the pot.", "2030-01-01T09:00:00Z", "team/1 a"),
    line("My password is hunter2-Xk9!qq.", "2030-01-02T09:01:00Z", "team/1 a", name="Bo"),
    line("For everybody.", "2029-12-31T09:00:00Z", "s/all", "shared"),
    line("Of another project.", "2030-01-03T09:00:00Z", "s/2", "other"),
)


@pytest.fixture
def opened(empty_store):
    return talked(empty_store, TALK)


@pytest.fixture
def resources(opened):
    return Resources(ResidentMemory(opened, "default"))


def text_of(resources, uri):
    (content,) = resources.read({"uri": uri})["contents"]
    assert content["uri"] == uri
    return content["text"]


def test_sessions_are_listed_and_read_by_their_uri(resources):
    entry, _ = resources.listed({})["resources"]
    assert entry["uri"] == "memcli://session/team%2F1%20a"
    assert entry["description"] == "2 turns, the last on 2030-01-02"
    text = text_of(resources, entry["uri"])
    assert text.startswith("2030-01-01\nIda: The key is under the pot.\n\n2030-01-02\nBo: ")
    assert "hunter2" not in text


def test_what_is_shared_is_read_from_any_project(resources):
    _, entry = resources.listed({})["resources"]
    assert text_of(resources, entry["uri"]) == "2029-12-31\nIda: For everybody.\n"


def test_a_memory_is_a_record(opened, resources):
    where = "text = 'The key is under the pot.' AND level = 0"
    id_ = opened.snapshot().read("memories", ["id"], where)["id"][0].as_py()
    record = json.loads(text_of(resources, f"memcli://memory/{id_}"))
    assert record["text"] == "The key is under the pot."
    assert record["happened_at"] == "2030-01-01T09:00:00Z"


def test_templates_say_how_uris_are_made(resources):
    templates = resources.templates({})["resourceTemplates"]
    assert [t["uriTemplate"] for t in templates] == [
        "memcli://memory/{id}",
        "memcli://session/{id}",
    ]


@pytest.mark.parametrize(
    "uri", ["memcli://session/s%2F2", "memcli://memory/zzzz", "memcli://x/y", "file:///etc", None]
)
def test_what_there_is_not_or_is_anothers_is_not_found(resources, uri):
    with pytest.raises(ProtocolError, match="not found"):
        resources.read({"uri": uri})
