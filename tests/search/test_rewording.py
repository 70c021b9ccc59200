"""A question that is asked with the other names of a thing too."""

from __future__ import annotations

import json
import shutil

import pytest

from memcli.memory.filters import Filters
from memcli.memory.glossary import Glossary
from memcli.models.encoder import Encoder
from memcli.search.retriever import Retriever
from memcli.search.rewording import with_rewordings
from store import Store

TURNS = (
    ("Otto", "The staging cluster was down on Monday."),
    ("Nele", "It rained all day and the bus was late again."),
    ("Otto", "We fed the zoo with new nodes."),
    ("Nele", "I like strong coffee."),
)
TERMS = Glossary("default", (("staging cluster", "the zoo"),))


@pytest.fixture(scope="module")
def retriever(run, empty_once, tmp_path_factory):
    store = shutil.copytree(empty_once, tmp_path_factory.mktemp("reworded") / "store")
    messages = [
        {"kind": "message", "v": 1, "name": name, "content": text, "session_id": f"s{i}"}
        for i, (name, text) in enumerate(TURNS)
    ]
    run("ingest", "--store", store, stdin="".join(json.dumps(each) + "\n" for each in messages))
    snapshot = Store.open(store).snapshot()
    encoder = Encoder.of_stamp(snapshot.encoder)
    return Retriever(snapshot, lambda: encoder)


def both(retriever, question, glossaries):
    asked = []

    def ask(wording, namespace):
        asked.append((wording, namespace))
        return retriever.ranked(wording, Filters(namespace=namespace))

    first = retriever.ranked(question, Filters())
    return first, with_rewordings(first, glossaries, ask, retriever.signals), asked


def text_of(found, place):
    return found.rows["text"].to_pylist()[found.ranking.order[place]]


def test_what_has_the_other_name_rises_and_nothing_falls_below_its_own_score(retriever):
    first, found, asked = both(retriever, "when was the zoo down?", [TERMS])
    assert asked == [("when was the staging cluster down?", "default")]
    assert text_of(found, 0) == TURNS[0][1]
    assert found.ranking.shares["glossary"].max() > 0
    assert (found.ranking.scores[: first.rows.num_rows] >= first.ranking.scores).all()
    assert sorted(found.rows["id"].to_pylist()) == sorted(set(found.rows["id"].to_pylist()))


def test_a_question_without_such_a_name_is_asked_once(retriever):
    first, found, asked = both(retriever, "who likes coffee?", [TERMS])
    assert found is first
    assert asked == []


def test_a_name_that_many_turns_have_needs_no_other(retriever, monkeypatch):
    monkeypatch.setattr("memcli.search.rewording.MAX_MENTIONS", 0)
    first, found, asked = both(retriever, "when was the zoo down?", [TERMS])
    assert found is first
    assert asked == []
