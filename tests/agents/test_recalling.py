from __future__ import annotations

import pytest

from memcli.agents import recalling
from memcli.context.requests import Request
from memcli.records import Query
from memcli.search.resident import ResidentMemory
from store.errors import BadUsage
from tests.support.talked_stores import line, talked

TALK = (
    line("The ferry to Texel sails at nine.", "2030-01-01T09:00:00Z", "s/1", "heron"),
    line("Bring the long oars.", "2030-01-01T09:01:00Z", "s/1", "heron"),
    line("Everybody says good morning to Ida's parrot.", "2030-01-02T09:00:00Z", "s/2", "shared"),
    line("The ferry of another project is late.", "2030-01-02T09:00:00Z", "s/3", "other"),
)


@pytest.fixture
def memory(empty_store):
    return ResidentMemory(talked(empty_store, TALK), namespace="heron")


def texts(hits):
    return {hit.text for hit in hits}


def test_one_namespace_and_the_shared_one_are_found(memory):
    found = texts(recalling.find(memory, Query(v=1, query="ferry parrot"), "heron", 5))
    assert found == {TALK[n]["content"] for n in (0, 1, 2)}
    everywhere = texts(recalling.find(memory, Query(v=1, query="ferry"), None, 5))
    assert TALK[3]["content"] in everywhere


def test_turns_around_are_given_once_and_in_their_order(memory):
    hits = recalling.find(memory, Query(v=1, query="ferry to Texel"), "heron", 2)
    ids = [hit.id for hit in hits]
    told = recalling.selected(memory, [*ids, *ids])
    assert sorted(record["id"] for record in told) == sorted(ids)
    assert [record["text"] for record in told] == [
        turn["content"] for turn in TALK if turn["content"] in texts(hits)
    ]
    near = [record["text"] for record in recalling.selected(memory, ids[:1], around=1)]
    assert near == [TALK[0]["content"], TALK[1]["content"]]


def test_the_block_is_within_its_budget(memory):
    request = Request("when does the ferry sail?", 120, "heron", asked_at=memory.now)
    block = recalling.context_block(memory, request)
    assert "sails at nine" in block.text
    assert block.tokens <= 120


def test_where_many_talk_one_is_to_be_named(memory, monkeypatch):
    from memcli.context.profiles import reading

    monkeypatch.setattr(reading, "people_to_show", lambda directory, name: ([], True))
    with pytest.raises(BadUsage, match="several people"):
        recalling.told_of(memory, None, "heron")


def test_what_is_recalled_is_counted(memory):
    recalling.touch(memory, [], "nothing")
    assert memory.snapshot.count("accesses") == 0
    hit = recalling.find(memory, Query(v=1, query="oars"), "heron", 1)[0]
    recalling.touch(memory, [(hit.id, 1)], "oars")
    assert memory.store.snapshot().count("accesses") == 1
