"""The memories that tasks are kept as."""

from __future__ import annotations

from datetime import UTC, datetime

from memcli.algorithms.task_tree import Status
from memcli.context.tasks.outcomes import TaskResult
from memcli.context.tasks.rows import Wishes, as_record, common_columns, outcome_row, task_row

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
COMMON = common_columns("n", NOON, "toy")


def test_what_is_wished_goes_into_the_metadata_if_it_was_said():
    assert Wishes().metadata() == {}
    wishes = Wishes(due=NOON, priority=2, notes="softly", parent="p")
    assert wishes.metadata() == {"due": "2026-03-01T12:00:00Z", "priority": 2, "notes": "softly"}


def test_the_same_task_again_has_the_next_id():
    first = task_row(COMMON, None, "Water the plants", {}, set())
    assert task_row(COMMON, None, " Water  the plants", {}, set())["id"] == first["id"]
    second = task_row(COMMON, None, "Water the plants", {}, {first["id"]})
    third = task_row(COMMON, None, "Water the plants", {}, {first["id"], second["id"]})
    assert len({first["id"], second["id"], third["id"]}) == 3
    elsewhere = task_row(COMMON, "parent", "Water the plants", {}, set())
    assert elsewhere["id"] != first["id"]
    assert elsewhere["subject"] == "parent"


def test_importance_follows_the_priority_and_an_odd_one_is_the_middle():
    found = [
        task_row(COMMON, None, "x", {"priority": priority}, set())["importance"]
        for priority in (1, 3, 5, 99)
    ]
    assert found == [0.9, 0.7, 0.5, 0.7]


def test_an_outcome_cites_the_task_and_what_says_so_each_once():
    task = task_row(COMMON, None, "Call Ugo", {}, set())
    row = outcome_row(COMMON, task, Status.failed, TaskResult("No answer.", ("a", task["id"], "a")))
    assert row["text"] == "Failed: Call Ugo. No answer."
    assert row["source_ids"] == [task["id"], "a"]
    assert (row["value"], row["metadata"]) == ("failed", {"result": "No answer."})
    assert outcome_row(COMMON, task, Status.done, TaskResult(""))["metadata"] == {}


def test_a_record_has_times_of_the_wire_and_nothing_absent():
    record = as_record(task_row(COMMON, None, "x", {}, set()))
    assert record["valid_from"] == "2026-03-01T12:00:00Z"
    assert not {"subject", "metadata"} & record.keys()
    assert (record["kind"], record["v"]) == ("memory", 1)
