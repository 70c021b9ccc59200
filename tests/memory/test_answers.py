import json

import pytest

from memcli.memory.answers import open_answers, open_rows
from store import Store

SAID = (
    ("Ada", "what's the gate code?"),
    ("Ida", "4471#"),
    ("Ada", "Thanks! And how many steps today?"),
    ("Ida", "4471"),
)


@pytest.fixture
def snapshot(run, empty_store):
    lines = (
        json.dumps({"content": text, "name": name, "session_id": "s", "namespace": "n"})
        for name, text in SAID
    )
    run("ingest", "--store", empty_store, stdin="\n".join(lines))
    return Store.open(empty_store).snapshot()


def rows_of(snapshot):
    return sorted(snapshot.rows(["id", "level", "text", "seq"]), key=lambda row: row["seq"])


def test_an_answer_is_judged_with_the_turn_before_it_in_the_store(snapshot):
    rows = rows_of(snapshot)
    opened = open_answers(snapshot, ((row["id"], row["text"]) for row in rows))
    assert opened == {rows[1]["id"]: f"[secret {rows[1]['id'][:8]}]"}
    texts = [row["text"] for row in open_rows(snapshot, rows)]
    assert texts == [SAID[0][1], opened[rows[1]["id"]], SAID[2][1], "4471"]


def test_what_cannot_be_an_answer_is_not_looked_up(snapshot, monkeypatch):
    monkeypatch.setattr(type(snapshot), "rows_of", None)
    assert open_answers(snapshot, [("a", "I like plums and I play the cello")]) == {}
    assert open_answers(snapshot, []) == {}
