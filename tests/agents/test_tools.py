from __future__ import annotations

from datetime import UTC, datetime

import pytest

from memcli.agents.protocol import ProtocolError
from memcli.agents.tools import LONGEST_HIT, LONGEST_TOLD, Toolbox, told_text
from memcli.search.resident import ResidentMemory
from store import Store
from tests.support.talked_stores import grow, line, talked

NOW = datetime(2031, 6, 2, tzinfo=UTC)
SECRET = "My password is hunter2-Xk9!qq."
TALK = (
    line("I live in Ghent.", "2030-01-01T09:00:00Z", "s/1"),
    line("The ferry to Texel sails at nine.", "2030-01-01T09:01:00Z", "s/1", name="Bo"),
    line(SECRET, "2030-01-01T09:02:00Z", "s/1"),
    line("The heron project uses tabs.", "2030-01-02T09:00:00Z", "s/2", "heron"),
    line("Everybody says good morning to Ida's parrot.", "2030-01-02T09:00:00Z", "s/3", "shared"),
    line("The parrot of another project is green.", "2030-01-02T09:00:00Z", "s/4", "other"),
)


@pytest.fixture
def opened(empty_store):
    return talked(empty_store, TALK)


@pytest.fixture
def memory(opened):
    return ResidentMemory(opened, present=NOW)


@pytest.fixture
def tools(memory):
    return Toolbox(memory)


def call(tools, tool, /, **arguments):
    result = tools.call({"name": tool, "arguments": arguments})
    assert not result["isError"], result
    return result["structuredContent"]


def failure(tools, tool, /, **arguments):
    result = tools.call({"name": tool, "arguments": arguments})
    assert result["isError"]
    return result["content"][0]["text"]


def accesses(store):
    return Store.open(store.layout.root).snapshot().count("accesses")


def test_search_gives_what_was_said_with_ids_and_counts_it(opened, memory, tools):
    hits = call(tools, "memory_search", query="when does the ferry sail?", limit=1)["hits"]
    assert hits[0]["text"] == "The ferry to Texel sails at nine."
    assert {"id", "score", "speaker", "session_id"} < hits[0].keys()
    memory.settle()
    said = [row["query"] for row in opened.snapshot().read("accesses", ["query"]).to_pylist()]
    assert said == ["when does the ferry sail?"]


def test_search_is_bounded_by_name_and_time(tools):
    assert all(
        hit["speaker"] == "Bo" for hit in call(tools, "memory_search", query="x", name="bo")["hits"]
    )
    later = call(tools, "memory_search", query="Ghent", since="2030-01-02")["hits"]
    assert "I live in Ghent." not in [hit["text"] for hit in later]
    assert "not a readable time" in failure(tools, "memory_search", query="x", since="soonish")


def test_no_secret_is_given_by_any_tool(tools):
    hit = call(tools, "memory_search", query="what is the password?", limit=1)["hits"][0]
    assert "hunter2" not in str(hit)
    assert f"[secret {hit['id'][:8]}]" in hit["text"]
    assert "hunter2" not in str(call(tools, "memory_get", ids=[hit["id"]], around=3))
    ferry = call(tools, "memory_search", query="when does the ferry sail?", limit=1)["hits"][0]
    assert [turn["text"][:12] for turn in ferry["around"]] == ["I live in Gh", "My password "]
    assert "hunter2" not in str(ferry)
    assert "hunter2" not in str(call(tools, "memory_context", task="what is the password?"))


def test_context_is_a_block_within_its_budget(tools):
    block = call(tools, "memory_context", task="when does the ferry to Texel sail?", max_tokens=200)
    assert "The ferry to Texel sails at nine." in block["text"]
    assert block["tokens"] <= 200
    result = tools.call({"name": "memory_context", "arguments": {"task": "when is the ferry?"}})
    assert result["content"][0]["text"] == result["structuredContent"]["text"]
    ask = {"task": "when does the ferry to Texel sail?", "session_id": "s/1"}
    assert "sails at nine" not in call(tools, "memory_context", **ask)["text"]


def test_get_gives_the_turns_around(tools):
    ferry = call(tools, "memory_search", query="ferry to Texel", limit=1)["hits"][0]["id"]
    alone = call(tools, "memory_get", ids=[ferry[:6]])["memories"]
    assert [memory["id"] for memory in alone] == [ferry]
    near = call(tools, "memory_get", ids=[ferry], around=1)["memories"]
    assert [memory["text"][:5] for memory in near] == ["I liv", "The f", "My pa"]
    assert "no memory 'zzzz'" in failure(tools, "memory_get", ids=["zzzz"])


def test_what_is_added_is_found_at_once_and_once(memory, tools):
    kept = call(tools, "memory_add", content="Deploys go out on Tuesdays.", tags=["ops"], name="Bo")
    assert call(tools, "memory_add", content="Deploys go out on Tuesdays.") == kept
    hit = call(tools, "memory_search", query="when do deploys go out?", limit=1)["hits"][0]
    assert hit["id"] == kept["id"]
    assert memory.snapshot.count("memories", f"id = '{kept['id']}'") == 1


def test_what_is_added_can_take_the_place_of_what_was(tools):
    old = call(tools, "memory_add", content="Deploys go out on Tuesdays.")["id"]
    call(tools, "memory_add", content="Deploys go out on Fridays.", replaces=[old])
    found = call(tools, "memory_search", query="when do deploys go out?")["hits"]
    assert old not in [hit["id"] for hit in found]


