"""What new statements change in older ones."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from memcli.extraction.decisions import Decision
from memcli.extraction.updates import Updates
from store import Store

NOW = datetime(2026, 1, 2, tzinfo=UTC)
LATE_JUNE = datetime(2025, 6, 20, tzinfo=UTC)
MAY, JUNE, JULY = (datetime(2025, month, 1, tzinfo=UTC) for month in (5, 6, 7))


def statement(id_, value, since, attribute="residence", **metadata):
    times = {"valid_from": since, "valid_to": None, "happened_at": since}
    fact = {"subject": "Ida", "attribute": attribute, "value": value, "source_ids": [f"t{id_}"]}
    said = {"namespace": "n", "session_id": "s", "speaker": "Ida", "seq": 0, "level": 1}
    return {"id": id_, "metadata": metadata, **said, **fact, **times}


def said_again(updates):
    return {id_: change.more.get("source_ids") for id_, change in updates.changes.items()}


@pytest.fixture
def updates(empty_once):
    return Updates(Store.open(empty_once).snapshot(), NOW)


def links(updates):
    return [(link["source_id"], link["target_id"], link["relation"]) for link in updates.links]


def test_what_came_later_ends_what_was_before_whatever_the_order(updates):
    updates.add([statement("b", "Lund", JUNE), statement("a", "Ghent", MAY)])
    updates.settle()
    assert updates.changes.keys() == {"a"}
    assert (updates.changes["a"].superseded_by, updates.changes["a"].valid_to) == ("b", JUNE)
    assert links(updates) == [("b", "a", "supersedes")]
    assert updates.superseded == 1


def test_another_slot_is_left_alone(updates):
    updates.add([statement("a", "Ghent", MAY), statement("b", "baker", JUNE, "occupation")])
    updates.settle()
    assert updates.changes == {}


def test_claims_of_the_same_moment_contradict_each_other(updates):
    updates.add([statement("a", "Ghent", MAY), statement("b", "Lund", MAY)])
    updates.settle()
    assert updates.changes == {}
    assert {relation for *_, relation in links(updates)} == {"contradicts"}
    assert updates.contradicting >= 1


def test_a_correction_takes_back_what_was_said_before(updates):
    updates.add([statement("a", "Ghent", MAY), statement("b", "Lund", MAY, effect="correct")])
    updates.settle()
    assert updates.changes["a"].superseded_by == "b"


def test_a_new_name_ends_what_was_had_under_the_old_one(updates):
    cat = {"subject": "Ida's cat"}
    updates.add([statement("a", "Minka", MAY, "pet"), statement("b", "Rex", MAY, "pet")])
    updates.add([{**statement("c", "Minka", MAY, "name"), **cat}])
    updates.add([{**statement("d", "Admiral", JULY, "name"), **cat}])
    updates.settle()
    assert {id_: change.superseded_by for id_, change in updates.changes.items()} == {
        "a": "d",
        "c": "d",
    }
    assert updates.changes["a"].valid_to == JULY


@pytest.mark.parametrize(
    ("status", "denied", "ended"),
    [("divorced", False, {"a"}), ("separated", False, {"a", "b"}), ("married", True, {"a"})],
)
def test_the_end_of_a_relationship_ends_who_it_was_with(updates, status, denied, ended):
    updates.add([statement("a", "Tor", MAY, "husband"), statement("b", "Ole", MAY, "boyfriend")])
    effect = {"effect": "end"} if denied else {}
    told = statement("c", status, JULY, "marital status", **effect)
    updates.add([{**told, "polarity": "negative"} if denied else told])
    updates.settle()
    assert updates.changes.keys() == ended
    assert updates.changes["a"].valid_to == JULY


def test_what_died_stays_so_when_another_comes(run, empty_store):
    for day, said in enumerate(("We have a dog called Rex.", "Rex died.", "I have a cat."), 1):
        turn = {"content": said, "name": "Ida", "timestamp": f"2025-05-0{day}T10:00:00Z"}
        run("ingest", "--store", empty_store, stdin=json.dumps({"kind": "message", "v": 1, **turn}))
        run("extract", "--store", empty_store)
    asked = "SELECT value FROM memories WHERE attribute = 'pet' AND superseded_by IS NULL"
    assert [row["value"] for row in run("sql", asked, "--store", empty_store).records] == ["cat"]


def test_what_is_ended_points_to_the_row_that_stays_of_what_was_said_twice(updates):
    """Biscuit's name is over for two owners, each of whom hears of it after the other's words."""
    updates.add([statement("a", "Biscuit", MAY, "pet")])
    updates.add([{**statement("b", "Biscuit", LATE_JUNE, "pet"), "subject": "Ben"}])
    over = {"subject": "Biscuit", "polarity": "negative"}
    updates.add([{**statement("c", "Biscuit", JUNE, "name", effect="end"), **over}])
    updates.add([{**statement("d", "Biscuit", JULY, "name", effect="end"), **over}])
    updates.settle()
    assert updates.dropped == {"d"}
    ends = {id_: updates.changes[id_].superseded_by for id_ in ("a", "b")}
    assert set(ends.values()) == {"c"}
    assert not {source for source, *_ in links(updates)} & updates.dropped


def test_what_is_no_fact_makes_no_claim(updates):
    updates.add([{**statement("a", "Ghent", MAY), "subject": None}])
    updates.settle()
    assert (updates.changes, updates.links) == ({}, [])


def test_decisions_go_before_what_would_be_settled(updates):
    updates.add([statement("a", "Ghent", MAY), statement("b", "Lund", JUNE)])
    updates.rule([Decision("a", "invalidate", "turn", "b", JULY, "she said so")])
    updates.settle()
    change = updates.changes["a"]
    assert (change.superseded_by, change.valid_to) == ("b", JULY)
    ruling = {"op": "invalidate", "turn": "turn", "reason": "she said so"}
    assert change.noted == {"ruling": ruling}
    assert updates.superseded == 1


def test_what_a_model_invalidates_is_replaced_by_the_turn_that_says_so(updates):
    updates.add([statement("a", "Ghent", MAY)])
    updates.rule([Decision("a", "invalidate", "turn", None, JULY)])
    updates.settle()
    assert updates.changes["a"].superseded_by == "turn"


def test_what_is_said_again_is_no_row_of_its_own(updates):
    updates.add([statement("a", "the Ghent", MAY), statement("b", "Ghent", JULY)])
    updates.settle()
    assert updates.dropped == {"b"}
    assert said_again(updates) == {"a": ["ta", "tb"]}
    assert updates.changes["a"].noted == {"again": ["2025-07-01T00:00:00Z"]}
    assert (updates.links, updates.superseded) == ([], 0)


def test_a_model_that_says_the_same_once_more_changes_nothing_but_is_linked(updates):
    updates.rule([Decision("a", "noop", "turn")])
    assert updates.changes == {}
    assert len(updates.links) == 1


def test_a_store_with_updates_is_sound_and_says_why(run, empty_store):
    turns = "".join(
        f'{{"content": "I live in {town} now.", "name": "Ida", "session_id": "s{n}",'
        f' "timestamp": "2025-0{n}-01T10:00:00Z"}}\n'
        for n, town in enumerate(("Ghent", "Lund", "Porto"), 1)
    )
    run("ingest", "--store", empty_store, stdin=turns)
    run("extract", "--store", empty_store)
    rows = (
        Store.open(empty_store)
        .snapshot()
        .read("memories", ["id", "value", "superseded_by", "valid_to"], "level = 1")
    )
    by_value = {row["value"]: row for row in rows.to_pylist()}
    assert by_value["Ghent"]["superseded_by"] == by_value["Lund"]["id"]
    assert by_value["Lund"]["valid_to"] == datetime(2025, 3, 1, 10, tzinfo=UTC)
    assert by_value["Porto"]["superseded_by"] is None
    assert run("check", "--store", empty_store).stdout == ""


def test_what_is_taken_back_in_a_later_run_is_over(run, empty_store):
    for said, minute in (("I just bought a horse.", 1), ("haha, kidding", 2)):
        turn = {"content": said, "name": "Ida", "session_id": "s"}
        turn["timestamp"] = f"2025-03-01T10:0{minute}:00Z"
        run("ingest", "--store", empty_store, stdin=json.dumps(turn))
        run("extract", "--store", empty_store)
    snapshot = Store.open(empty_store).snapshot()
    columns = ["superseded_by", "valid_from", "valid_to"]
    rows = snapshot.read("memories", columns, "level = 1").to_pylist()
    assert rows
    assert all(row["superseded_by"] and row["valid_from"] == row["valid_to"] for row in rows)
    assert run("check", "--store", empty_store).stdout == ""


@pytest.fixture
def told(run, empty_store):
    """Return what tells a store something and extracts it, and gives its facts of residence."""

    def tell(text, month, *options):
        said = {"content": text, "name": "Ida", "timestamp": f"2025-0{month}-01T10:00:00Z"}
        run("ingest", "--store", empty_store, stdin=json.dumps({**said, "session_id": text}))
        run("extract", "--store", empty_store)
        rows = run("sql", "SELECT * FROM statements WHERE attribute = 'residence'"
                   " ORDER BY valid_from, id", "--store", empty_store).records  # fmt: skip
        assert run("check", "--store", empty_store).stdout == ""
        return rows

    return tell


def test_a_fact_told_in_another_run_goes_into_the_row_that_there_is(told):
    (first,) = told("I live in Ghent now.", 3)
    (kept,) = told("I live in Ghent now, really.", 5)
    assert kept["id"] == first["id"]
    assert len(kept["source_ids"]) == 2
    (kept,) = told("I live in Ghent, as of old.", 1)
    assert kept["valid_from"] == "2025-01-01T10:00:00Z"
    ghent, lund = told("I live in Lund now.", 6)
    assert (ghent["superseded_by"], ghent["valid_to"]) == (lund["id"], "2025-06-01T10:00:00Z")


def test_what_was_forgotten_stays_so_in_other_words(told, run, empty_store):
    (row,) = told("I live in Ghent now.", 3)
    run("forget", row["id"], "--store", empty_store)
    assert told("I still live in Ghent.", 5) == []
    assert [each["value"] for each in told("I live in Lund now.", 6)] == ["Lund"]
    run("restore", row["id"], "--store", empty_store)
    assert len(told("I live in Lund now.", 7)) == 2


def test_what_was_replaced_by_hand_does_not_come_back_in_other_words(told, run, empty_store):
    (row,) = told("I live in Ghent now.", 3)
    run("add", "Nobody lives in Ghent.", "--replaces", row["id"], "--store", empty_store)
    (still,) = told("I still live in Ghent.", 5)
    assert (still["id"], len(still["source_ids"])) == (row["id"], 1)


def negative(*given, **more):
    return {**statement(*given, **more), "polarity": "negative"}


def pets(updates, *known):
    """Take pets by name and kind, all had since May."""
    for id_, name, kind in known:
        whose = {"subject": name}
        updates.add([statement(id_, name, MAY, "pet")])
        updates.add([{**statement(f"k{id_}", kind, MAY, "kind"), **whose}])


@pytest.mark.parametrize(
    ("denied", "ended"),
    [
        ("dog", {"a", "b"}),
        ("dogs", {"a", "b"}),
        ("cat", {"c"}),
        ("pets", {"a", "b", "c"}),
        ("hamster", set()),
        ("big dog", set()),
    ],
)
def test_to_have_none_of_a_kind_ends_those_that_have_a_name(updates, denied, ended):
    pets(updates, ("a", "Rex", "dog"), ("b", "Bo", "dog"), ("c", "Mia", "cat"))
    updates.add([negative("d", denied, JULY, "pet")])
    updates.settle()
    assert updates.changes.keys() == ended
    assert {change.superseded_by for change in updates.changes.values()} <= {"d"}


@pytest.mark.parametrize(
    ("attribute", "denied", "had", "value", "is_ended"),
    [
        ("possession", "car", "car", "Volvo", True),
        ("possession", "car", "bike", "Gazelle", False),
        ("family", "children", "son", "Emil", True),
        ("family", "kids", "daughter", "Grete", True),
        ("family", "siblings", "sister", "Nora", True),
        ("family", "brother", "brother", "Nils", True),
        ("family", "brother", "sister", "Nora", False),
        ("family", "partner", "girlfriend", "Ana", True),
    ],
)
def test_to_have_none_ends_what_it_was_called(updates, attribute, denied, had, value, is_ended):
    updates.add([statement("a", value, MAY, had), negative("d", denied, JULY, attribute)])
    updates.settle()
    assert updates.changes.keys() == ({"a"} if is_ended else set())


def test_one_that_came_later_ends_that_there_was_none(updates):
    updates.add([negative("d", "dog", MAY, "pet"), statement("a", "Rex", JULY, "pet")])
    updates.add([{**statement("k", "dog", JULY, "kind"), "subject": "Rex"}])
    updates.settle()
    assert {id_: each.superseded_by for id_, each in updates.changes.items()} == {"d": "a"}


@pytest.mark.parametrize(
    ("said", "held"),
    [
        ("I do not have a dog.", []),
        ("I don't have the dog with me.", ["Rex"]),
        ("We have no cat.", ["Rex"]),
        ("Otto does not have a dog.", ["Rex"]),
        ("Do you have no dog?", ["Rex"]),
    ],
)
def test_a_dog_that_was_told_of_by_name_is_over_where_there_is_none(run, empty_store, said, held):
    for day, text in enumerate(("My dog Rex is ill.", said), 1):
        turn = {"content": text, "name": "Ida", "timestamp": f"2025-05-0{day}T10:00:00Z"}
        run("ingest", "--store", empty_store, stdin=json.dumps({"kind": "message", "v": 1, **turn}))
        run("extract", "--store", empty_store)
    asked = (
        "SELECT value FROM memories WHERE attribute = 'pet' AND superseded_by IS NULL"
        " AND polarity = 'positive'"
    )
    assert [row["value"] for row in run("sql", asked, "--store", empty_store).records] == held
