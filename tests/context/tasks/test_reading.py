"""Tasks in a store: reading them, what they are for a prompt, each step one transaction."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.algorithms.task_tree import Status
from memcli.context.tasks.changes import Changes
from memcli.context.tasks.outcomes import RESULT_WORDS, Evidence, extract_result
from memcli.context.tasks.reading import (
    ANY_TASK,
    day,
    read_tasks,
    sentence,
    shortened,
    task_items,
)
from memcli.context.tasks.rows import Wishes
from memcli.context.tasks.writing import TaskStep
from memcli.memory.states import State, set_state
from memcli.models.encoder import Encoder
from store import Store
from store.check import check
from store.errors import BadUsage, CommitConflict, InputNotFound
from tests.support.paths import DEATH

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
encoder = cache(lambda: Encoder.load("static-256"))


class Hand:
    """Takes steps on a store, an hour after each other."""

    def __init__(self, path):
        self.store = Store.open(path)
        self.now = NOW

    def take(self, step, namespace=None):
        def build(snapshot):
            changes = Changes(snapshot, read_tasks(snapshot, namespace), self.now, encoder)
            step(changes)
            return changes

        self.now += timedelta(hours=1)
        task = TaskStep(self.store, self.now, build)
        commit = task.commit({})
        return task.changes, commit

    def add(self, text, namespace=None, **wishes):
        changes, _ = self.take(lambda changes: changes.add(text, Wishes(**wishes), namespace))
        return changes.touched[0]

    def done(self, *ids, status=Status.done, **options):
        return self.take(lambda changes: changes.end(ids, status, **options))

    def fail(self, *ids, **options):
        return self.done(*ids, status=Status.failed, **options)

    def revise(self, id_, text=None, **wishes):
        changes, _ = self.take(lambda changes: changes.revise(id_, text, Wishes(**wishes)))
        return changes.touched[0]

    def tasks(self, namespace=None):
        return read_tasks(self.store.snapshot(), namespace)

    def items(self, namespace=None, now=None):
        return task_items(self.store.snapshot(), namespace, now or self.now)

    def lines(self, namespace=None):
        """The lines for a prompt, without the ids."""
        return [item.text.split(" (id ")[0].split("; id ")[0] for item in self.items(namespace)]

    def sound(self):
        return [problem.what for problem in check(self.store)] == []


@pytest.fixture
def hand(empty_store):
    return Hand(empty_store)


@pytest.fixture(scope="module")
def house_once(empty_once, tmp_path_factory):
    """A house to build: walls, of bricks and mortar, and a roof after them. For copies only."""
    hand = Hand(shutil.copytree(empty_once, tmp_path_factory.mktemp("house") / "store"))
    ids = {"house": hand.add("Build the house")}
    ids["walls"] = hand.add("Put up the walls", parent=ids["house"])
    ids["roof"] = hand.add("Put on the roof", parent=ids["house"], after=(ids["walls"],))
    ids["bricks"] = hand.add("Lay the bricks", parent=ids["walls"])
    ids["mortar"] = hand.add("Mix the mortar", parent=ids["walls"])
    hand.ids = ids
    return hand


@pytest.fixture
def house(house_once, tmp_path):
    """A hand with a house of its own to build."""
    hand = Hand(shutil.copytree(house_once.store.layout.root, tmp_path / "house"))
    hand.now, hand.ids = house_once.now, house_once.ids
    return hand


def test_a_task_is_a_memory_with_links_to_what_it_is_part_of_and_comes_after(house):
    snapshot = house.store.snapshot()
    (row,) = snapshot.read("memories", None, f"id = '{house.ids['roof']}'").to_pylist()
    assert (row["level"], row["type"], row["tags"]) == (4, "episodic", ["task"])
    assert (row["subject"], row["attribute"], row["value"]) == (
        house.ids["house"],
        "status",
        "open",
    )
    assert row["text"] == "Put on the roof"
    assert row["valid_from"] == row["happened_at"] == NOW + timedelta(hours=3)
    assert row["valid_to"] is None
    assert any(row["vector"])
    links = snapshot.read("links").to_pylist()
    from_roof = {(r["relation"], r["target_id"]) for r in links if r["source_id"] == row["id"]}
    assert from_roof == {("part_of", house.ids["house"]), ("depends_on", house.ids["walls"])}
    assert house.sound()


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


def test_what_faded_into_the_archive_can_be_revised_there(house):
    ids = house.ids
    house.done(ids["bricks"], result="Nine rows stand.")
    outcome = house.tasks().outcomes[ids["bricks"]]["id"]
    with house.store.transaction("decay") as transaction:
        set_state(transaction, [ids["bricks"], outcome], State.archived, NOW)
        transaction.publish()
    assert house.lines()[2] == "    - [x] Lay the bricks. Nine rows stand."
    new = house.revise(ids["bricks"], "Lay better bricks")
    archived = house.store.snapshot().read("archive").to_pylist()
    assert {row["superseded_by"] for row in archived} == {new}
    assert house.lines()[2] == "    - [ ] Lay better bricks"
    assert house.sound()


def test_a_finished_task_is_replaced_by_its_outcome_which_cites_it(house):
    ids = house.ids
    house.done(ids["bricks"], result="Nine rows stand.")
    snapshot = house.store.snapshot()
    (row,) = snapshot.read("memories", None, f"id = '{ids['bricks']}'").to_pylist()
    assert (row["value"], row["valid_to"]) == ("done", house.now - timedelta(0))
    (outcome,) = snapshot.read("memories", None, f"id = '{row['superseded_by']}'").to_pylist()
    assert outcome["text"] == "Done: Lay the bricks. Nine rows stand."
    assert outcome["source_ids"] == [ids["bricks"]]
    assert (outcome["tags"], outcome["valid_from"]) == (["task", "summary"], row["valid_to"])
    links = snapshot.read("links", None, f"source_id = '{outcome['id']}'").to_pylist()
    assert [(r["relation"], r["target_id"]) for r in links] == [("summarizes", ids["bricks"])]


def test_without_a_summary_the_outcome_is_put_together_from_the_parts(house):
    ids = house.ids
    house.done(ids["bricks"], result="Nine rows stand")
    house.fail(ids["mortar"], result="It froze")
    house.done(ids["walls"])
    outcome = house.tasks().outcomes[ids["walls"]]
    parts = "Lay the bricks. Nine rows stand. Mix the mortar. Failed: It froze"
    assert outcome["text"] == f"Done: Put up the walls. {parts}"
    sources = [house.tasks().outcomes[ids[name]]["id"] for name in ("bricks", "mortar")]
    assert outcome["source_ids"] == [ids["walls"], *sources]
    assert house.sound()


def test_nothing_is_invented_where_there_is_nothing_to_say(hand):
    plain, noted = hand.add("Call Ugo"), hand.add("Call Ida", notes="Her number is new. Ask Juno.")
    hand.done(plain, noted)
    texts = [hand.tasks().outcomes[id_]["text"] for id_ in (plain, noted)]
    told = "Done: Call Ida. Noted: Her number is new. Ask Juno."
    assert texts == ["Done: Call Ugo", told]


@given(
    st.lists(
        st.tuples(st.text(min_size=1, max_size=40), st.sampled_from("abc"), st.floats(0.1, 1)),
        max_size=12,
    )
)
def test_a_result_is_made_of_given_sentences_within_a_number_of_words(drawn):
    evidence = [Evidence(*values) for values in drawn]
    result = extract_result(evidence, encoder)
    given = {word.strip(".") for item in evidence for word in item.text.split()}
    assert {word.strip(".") for word in result.text.split()} <= given
    assert len(result.text.split()) <= RESULT_WORDS + len(evidence)
    assert set(result.source_ids) <= {item.source_id for item in evidence}


def test_what_says_nothing_leaves_no_trace_in_a_result():
    blank, told = Evidence("\r", "a", 1.0), Evidence("Pump mended", "b", 1.0)
    assert extract_result([blank, told], encoder) == extract_result([told], encoder)
    assert extract_result([blank], encoder).text == ""


def test_a_long_story_is_cut_to_its_most_telling_sentences():
    words = ("pear plum fig", "goat cow hen", "oak elm ash", "iron tin lead")
    story = [f"In year {n} they traded {words[n % 4]} for seven days." for n in range(40)]
    result = extract_result([Evidence(text, str(n), 1.0) for n, text in enumerate(story)], encoder)
    assert 20 < len(result.text.split()) <= RESULT_WORDS
    kept = [story[int(source)] for source in result.source_ids]
    assert result.text == " ".join(kept)


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


def test_a_step_that_another_writer_came_before_is_worked_out_anew(house):
    ids, other = house.ids, Hand(house.store.layout.root)
    seen = []

    def step(changes):
        seen.append(changes.snapshot.commit.number)
        if len(seen) == 1:
            other.done(ids["bricks"], result="by another")
        changes.end([ids["bricks"]], Status.done, "by me")

    changes, commit = house.take(step)
    assert (len(seen), commit) == (2, None)
    assert "is done already" in changes.said[0]
    assert house.tasks().outcomes[ids["bricks"]]["text"].endswith("by another")
    seen.clear()

    def add(changes):
        if not seen:
            seen.append(other.add("Paint the door"))
        changes.add("Paint the door", Wishes(), None)

    changes, commit = house.take(add)
    assert commit is None
    assert changes.touched == seen


def test_a_step_is_refused_when_the_encoder_has_changed(hand):
    def step(changes):
        head = hand.store.head()
        with hand.store.transaction("reembed") as transaction:
            transaction.set_encoder(replace(head.encoder, sha256="0" * 64))
            transaction.publish()
        changes.add("Anything", Wishes(), None)

    with pytest.raises(CommitConflict):
        hand.take(step)


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
    run("ingest", "--store", house.store.layout.root, stdin=lines)
    tasks = house.tasks()
    assert set(ids) & tasks.records.keys() == {ids[0]}
    assert "- [ ] Odd" in house.lines()


def test_a_killed_done_leaves_all_or_nothing(house, tmp_path):
    root, ids = house.store.layout.root, house.ids
    before = stored(root)

    def run_until(name, at):
        path = Path(shutil.copytree(root, tmp_path / name))
        log = tmp_path / f"{name}.steps"
        env = {**os.environ, "DEATH_FOLDER": str(path), "DEATH_LOG": str(log), "DEATH_AT": str(at)}
        env["PYTHONPATH"] = os.pathsep.join([str(DEATH), env["PYTHONPATH"]])
        words = ("task", "done", ids["walls"], "--all", "--now", "2026-03-02T00:00:00Z")
        command = [sys.executable, "-m", "memcli", *words, "--store", str(path)]
        done = subprocess.run(command, env=env, capture_output=True, check=False)
        return path, done.returncode, log.read_text().splitlines()

    whole, status, steps = run_until("whole", 0)
    after = stored(whole)
    assert status == 0
    assert len(after["memories"]) == len(before["memories"]) + 3
    kinds = [step.split()[0] for step in steps]
    published = max(n for n, kind in enumerate(kinds, 1) if kind == "link")
    writes = [n for n, kind in enumerate(kinds, 1) if kind in ("write_dataset", "execute")]
    points = (writes[len(writes) // 2], published, published + 1)
    assert writes[0] < points[0] < published < len(steps)
    for at in points:
        path, status, _ = run_until(f"dead-{at}", at)
        assert status == -signal.SIGKILL
        assert stored(path) == (after if at > published else before), steps[at - 1]
        hand = Hand(path)
        hand.now = datetime(2026, 3, 1, 23, tzinfo=UTC)
        hand.done(ids["walls"], with_parts=True)
        assert stored(path) == after
        assert [p.what for p in check(hand.store) if p.severity == "error"] == []


def stored(path):
    """All that a store holds, read without a lock, but for vectors and when links were made."""
    snapshot = Store.open(path).snapshot()
    memories = snapshot.read("memories").drop_columns(["vector"]).to_pylist()
    links = snapshot.read("links", ["source_id", "target_id", "relation"]).to_pylist()
    return {
        "memories": sorted(memories, key=lambda row: row["id"]),
        "links": sorted(tuple(row.values()) for row in links),
    }


def test_small_words():
    assert sentence("Do  it", "Now.") == "Do it. Now."
    assert sentence("Do it!", "") == "Do it!"
    assert day("2026-03-01T00:00:00Z") == "2026-03-01"
    assert day("2026-03-01T10:20:30.5Z") == "2026-03-01 10:20"
