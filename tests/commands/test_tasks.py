"""memcli task list --suggested, add --from and dismiss"""

from __future__ import annotations

import json

import pytest

SAID = "2026-03-04T12:00:00Z"
NOW = ("--now", SAID)
TURNS = ("I need to call the dentist on Monday.", "Remind me to buy flour.")


@pytest.fixture
def task(run, empty_store):
    """Return what runs `memcli task` on a store in which two things were said."""
    lines = [
        {"kind": "message", "v": 1, "name": "Ana", "content": text, "timestamp": SAID}
        for text in TURNS
    ]
    run("ingest", "--store", empty_store, stdin="".join(json.dumps(x) + "\n" for x in lines))

    def run_task(*arguments, **options):
        return run("task", *arguments, *NOW, "--store", empty_store, **options)

    run_task.store = empty_store
    return run_task


def suggested(task):
    return {record["text"]: record for record in task("list", "--suggested").records}


def test_a_suggestion_is_taken_over_with_its_day_and_source_and_then_gone(task, run):
    found = suggested(task)["call the dentist"]
    (made,) = task("add", "--from", found["id"][:8]).records
    assert (made["text"], made["due"]) == ("call the dentist", "2026-03-09T00:00:00Z")
    assert made["source_ids"] == found["source_ids"]
    assert [*suggested(task)] == ["buy flour"]
    task("done", made["id"])
    assert [*suggested(task)] == ["buy flour"]
    (revised,) = task("revise", made["id"], "Call the other dentist").records
    assert revised["source_ids"] == found["source_ids"]
    run("undo", "--to", 2, "--store", task.store)
    assert len(suggested(task)) == 2


def test_it_may_be_said_otherwise_and_be_part_of_another(task):
    (parent,) = task("add", "Look after my teeth").records
    found = suggested(task)["call the dentist"]
    words = ("Call Dr Molar", "--due", "2026-03-10", "--parent", parent["id"])
    (made,) = task("add", *words, "--from", found["id"]).records
    assert (made["text"], made["due"], made["parent"]) == (
        "Call Dr Molar",
        "2026-03-10T00:00:00Z",
        parent["id"],
    )
    assert [*suggested(task)] == ["buy flour"]


def test_a_task_of_the_same_words_takes_it_away(task):
    task("add", "Buy flour")
    assert [*suggested(task)] == ["call the dentist"]


def test_what_was_dismissed_is_gone_until_it_is_restored(task, run):
    before = suggested(task)
    found = before["buy flour"]
    assert task("dismiss", found["id"], "--dry-run").stderr.endswith("nothing was written\n")
    assert suggested(task) == before
    shown = task("dismiss", stdin=json.dumps(found) + "\n")
    assert [record["id"] for record in shown.records] == [found["id"]]
    assert [*suggested(task)] == ["call the dentist"]
    assert run("query", "buy flour", "--level", 4, "--store", task.store).records == []
    run("restore", found["id"], "--store", task.store)
    assert suggested(task) == before
    task("dismiss", found["id"])
    assert [*suggested(task)] == ["call the dentist"]
    assert run("check", "--store", task.store).status == 0


def test_what_was_taken_over_or_dismissed_goes_with_its_turn(task, run):
    found = suggested(task)
    task("add", "--from", found["call the dentist"]["id"])
    task("dismiss", found["buy flour"]["id"])
    turns = [record["source_ids"][0] for record in found.values()]
    run("forget", *turns, "--purge", "--store", task.store)
    left = run("sql", "SELECT count(*) AS n FROM memories", "--store", task.store).records
    assert left[0]["n"] == 0


def test_people_read_a_line_each(task):
    shown = task("list", "--suggested", "--format", "text").stdout.splitlines()
    assert shown[0].startswith("- Ana: call the dentist (due 2026-03-09; said 2026-03-04; id ")
    task("dismiss", *(record["id"] for record in suggested(task).values()), "--quiet")
    assert "no suggestions" in task("list", "--suggested", "--format", "text").stderr


def test_what_is_no_suggestion_is_refused(task):
    assert "no suggestion 'zzzzzz'" in task("add", "--from", "zzzzzz", status=66).stderr
    assert "no suggestion 'zzzzzz'" in task("dismiss", "zzzzzz", status=66).stderr
    assert "a task without a text" in task("add", status=2).stderr
