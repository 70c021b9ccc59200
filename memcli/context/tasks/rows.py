"""Task rows: the memories that a task and what came of it are kept as."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from memcli import jsonl
from memcli.algorithms.task_tree import MIDDLE_PRIORITY, Status
from memcli.context.tasks.outcomes import TaskResult
from memcli.context.tasks.reading import LEVEL, OUTCOME_TAG, TAG, sentence
from memcli.jsonl import Json, Row
from memcli.memory.ids import content_id

LABELS: Final = {Status.done: "Done", Status.failed: "Failed"}
# How much a task matters in general, by its priority; an outcome less than an open task.
IMPORTANCE: Final = {1: 0.9, 2: 0.8, 3: 0.7, 4: 0.6, 5: 0.5}
OUTCOME_IMPORTANCE: Final = 0.6


@dataclass(frozen=True)
class Wishes:
    """
    What is asked of a task beside its text; what is not given is left as it is, or absent.

    suggestion, source_ids: what it was taken over from, and the turns that say so.
    """

    parent: str | None = None
    after: tuple[str, ...] = ()
    due: datetime | None = None
    priority: int | None = None
    notes: str | None = None
    suggestion: str | None = None
    source_ids: tuple[str, ...] = ()

    def metadata(self) -> dict[str, Any]:
        """Return what is kept in the task's metadata."""
        due = None if self.due is None else jsonl.format_time(self.due)
        values = {"due": due, "priority": self.priority, "notes": self.notes}
        values["suggestion"] = self.suggestion
        return {name: value for name, value in values.items() if value is not None}


def common_columns(namespace: str, now: datetime, encoder: str) -> Row:
    """Return the columns that tasks and outcomes share."""
    return {
        "namespace": namespace,
        "type": "episodic",
        "level": LEVEL,
        "happened_at": now,
        "valid_from": now,
        "recorded_at": now,
        "confidence": 1.0,
        "encoder": encoder,
    }


def task_row(
    common: Row,
    parent: str | None,
    text: str,
    metadata: dict[str, Any],
    known: Container[str],
    source_ids: Sequence[str] = (),
) -> Row:
    """Return a new open task; the same one again has the next id that is not known."""
    line, times = " ".join(text.split()), 0
    while (id_ := content_id("task", common["namespace"], parent, line, str(times))) in known:
        times += 1
    priority = metadata.get("priority", MIDDLE_PRIORITY)
    return {
        **common,
        "id": id_,
        "text": text,
        "tags": [TAG],
        "subject": parent,
        "attribute": "status",
        "value": str(Status.open),
        "importance": IMPORTANCE.get(priority, IMPORTANCE[MIDDLE_PRIORITY]),
        "source_ids": list(source_ids) or None,
        "metadata": metadata,
    }


def outcome_row(
    common: Row, task: Json, status: Status, result: TaskResult, session: str | None = None
) -> Row:
    """Return the memory of what came of a task; session: where it was talked about."""
    told = {"result": result.text, "session": session}
    return {
        **common,
        "id": content_id("task outcome", task["id"], status, result.text),
        "text": f"{LABELS[status]}: {sentence(task['text'], result.text)}",
        "tags": [TAG, OUTCOME_TAG],
        "subject": task["id"],
        "attribute": "outcome",
        "value": str(status),
        "importance": OUTCOME_IMPORTANCE,
        "source_ids": list(dict.fromkeys((task["id"], *result.source_ids))),
        "metadata": {name: value for name, value in told.items() if value},
    }


def on_wire(values: Row) -> Json:
    """Return columns of a memory as its record has them."""
    return {
        name: jsonl.format_time(value) if isinstance(value, datetime) else value
        for name, value in values.items()
    }


def as_record(row: Row) -> Json:
    """Return a new memory as its record on the wire."""
    found = {"kind": "memory", "v": 1, **on_wire(row)}
    return {name: value for name, value in found.items() if value not in (None, {})}
