"""Reading sessions with a language model, what it is shown and what its rulings do."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from memcli.extraction.llm.prompt import SYSTEM
from memcli.extraction.llm.reader import ModelReader
from memcli.extraction.step import ExtractStep
from memcli.models.encoder import Encoder
from memcli.models.llm.base import Reply
from memcli.models.llm.cache import Budget, CachedModel, MeteredModel
from memcli.models.llm.text import estimated_tokens
from store import Store
from store.check import check

START = datetime(2031, 5, 5, 12, tzinfo=UTC)
NOW = datetime(2031, 9, 1, tzinfo=UTC)


class FakeModel:
    """Answers with what a function makes of the turns and memories that it is shown."""

    name = "fake"

    def __init__(self, answer):
        self.answer = answer
        self.asked = []

    def complete(self, system, user, schema):
        shown = [json.loads(line) for line in user.split("\n") if line.startswith("{")]
        turns = {line["text"]: line["turn"] for line in shown if "turn" in line}
        memories = {line["text"]: line["memory"] for line in shown if "memory" in line}
        self.asked.append((list(turns), list(memories)))
        answer = self.answer(turns, memories)
        text = answer if isinstance(answer, str) else json.dumps({"memories": answer})
        return Reply(text, 300, 5)


@pytest.fixture
def ingest(run, empty_store):
    """Return what puts turns (session, who, text, days after the start) into a store."""

    def call(*turns):
        records = [
            {
                "kind": "message",
                "v": 1,
                "session_id": session,
                "name": name,
                "content": text,
                "timestamp": (START + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ"),
            }
            for session, name, text, days in turns
        ]
        lines = "".join(json.dumps(record) + "\n" for record in records)
        run("ingest", "-", "--store", empty_store, stdin=lines)

    return call


@pytest.fixture
def extract(empty_store, tmp_path):
    """Return what runs one extraction with a model, or without, and looks at the whole store."""
    notes: list[str] = []

    def call(answer=None, max_tokens=None):
        store = Store.open(empty_store)
        encoder = Encoder.of_stamp(store.head().encoder)
        extraction = ExtractStep(store, encoder, NOW)
        budget, model = Budget(max_tokens), FakeModel(answer)
        cached = CachedModel(MeteredModel(model, budget), tmp_path / "cache")
        reader = ModelReader(
            cached, budget, extraction.snapshot, encoder, extraction.built_in, notes.append
        )
        extraction.run(extraction.pending(None, None), model=reader if answer else None)
        extraction.commit({})
        assert not list(check(store))
        return model

    call.notes = notes
    return call


def rows(store, where="level = 1"):
    found = Store.open(store).snapshot().read("memories", None, where).to_pylist()
    return {row["text"]: row for row in found}


def links(store):
    snapshot = Store.open(store).snapshot()
    found = snapshot.read("links", ["source_id", "target_id", "relation", "reason"])
    return [tuple(row.values()) for row in found.to_pylist() if row["relation"] != "next"]


def add(text, *sources, op="add", **fields):
    return {"op": op, "text": text, "sources": list(sources), **fields}


HOME = "Wilma lives in Lund."
OLDER = "Wilma lives in Ystad."


def test_a_session_that_grew_is_asked_about_its_new_turns_only(ingest, extract, empty_store):
    ingest(
        ("s", "Wilma", "I live in Lund.", 0),
        ("s", "Henk", "My cat Nils is 3.", 0.01),
        ("s", "Wilma", "Cats are nice.", 0.02),
        ("s", "Henk", "Mine is.", 0.03),
    )
    extract(lambda turns, memories: [add(HOME, "t1"), add("Henk's cat Nils is 3.", "t2")])
    before = rows(empty_store)
    ingest(*(("s", "Henk", f"Day {i} at the mill, by the river.", i) for i in range(20, 26)))
    model = extract(lambda turns, memories: [add("Henk was at the mill.", turns[max(turns)])])
    assert all("I live in Lund." not in turns for turns, _ in model.asked)
    assert HOME in model.asked[0][1]
    after = rows(empty_store)
    assert {text: row["id"] for text, row in before.items()}.items() <= {
        text: row["id"] for text, row in after.items()
    }.items()
    summary = [row for row in rows(empty_store, "level = 3 AND superseded_by IS NULL").values()]
    assert len(summary) == 1
    assert HOME in summary[0]["text"]


def test_an_update_that_is_refused_changes_nothing(ingest, extract, empty_store):
    ingest(("one", "Wilma", "I live in Lund.", 0), ("two", "Wilma", "I live in Ystad.", 5))

    def answer(turns, memories):
        if "I live in Lund." in turns:
            return [add(HOME, "t1", valid_from="2031-05-05")]
        fields = {"target": memories[HOME], "valid_from": "2031-01-01", "reason": "guessed"}
        return [add(OLDER, "t1", op="update", **fields)]

    extract(answer)
    first = rows(empty_store)
    assert first[HOME]["superseded_by"] is None
    assert OLDER not in first


def test_a_correction_by_a_model_is_not_undone_by_later_claims(ingest, extract, empty_store):
    ingest(
        ("one", "Wilma", "I live in Lund.", 0),
        ("two", "Wilma", "Sorry, since May I live in Ystad.", 5),
    )

    def answer(turns, memories):
        if "I live in Lund." in turns:
            return [add(HOME, "t1", valid_from="2031-05-05")]
        fields = {"target": memories[HOME], "valid_from": "2031-05-01", "reason": "a slip"}
        return [add(OLDER, "t1", op="update", **fields)]

    extract(answer)
    first = rows(empty_store)
    old, new = first[HOME], first[OLDER]
    assert (old["superseded_by"], new["superseded_by"]) == (new["id"], None)
    assert old["valid_to"] == old["valid_from"]  # it was never true
    assert json.loads(old["metadata"])["ruling"]["reason"] == "a slip"
    assert (new["id"], old["id"], "supersedes", "a slip") in links(empty_store)
    assert len([link for link in links(empty_store) if link[2] == "supersedes"]) == 1
    # The built-in rules end the one that holds when a later claim comes in, and only that.
    ingest(("three", "Wilma", "I live in Malmö.", 40))
    extract()
    later = rows(empty_store)
    malmo = later["I live in Malmö."]
    assert later[HOME] == old
    assert later[OLDER]["superseded_by"] == malmo["id"]
    assert malmo["superseded_by"] is None


def test_what_ended_is_not_shown_again_and_noop_leaves_its_reason(ingest, extract, empty_store):
    ingest(
        ("one", "Wilma", "I live in Lund and I own a boat.", 0),
        ("two", "Wilma", "The boat is sold, but Lund is my home.", 5),
        ("three", "Wilma", "A quiet day at home in Lund, without a boat.", 9),
    )

    def answer(turns, memories):
        if "two" not in order:
            order.append("two")
            return [add(HOME, "t1"), add("Wilma owns a boat.", "t1")]
        if "three" not in order:
            order.append("three")
            boat, home = memories["Wilma owns a boat."], memories[HOME]
            return [
                {"op": "delete", "sources": ["t1"], "target": boat, "reason": "sold"},
                {"op": "noop", "sources": ["t1"], "target": home, "reason": "known"},
                add(HOME, "t1", op="update", target=home, reason="the same words"),
            ]
        return []

    order: list[str] = []
    model = extract(answer)
    assert [memories for _, memories in model.asked][2] == [HOME]
    after = rows(empty_store)
    turn = rows(empty_store, "level = 0")["The boat is sold, but Lund is my home."]["id"]
    boat = after["Wilma owns a boat."]
    assert (boat["superseded_by"], boat["valid_to"]) == (turn, START + timedelta(days=5))
    assert len(after) == 2
    assert (turn, boat["id"], "contradicts", "sold") in links(empty_store)
    assert [link[2] for link in links(empty_store) if link[0] == turn].count("supports") == 1
    # What was ruled to be over is not shown to a later run either.
    ingest(("four", "Wilma", "I would like to own a boat again.", 20))
    assert extract(lambda turns, memories: []).asked[0][1] == [HOME]


def test_a_spent_budget_is_said_once_and_the_rest_is_read_without(ingest, extract, empty_store):
    ingest(*((f"s{i}", "Wilma", f"I bought {i} old books in Lund.", i) for i in range(2, 6)))
    model = extract(lambda turns, memories: [], max_tokens=estimated_tokens(SYSTEM) + 500)
    assert len(model.asked) == 2
    assert len(extract.notes) == 1
    assert len(rows(empty_store)) == 2


def test_what_an_assistant_alone_says_ends_nothing(ingest, extract, empty_store):
    ingest(("s", "Wilma", "I live in Lund.", 0))
    extract(lambda turns, memories: [add(HOME, "t1")])
    claim = "Wilma, you live in Ystad, as you told me."
    ingest(("t", "Wilma", "Hello again.", 9), ("t", "assistant", claim, 9.01))
    extract(lambda turns, memories: [add(OLDER, turns[claim], op="update", target=memories[HOME])])
    found = rows(empty_store)
    assert (found[HOME]["superseded_by"], found[HOME]["valid_to"]) == (None, None)
    assert (found[OLDER]["attribute"], found[OLDER]["type"] == "core") == (None, False)


def test_names_of_other_sessions_and_of_the_turn_before_are_known(ingest, extract, empty_store):
    sister = add("Wilma's sister is Nora.", "t1", subject="Wilma", attribute="sister", value="Nora")
    ingest(("s", "Wilma", "My sister is called Nora.", 0))
    extract(lambda turns, memories: [sister])
    moved, bakes = "Nora moved to Lund.", "Otto bakes bread."
    ingest(
        ("t", "Wilma", "My sister moved to Lund.", 9),
        ("t", "Wilma", "Otto was here.", 9.01),
        ("t", "Wilma", "He bakes bread.", 9.02),
    )
    extract(lambda turns, memories: [add(moved, "t1"), add(bakes, "t3"), add("Ugo bakes.", "t3")])
    found = rows(empty_store)
    assert len(found[bakes]["source_ids"]) == 2
    assert moved in found
    assert "Ugo bakes." not in found
