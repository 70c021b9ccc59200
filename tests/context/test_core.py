"""What stands in Core: what somebody put there, and whose facts a question is told."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from memcli.context.core import concerning, is_derived, owner_of, person_of_namespace, read_core
from memcli.context.gathering import COLUMNS
from memcli.memory.states import State, ids_in_state, set_state
from store import Store
from tests.support.fact_lines import fact, statement

NOW = datetime(2026, 6, 1, tzinfo=UTC)


def core(id_, attribute, value, subject, **more):
    return fact(id_, attribute, value, subject, **{"type": "core", **more})


# Three who talk to each other: what they are is core, as each of them said it.
PEOPLE = (
    core("wl", "residence", "Lund", "Wilma"),
    core("wn", "sister", "Nora", "Wilma"),
    core("wr", "kind", "poodle", "Wilma's dog", speaker="Wilma"),
    core("ok", "residence", "Kiel", "Otto Berg"),
    core("po", "allergy", "shellfish", "Pia"),
    statement("note", "Answers in metric units.", None, level=0, type="core"),
    core("pin", "residence", "Oslo", "Zoe", pinned=True, type="semantic"),
)
ALWAYS = {"note", "pin"}


@pytest.fixture
def told(run, empty_store):
    """Return the names of what is core for a question."""

    def core_of(question, *lines, promoted=()):
        run("ingest", "--from", "export", "--store", empty_store, stdin="".join(lines or PEOPLE))
        store = Store.open(empty_store)
        if promoted:
            with store.transaction("decay") as transaction:
                ids = [id_.ljust(16, "x") for id_ in promoted]
                set_state(transaction, ids, State.promoted, NOW)
                transaction.publish()
        snapshot = store.snapshot()
        hidden = ids_in_state(snapshot, State.hidden)
        rows = read_core(snapshot, COLUMNS, ["default"], NOW, hidden)
        found = concerning(rows, question, snapshot, ["default"])
        return [row["id"].rstrip("x") for row in found]

    return core_of


@pytest.mark.parametrize(
    ("question", "told_of"),
    [
        ("Where does Otto live?", {"ok"}),
        ("what does Otto Berg eat", {"ok"}),
        ("Where does Wilma live?", {"wl", "wn", "wr"}),
        ("Is Wilma's dog a poodle?", {"wl", "wn", "wr"}),
        ("Where does Nora work?", {"wn"}),
        ("What shall I cook for Pia and Otto?", {"ok", "po"}),
        ("Does the garden need water?", {"wl", "wn", "wr", "ok", "po"}),
        ("What do you know?", {"wl", "wn", "wr", "ok", "po"}),
        ("", {"wl", "wn", "wr", "ok", "po"}),
        ("Is the otter in Lund?", {"wl", "wn", "wr", "ok", "po"}),
        ("Where does Zoe live?", set()),
    ],
)
def test_of_several_those_are_told_of_who_are_asked_about(told, question, told_of):
    assert set(told(question)) == told_of | ALWAYS


def test_the_one_person_of_a_namespace_is_told_of_whoever_is_asked_about(told):
    lines = [
        core("me", "diet", "vegan", "the user"),
        *(statement(f"s{n}", f"I did {n} things.", "the user") for n in range(3)),
        fact("nora", "employer", "Acme", "Nora", speaker="the user"),
        core("otto", "residence", "Kiel", "Otto"),
    ]
    assert set(told("Where does Nora work?", *lines, promoted=["nora"])) == {"me", "nora"}
    assert set(told("Where does Otto live?", *lines)) == {"me", "otto"}
    assert set(told("What can I eat?", *lines)) == {"me"}
    assert set(told("Is it raining?", *lines)) == {"me", "nora", "otto"}


def test_what_somebody_put_there_comes_first(told):
    assert told("", promoted=["po"])[:3] == ["pin", "note", "po"]


def test_a_note_is_core_because_somebody_said_so():
    row = {"type": "core", "pinned": None, "level": 0}
    assert not is_derived(row)
    assert is_derived({**row, "level": 1})
    assert not is_derived({**row, "level": 1, "pinned": True})
    assert is_derived({**row, "type": "episodic"})


def test_whose_namespace_it_is():
    assert person_of_namespace([]) is None
    assert person_of_namespace([None, "Ida", "Ida"]) == "Ida"
    assert person_of_namespace(["Ida"] * 30 + ["Bo"]) == "Ida"
    assert person_of_namespace(["Ida", "Ida", "Bo"]) is None
    assert person_of_namespace(["Ida", "Ida", "the user"]) == "the user"
    assert person_of_namespace(["Ida", "the assistant", "the assistant"]) == "Ida"


def test_who_a_memory_is_about():
    assert owner_of({"subject": "Ida's dog", "speaker": "Bo"}) == "Ida"
    assert owner_of({"subject": "Ida", "speaker": "Bo"}) == "Ida"
    assert owner_of({"subject": None, "speaker": "Bo"}) == "Bo"
