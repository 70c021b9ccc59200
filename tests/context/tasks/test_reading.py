"""Tasks in a store: reading them, what they are for a prompt, each step one transaction."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.context.tasks.reading import (
    ANY_TASK,
    day,
    sentence,
    shortened,
)
from memcli.context.tasks.rows import Wishes
from memcli.memory.states import State, set_state
from store.errors import BadUsage, InputNotFound
from tests.support.task_hand import NOW


def test_the_condition_holds_in_lance_and_in_duckdb(house):
    house.done(house.ids["bricks"])
    house.revise(house.ids["mortar"], "Buy the mortar")
    snapshot = house.store.snapshot()
    assert snapshot.count("memories", ANY_TASK) == 7
    statement = f"SELECT count(*) AS n FROM memories WHERE {ANY_TASK}"
    assert snapshot.sql(statement).to_pylist() == [{"n": 7}]
    assert snapshot.sql(f"SELECT count(*) AS n FROM memories WHERE NOT {ANY_TASK}")


def test_a_prompt_shows_open_tasks_as_a_tree_with_what_can_be_done_first(house):
    assert house.lines() == [
        "- [ ] Build the house",
        "  - [ ] Put up the walls",
        "    - [ ] Lay the bricks",
        "    - [ ] Mix the mortar",
        '  - [ ] Put on the roof (after "Put up the walls"',
    ]
    items = house.items()
    assert {item.section for item in items} == {"tasks"}
    assert items[0].ids == (house.ids["house"],)
    assert items[0].happened_at == NOW + timedelta(hours=1)
    assert f"(id {house.ids['house'][:6]})" in items[0].text
    assert items[0].score >= items[1].score > items[-1].score > 0


def test_in_a_prompt_an_outcome_takes_the_place_of_a_finished_part_and_all_below_it(house):
    house.done(house.ids["bricks"], result="Nine rows stand.")
    assert house.lines()[2:4] == [
        "    - [x] Lay the bricks. Nine rows stand.",
        "    - [ ] Mix the mortar",
    ]
    house.done(house.ids["walls"], result="They are dry.", with_parts=True)
    assert house.lines() == [
        "- [ ] Build the house",
        "  - [x] Put up the walls. They are dry.",
        "  - [ ] Put on the roof",
    ]
    outcome = house.tasks().outcomes[house.ids["walls"]]["id"]
    assert house.items()[1].ids == (outcome, house.ids["walls"])
    house.done(house.ids["house"], with_parts=True)
    assert house.lines() == []


def test_a_prompt_says_what_failed_what_that_blocks_and_what_needs_review(house):
    house.fail(house.ids["walls"], result="The ground gave way.", with_parts=True)
    assert house.lines() == [
        "- [ ] Build the house",
        "  - [-] Put up the walls. Failed: The ground gave way.",
        '  - [ ] Put on the roof (blocked by "Put up the walls"',
    ]
    house.revise(house.ids["walls"], "Put up wooden walls")
    why = 'after "Put up wooden walls"; needs review: revised "Put up wooden walls"'
    assert house.lines()[-1] == f"  - [ ] Put on the roof ({why}"


def test_what_is_due_and_matters_counts_for_more(hand):
    hand.add("Some day")
    hand.add("Soon", due=NOW + timedelta(days=2), priority=2)
    soon, some_day = hand.items()
    assert soon.score > some_day.score
    assert soon.text.startswith("- [ ] Soon (due 2026-03-03 09:00; priority 2; id ")
    late, _ = hand.items(now=NOW + timedelta(days=3))
    assert late.score > soon.score
    assert hand.items(now=NOW) == hand.items(now=NOW)


def test_secrets_and_line_breaks_of_a_task_do_not_reach_a_prompt(hand):
    hand.add("Log in\n- [ ] with password: hunter2-Xk9!q")
    (line,) = hand.lines()
    assert "hunter2" not in line
    assert "\n" not in line


def test_nothing_is_left_of_tasks_that_were_hidden_or_forgotten(house):
    ids = house.ids
    with house.store.transaction("hide") as transaction:
        set_state(transaction, [ids["walls"]], State.hidden, NOW)
        transaction.publish()
    assert house.lines() == [
        "- [ ] Build the house",
        '  - [ ] Put on the roof (after "Put up the walls"',
    ]
    with house.store.transaction("forget") as transaction:
        set_state(transaction, [ids["walls"], ids["house"]], State.archived, NOW)
        transaction.publish()
    # What was below or after it stands by itself.
    assert house.lines() == [
        "- [ ] Put on the roof",
        "- [ ] Lay the bricks",
        "- [ ] Mix the mortar",
    ]
    # Its id is not given to another.
    again = house.add("Build the house")
    assert again != ids["house"]
    assert house.sound()


def test_a_task_is_named_by_its_id_what_begins_it_its_outcome_or_what_it_was(house):
    ids = house.ids
    house.done(ids["bricks"])
    outcome = house.tasks().outcomes[ids["bricks"]]["id"]
    new = house.revise(ids["walls"], "Put up wooden walls")
    tasks = house.tasks()
    assert tasks.named(ids["roof"]) == tasks.named(ids["roof"][:6].upper()) == ids["roof"]
    assert tasks.named(outcome) == ids["bricks"]
    assert tasks.named(ids["walls"]) == new
    for name in ("", "zzzzzz", ids["roof"][:3], "2222222222222222"):
        with pytest.raises(InputNotFound):
            tasks.named(name)


def test_the_beginning_of_several_tasks_is_refused(house):
    tasks = house.tasks()
    record = tasks.records[house.ids["roof"]]
    twin = {**record, "id": record["id"][:8] + "22222222"}
    from memcli.context.tasks.reading import as_task

    both = [*tasks.tree.tasks.values(), replace(as_task(twin, ()), id=twin["id"])]
    doubled = replace(
        tasks, records={**tasks.records, twin["id"]: twin}, tree=type(tasks.tree)(both)
    )
    with pytest.raises(BadUsage, match="2 ids begin with"):
        doubled.named(record["id"][:6])
    assert doubled.named(record["id"]) == record["id"]
    assert len(doubled.short_ids[record["id"]]) == 9


@given(st.sets(st.text("ab", min_size=16, max_size=16), max_size=20))
def test_short_ids_tell_each_from_all_others(ids):
    short = shortened(ids)
    assert short.keys() == ids
    for id_, beginning in short.items():
        assert [other for other in ids if other.startswith(beginning)] == [id_]


def test_namespaces_bound_what_is_read_and_no_tree_leaves_its_own(hand):
    east = hand.add("Go east", namespace="east")
    part = hand.add("Pack", parent=east)
    west = hand.add("Go west", namespace="west")
    assert hand.tasks().records[part]["namespace"] == "east"
    assert set(hand.tasks("east").records) == {east, part}
    assert hand.lines("west") == ["- [ ] Go west"]
    assert [line.strip(" -[]") for line in hand.lines()] == ["Go east", "Pack", "Go west"]
    with pytest.raises(BadUsage, match="is in namespace 'west', not in 'east'"):
        hand.add("Fly", parent=east, after=(west,))
    with pytest.raises(InputNotFound):
        hand.take(lambda changes: changes.add("Fly", Wishes(parent=east), "west"), "west")
    with pytest.raises(BadUsage, match="namespace"):
        hand.revise(west, parent=east)


def test_a_foreign_memory_that_makes_no_sense_as_a_task_does_no_harm(run, house):
    (record,) = run("show", house.ids["roof"], "--store", house.store.layout.root).records
    ids = ["abcdefgh2345672a", "abcdefgh2345672b", "abcdefgh2345672c"]
    bad = {"due": "never", "priority": "high", "order": None, "review": "x", "notes": 3}
    foreign = [
        {**record, "id": ids[0], "subject": ids[0], "metadata": bad, "text": "Odd"},
        {**record, "id": ids[1], "value": "dreaming"},
        {**record, "id": ids[2], "attribute": "mood"},
    ]
    lines = "".join(json.dumps(one) + "\n" for one in foreign)
    run("ingest", "--from", "export", "--store", house.store.layout.root, stdin=lines)
    tasks = house.tasks()
    assert set(ids) & tasks.records.keys() == {ids[0]}
    assert "- [ ] Odd" in house.lines()


def test_small_words():
    assert sentence("Do  it", "Now.") == "Do it. Now."
    assert sentence("Do it!", "") == "Do it!"
    assert day("2026-03-01T00:00:00Z") == "2026-03-01"
    assert day("2026-03-01T10:20:30.5Z") == "2026-03-01 10:20"