def test_a_secret_is_not_kept(memory, tools):
    before = memory.snapshot.count("memories")
    assert "was not kept" in failure(tools, "memory_add", content=SECRET)
    assert memory.snapshot.count("memories") == before


def test_forgetting_archives_and_the_user_can_restore(memory, tools):
    id_ = call(tools, "memory_search", query="ferry to Texel", limit=1)["hits"][0]["id"]
    gone = call(tools, "memory_forget", ids=[id_])["forgotten"]
    assert id_ in [record["id"] for record in gone]
    assert memory.snapshot.count("archive", f"id = '{id_}'") == 1
    assert id_ not in [h["id"] for h in call(tools, "memory_search", query="ferry")["hits"]]


def test_forgetting_with_a_summary_puts_a_line_in_their_place(memory, tools):
    ids = [h["id"] for h in call(tools, "memory_search", query="ferry to Texel", limit=1)["hits"]]
    line = "The trip to the island is settled."
    gone = call(tools, "memory_forget", ids=ids, summary=line)["forgotten"]
    assert ids[0] in [record["id"] for record in gone]
    found = [h["text"] for h in call(tools, "memory_search", query="trip to the island")["hits"]]
    assert line in found
    assert memory.snapshot.count("archive") == 0


def test_a_search_is_bounded_by_a_person_and_a_place(tools):
    every = call(tools, "memory_search", query="what is known?", namespace="default")["hits"]
    ghent = call(tools, "memory_search", query="what is known?", place="Ghent")["hits"]
    assert 0 < len(ghent) < len(every)
    assert all("Ghent" in hit["text"] for hit in ghent)
    assert call(tools, "memory_search", query="what is known?", **{"with": "Nobody"})["hits"] == []


def test_profile_tells_what_is_known(tools):
    told = call(tools, "memory_profile", name="Ida", namespace="default")["profile"]
    assert "Ida lives in Ghent" in told[0]["text"]
    assert "hunter2" not in str(told)


def test_a_bound_server_sees_its_namespace_and_the_shared_one(opened):
    tools = Toolbox(ResidentMemory(opened, "heron", NOW))
    found = {hit["text"] for hit in call(tools, "memory_search", query="parrot or tabs")["hits"]}
    assert "Everybody says good morning to Ida's parrot." in found
    assert "The heron project uses tabs." in found
    assert not any("another project" in text for text in found)
    assert "is not this project's" in failure(tools, "memory_search", query="x", namespace="other")
    parrot = call(tools, "memory_search", query="who greets the parrot?", limit=1)["hits"][0]
    assert call(tools, "memory_get", ids=[parrot["id"]])["memories"][0]["text"] == parrot["text"]
    other = opened.snapshot().read("memories", ["id"], "namespace = 'other' AND level = 0")
    assert "no memory" in failure(tools, "memory_get", ids=[other["id"][0].as_py()])
    kept = call(tools, "memory_add", content="All like tea.", namespace="shared")["id"]
    row = opened.snapshot().read("memories", ["namespace"], f"id = '{kept}'").to_pylist()[0]
    assert row["namespace"] == "shared"


def test_a_server_that_reads_has_no_tool_that_writes_and_counts_nothing(opened, memory):
    tools = Toolbox(memory, read_only=True)
    with pytest.raises(ProtocolError, match="Unknown tool: memory_add"):
        tools.call({"name": "memory_add", "arguments": {"content": "x"}})
    call(tools, "memory_search", query="ferry")
    memory.settle()
    assert accesses(opened) == 0


def test_of_a_long_turn_a_search_gives_the_part_that_was_asked_for(opened, tools):
    filler = "Nobody knew what the weather would be on the other side of the hill. " * 40
    text = f"{filler}The marten sleeps in the attic. {filler}"
    grow(opened, [line(text, "2030-03-01T00:00:00Z", "s/9")])
    hits = call(tools, "memory_search", query="where does the marten sleep?", limit=3)["hits"]
    assert all(len(hit["text"]) <= LONGEST_HIT for hit in hits)
    assert any("The marten sleeps in the attic." in hit["text"] for hit in hits)


@pytest.mark.parametrize("params", [{}, {"name": 1}, {"name": "memory_purge"}])
def test_a_tool_that_there_is_not_is_an_error_of_the_protocol(tools, params):
    with pytest.raises(ProtocolError):
        tools.call(params)
    with pytest.raises(ProtocolError):
        tools.call({"name": "memory_get", "arguments": []} | {"arguments": [1]})


def test_of_a_very_long_memory_an_agent_gets_the_beginning():
    text = "words " * LONGEST_TOLD
    told = told_text(text, "abcd")
    assert len(told) < LONGEST_TOLD + 200
    assert told.endswith("100,000 more characters; memory_search gives the part asked for]")
    assert told_text("short", "abcd") == "short"


def test_no_secret_is_cut_in_two():
    key = "AKIA" + "Q7XW3ZJN5BTRM2PD"
    text = "x" * (LONGEST_TOLD - 11) + f" {key} and more"
    assert key[:8] not in told_text(text, "abcd")


def test_a_secret_that_is_cut_behind_a_long_one_is_not_told_by_half():
    block = f"-----BEGIN PRIVATE KEY-----\n{'Ab3d' * 1_000}\n-----END PRIVATE KEY-----\n"
    looked_at = LONGEST_TOLD + 1_000
    text = (
        block + "word " * ((looked_at - len(block)) // 5 - 2) + "sk-proj-Ab3dEf6hIj9kAb3dEf6hIj9k"
    )
    assert text.index("sk-proj") < looked_at < len(text)
    assert "sk-proj" not in told_text(text, "abcd")
