from __future__ import annotations

import pytest

from memcli.agents import keeping
from memcli.ingestion.notes import NoteFields
from memcli.search.resident import ResidentMemory
from store.errors import BadUsage
from tests.support.talked_stores import line, talked

OLD = line("Deploys go out on Tuesdays.", "2030-01-01T09:00:00Z", "s/1")


@pytest.fixture
def memory(empty_store):
    return ResidentMemory(talked(empty_store, [OLD]))


def keep(memory, text, replaces=()):
    row = keeping.new_note(text, NoteFields(memory.now), memory)
    keeping.keep_note(memory, row, replaces, "somebody")
    return row["id"]


def test_a_note_takes_the_place_of_what_it_replaces(memory):
    old = memory.snapshot.read("memories", ["id"], "level = 0")["id"].to_pylist()
    new = keep(memory, "Deploys go out on Fridays.", old)
    ended = memory.snapshot.read("memories", ["superseded_by"], f"id = '{old[0]}'")
    assert ended["superseded_by"].to_pylist() == [new]
    assert memory.snapshot.commit.arguments["by"] == "somebody"


def test_a_note_of_recalled_words_alone_is_refused(memory):
    block = '<memcli-context v="1">\n- Deploys go out on Tuesdays.\n</memcli-context>'
    with pytest.raises(BadUsage, match="nothing to keep"):
        keep(memory, block)


def test_what_is_archived_is_gone_from_the_memories(memory):
    id_ = keep(memory, "The parrot is green.")
    assert [record["id"] for record in keeping.archive(memory, [id_[:8]], "somebody")] == [id_]
    assert memory.snapshot.count("memories", f"id = '{id_}'") == 0
    assert memory.snapshot.count("archive", f"id = '{id_}'") == 1
