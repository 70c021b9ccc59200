"""memcli/consolidation/summaries/concepts.py"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from memcli.consolidation.summaries.concepts import ConceptStep, is_lesson
from memcli.models.encoder import Encoder
from store import Store
from tests.support.talked_stores import NOW, grow, line, links

LESSONS = (
    "I usually check the tomatoes for mildew and water the roots.",
    "My neighbour Ugo always waters tomatoes at the roots because of mildew.",
    "I learned that mildew on tomatoes comes from water on the leaves.",
    "My neighbour Orsolya always waters tomatoes at the roots against mildew.",
)


def abstract(store, now=NOW):
    work = ConceptStep(store, Encoder.of_stamp(store.head().encoder), now)
    work.run(None)
    return work, work.commit({})


def concepts(store):
    found = store.snapshot().read("memories", None, "level = 4").to_pylist()
    return sorted(found, key=lambda row: (row["happened_at"], row["id"]))


def said(texts, first_day=3):
    return [
        line(text, f"2031-05-{day:02}T10:00:00Z", f"s{day}")
        for day, text in enumerate(texts, first_day)
    ]


@pytest.fixture
def store(empty_store):
    opened = Store.open(empty_store)
    grow(opened, said([*LESSONS[:3], "Thank you so much, that is great!", "I sold my red boat."]))
    return opened


def test_what_was_said_again_in_other_words_becomes_a_concept(store):
    work, commit = abstract(store)
    assert commit.command == "abstract"
    assert work.counts() == {"concepts": 1, "lessons": 0, "superseded": 0}
    (concept,) = concepts(store)
    assert (concept["type"], concept["tags"][0]) == ("procedural", "concept")
    parts = store.snapshot().read_ids("memories", concept["source_ids"]).to_pylist()
    assert len(parts) == 3
    assert any(concept["text"].endswith(part["text"]) for part in parts)
    assert "Said 3 times in 3 conversations" in concept["context"]
    assert "3 May 2031 to 5 May 2031" in concept["context"]
    pairs = {(concept["id"], part) for part in concept["source_ids"]}
    assert pairs <= links(store, "summarizes")
    assert {(part, id_) for id_, part in pairs} <= links(store, "part_of")


def test_nothing_new_makes_no_commit_and_another_time_the_same_rows(store):
    abstract(store)
    made = concepts(store)
    assert abstract(store)[1] is None
    store.undo()
    abstract(store, datetime(2032, 1, 1, tzinfo=UTC))
    again = concepts(store)
    assert [row.pop("recorded_at") for row in made] != [row.pop("recorded_at") for row in again]
    assert made == again


def test_a_concept_that_was_said_again_is_redone(store):
    abstract(store)
    (old,) = concepts(store)
    grow(store, said(LESSONS[3:], 12))
    work, _ = abstract(store)
    assert work.counts() == {"concepts": 1, "lessons": 0, "superseded": 1}
    rows = {row["id"]: row for row in concepts(store)}
    new = rows[old["id"]]["superseded_by"]
    assert len(rows[new]["source_ids"]) == 4
    assert rows[new]["superseded_by"] is None
    assert (new, old["id"]) in links(store, "supersedes")
    assert "link" not in store.head().watermarks


def test_what_was_said_twice_or_in_one_conversation_only_is_none(empty_store):
    opened = Store.open(empty_store)
    grow(opened, said(LESSONS[:2]))
    once = [line(text, "2031-05-20T10:00:00Z", "east", "east") for text in LESSONS]
    grow(opened, once)
    assert abstract(opened)[0].counts()["concepts"] == 0
    assert concepts(opened) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Staying calm always helps with nervous horses.", True),
        ("It is important to oil the chain after rain.", False),
        ("Oil on the chain is important after rain.", True),
        ("Wilma will make sure to oil the chain.", False),
        ("Wilma was always in the barn at night.", False),
        ("Should we always oil the chain at night?", False),
        ("Thanks, helps!", False),
        ("The boat has a red sail and a green hull.", False),
        ("The chain should be oiled on Friday (2 May 2031).", False),
    ],
)
def test_lessons_are_told_from_plans_reports_and_questions(text, expected):
    row = {"confidence": 0.8, "type": "semantic"}
    assert is_lesson({**row, "text": text, "n_words": len(text.split())}) is expected


def test_an_empty_store_has_nothing_to_abstract(empty_store):
    work, commit = abstract(Store.open(empty_store))
    assert commit is None
    assert work.counts() == {"concepts": 0, "lessons": 0, "superseded": 0}
