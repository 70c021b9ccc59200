from __future__ import annotations

import warnings
from datetime import datetime

import pytest

import memcli
from memcli.agents.memory_store import Kept

SAID = [
    {"name": "Ida", "content": "I live in Ghent.", "timestamp": "2030-01-01T09:00:00Z"},
    {
        "name": "Bo",
        "content": "The ferry to Texel sails at nine.",
        "timestamp": "2030-01-01T09:01:00Z",
    },
]


@pytest.fixture
def memory(empty_store):
    with memcli.open(empty_store) as opened:
        opened.ingest(SAID)
        yield opened


def accesses(memory):
    return memory.sql("SELECT count(*) AS n FROM accesses")[0]["n"]


def test_what_is_kept_is_found_with_who_said_it(memory):
    hit = memory.search("when does the ferry sail?", k=1)[0]
    assert (hit.text, hit.speaker, hit.rank) == (SAID[1]["content"], "Bo", 1)
    assert accesses(memory) == 1
    assert memory.search("ferry", touch=False, name="Ida")[0].speaker == "Ida"
    assert memory.search("ferry", touch=False, until="2029-01-01") == []
    assert memory.search("who won the cup in Paris?", touch=False, min_score="auto") == []
    assert accesses(memory) == 1


def test_messages_and_files_are_kept_once(memory, tmp_path):
    path = tmp_path / "chat.txt"
    path.write_text("Ana: the tin is blue\nBen: and the gate green\n")
    with pytest.warns(UserWarning, match="2 turns have no time"):
        kept = memory.ingest(path, SAID[0] | {"content": "I moved to Leuven."})
    assert kept == Kept(3, 3, kept.commit)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert memory.ingest(SAID, path) == Kept(4, 0)


def test_a_bad_message_leaves_nothing_of_the_call(memory):
    with pytest.raises(memcli.MemcliError, match="no `content`"):
        memory.ingest([{"content": "Good."}, {"stuff": 1}])
    assert memory.sql("SELECT count(*) AS n FROM turns") == [{"n": 2}]


def test_a_naive_time_is_local(empty_store, monkeypatch):
    import time

    monkeypatch.setenv("TZ", "Europe/Brussels")
    time.tzset()
    try:
        memory = memcli.open(empty_store)
        memory.ingest({"name": "Al", "content": "Noon.", "timestamp": datetime(2030, 1, 1, 12)})
        memory.add("Also noon.", timestamp=datetime(2030, 1, 1, 12))
        times = memory.sql("SELECT happened_at::VARCHAR AS at FROM turns")
    finally:
        monkeypatch.delenv("TZ")
        time.tzset()
    assert {row["at"][:13] for row in times} == {"2030-01-01 11"}


def test_a_note_replaces_another_and_is_forgotten(memory):
    old = memory.add("Deploys go out on Tuesdays.", tags=["ops"])
    new = memory.add("Deploys go out on Fridays.", replaces=[old])
    assert [hit.id for hit in memory.search("when do deploys go out?", k=1)] == [new]
    assert memory.get(new[:8])[0]["text"] == "Deploys go out on Fridays."
    assert memory.forget(new) == [new]
    assert "Fridays" not in memory.context("when do deploys go out?")


def test_a_secret_is_kept_with_a_warning_and_told_to_no_prompt(memory):
    with pytest.warns(UserWarning, match="looks like a password"):
        memory.add("My password is hunter2-Xk9!qq.")
    assert "hunter2" not in memory.context("what is the password?")


def test_secrets_are_redacted_where_that_is_asked_for(memory):
    id_ = memory.add("my pin is 4471", redact=True)
    assert memory.get(id_)[0]["text"] == "my pin is [secret:pin]"
    with pytest.warns(UserWarning, match="1 secret redacted"):
        memory.ingest(
            {"content": "my pin is 9912", "name": "Ida", "timestamp": "2026-01-01T00:00:00Z"},
            redact=True,
        )
    assert "9912" not in str(memory.sql("select text from memories"))


def test_facts_are_told_of_a_person(memory):
    assert memory.extract()["turns"] == 2
    assert [record["value"] for record in memory.profile("Ida")] == ["Ghent"]
    assert "Ghent" in memory.context("where does Ida live?", max_tokens=300)
    assert memory.context("  ") == ""


def test_a_store_is_made_only_if_asked_for_and_read_only_writes_nothing(empty_store, tmp_path):
    with pytest.raises(memcli.MemcliError, match="no store at"):
        memcli.open(tmp_path / "none")
    memcli.open(tmp_path / "new", create=True).add("Kept.")
    reader = memcli.open(tmp_path / "new", read_only=True)
    assert [hit.text for hit in reader.search("Kept.")] == ["Kept."]
    assert accesses(reader) == 0
    with pytest.raises(memcli.MemcliError, match="to read only"):
        reader.add("More.")


def test_a_namespace_bounds_what_is_read_and_written(empty_store):
    heron = memcli.open(empty_store, namespace="heron")
    other = memcli.open(empty_store, namespace="other")
    heron.add("The gate of the heron project is green.")
    assert heron.search("which gate is green?")
    assert other.search("which gate is green?") == []
