"""A second hop: what a first hit names is asked for."""

from __future__ import annotations

import json
import shutil

import pytest

from memcli.language.descriptions import find_descriptions
from memcli.memory.filters import Filters
from memcli.models.encoder import Encoder
from memcli.search.hops import _is_said, _names_of, find_bridges, named, second_hop
from memcli.search.retriever import Retriever
from store import Store

TURNS = (
    ("Otto", "The plumber who did my bathroom is called Severin Holt."),
    ("Nele", "It rained all day and the bus was late again."),
    ("Nele", "Severin Holt keeps two llamas behind his workshop."),
    ("Otto", "I like strong coffee and long walks by the sea."),
    ("Nele", "We should paint the hallway before the guests come."),
    ("Otto", "The tram broke down twice on Monday."),
    ("Nele", "My bathroom scales are wrong by two kilos."),
    ("Otto", "Somebody at work keeps a snake in a box."),
)
DESCRIBED = "Which animals does the plumber of Otto's bathroom own?"


NAMESAKES = (
    ("Petra", "My dentist is Dr Kettlewell."),
    ("Lorcan", "My landlord is Mr. Kettlewell."),
    ("Ottokar", "Mr Kettlewell has moved his shop to Odense."),
    ("Ottokar", "Dr Kettlewell has moved the practice to Perugia."),
    ("Petra", "The lift is out of order again."),
)


@pytest.fixture(scope="module")
def told(run, empty_once, tmp_path_factory):
    """What searches a store that is told some turns, each in a session of its own."""

    def of(turns):
        store = shutil.copytree(empty_once, tmp_path_factory.mktemp("hops") / "store")
        messages = [
            {"kind": "message", "v": 1, "name": name, "content": text, "session_id": f"s{i}"}
            | {"timestamp": f"2025-03-0{i + 1}T10:00:00Z", "id": f"m{i}"}
            for i, (name, text) in enumerate(turns)
        ]
        lines = "".join(json.dumps(each) + "\n" for each in messages)
        run("ingest", "--store", store, stdin=lines)
        snapshot = Store.open(store).snapshot()
        encoder = Encoder.of_stamp(snapshot.encoder)
        return Retriever(snapshot, lambda: encoder)

    return of


@pytest.fixture(scope="module")
def retriever(told):
    return told(TURNS)


def test_the_name_that_a_hit_gives_is_asked_for(retriever):
    hits = retriever.search(DESCRIBED, 3, Filters())
    assert [hit.ref for hit in hits[:2]] == ["m0", "m2"]
    assert retriever.hops == ("Severin Holt",)
    assert hits[1].why["second_hop"] > 0
    assert abs(sum(hits[1].why.values()) - hits[1].score) < 1e-4
    assert hits[1].score < hits[0].score


def test_a_bridge_leaves_open_what_its_hit_does_not_say(retriever):
    (bridge,) = find_bridges(retriever.ranked(DESCRIBED, Filters()), retriever.signals)
    assert bridge.name == "Severin Holt"
    assert "own" not in bridge.left  # a function word
    assert "animals" in bridge.left
    assert "plumber" not in bridge.left


@pytest.mark.parametrize(
    "question",
    [
        "What is the name of the plumber who did Otto's bathroom?",
        "What does Severin Holt keep behind the workshop?",
        "Who likes strong coffee?",
        "Which llamas?",
    ],
)
def test_nothing_is_asked_again_where_nothing_is_bridged(retriever, question):
    first = retriever.ranked(question, Filters())
    assert second_hop(first, retriever.signals, pytest.fail) is first


def test_the_filters_bound_a_second_hop_too(retriever):
    hits = retriever.search(DESCRIBED, 8, Filters(name="Otto"))
    assert "m2" not in [hit.ref for hit in hits]


@pytest.mark.parametrize(
    ("sentence", "names"),
    [
        ("Severin is my plumber.", ["Severin"]),
        ("Severin, our plumber, was late.", ["Severin"]),
        ("My plumber is Severin Holt.", ["Severin Holt"]),
        ("A new plumber came today; Severin was on time.", ["Severin"]),
        ("Wow, that was late.", []),
        ("nothing here", []),
    ],
)
def test_names_are_found_where_they_open_a_sentence_too(sentence, names):
    assert named(sentence) == names


def test_a_name_in_the_next_sentence_is_meant_where_a_pronoun_takes_it_up(retriever):
    described = find_descriptions("What does Otto's plumber own?")
    said = "I found a plumber. His name is Holger Beck. Later I met Ida Blum."
    found = list(_names_of(retriever.signals, said, described, {"otto"}))
    assert found == ["Holger Beck"]


def test_a_kind_in_a_name_is_not_the_name():
    assert not _is_said("Hotel Belmonte", "Where is the hotel for the trip?")
    assert _is_said("Holger Beck", "Where does Holger live?")
    assert _is_said("Severin", "where does severin live")


def test_of_two_people_of_one_name_the_one_of_the_title_is_meant(told):
    hits = told(NAMESAKES).search("In which town is Petra's dentist?", 5, Filters())
    brought = [hit.ref for hit in hits if hit.why.get("second_hop")]
    assert brought == ["m3"]


def test_a_name_without_the_title_is_meant_where_no_text_has_it(told):
    turns = [turn for turn in NAMESAKES if "practice" not in turn[1]]
    hits = told(turns).search("In which town is Petra's dentist?", 5, Filters())
    assert "m2" in [hit.ref for hit in hits if hit.why.get("second_hop")]


def test_explain_says_what_was_asked_for(retriever, run):
    store = retriever.snapshot.layout.root
    done = run("query", DESCRIBED, "--explain", "--no-touch", "--store", store)
    assert "asked again for what the question describes: Severin Holt" in done.stderr
    assert "asked again" not in run("query", "coffee", "--explain", "--store", store).stderr
