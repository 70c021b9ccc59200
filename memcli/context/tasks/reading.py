"""
Tasks, as the store has them: memories of level 4 that a tree is made of.

A task is a memory with the tag `task`: its text is what is to be done, `value` its status,
`subject` the id of what it is a part of; it holds from when it was added until it ended. Links
`depends_on` lead to what it comes after. What came of it is a memory of its own, its outcome, with
the tags `task` and `summary`, which takes the place of the task in queries and in a context.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from memcli.algorithms.task_tree import MIDDLE_PRIORITY, Standing, Status, Task, TaskTree
from memcli.jsonl import Json
from memcli.memory.items import Item
from memcli.memory.lookup import read_where
from memcli.memory.selection import matching, require_one
from memcli.memory.states import State, ids_in_state
from memcli.memory.times import parse_time
from store.errors import InputNotFound, MemcliError

if TYPE_CHECKING:
    from store import Snapshot

LEVEL: Final = 4
TAG: Final = "task"
OUTCOME_TAG: Final = "summary"
# A condition over `memories`, for Lance and for DuckDB.
ANY_TASK: Final = f"level = {LEVEL} AND array_has(tags, '{TAG}')"
STATUSES: Final = frozenset(Status)
SHORTEST_ID: Final = 6
LONGEST_MENTION: Final = 40
# What a record of a task says beyond its memory.
FIELDS: Final = (
    "parent depth status state depends_on waiting_for needs_review due priority notes summary"
).split()


@dataclass(frozen=True)
class Tasks:
    """
    The tasks of a snapshot.

    records: of every task, by id, also of what was revised; outcomes: what came of those that
    ended, by the id of the task; hidden: ids that were put out of sight.
    """

    records: dict[str, Json]
    outcomes: dict[str, Json]
    tree: TaskTree
    hidden: frozenset[str] = frozenset()

    @cached_property
    def short_ids(self) -> dict[str, str]:
        """Beginnings of the ids of tasks, long enough to tell each from all others."""
        return shortened(self.records)

    def named(self, name: str) -> str:
        """
        Return the id of the task that an id, or the beginning of one, means now.

        An outcome stands for its task, and what was revised for what replaced it. Raises
        InputNotFound where there is none and BadUsage for the beginning of several.
        """
        ends = {**{id_: id_ for id_ in self.records}, **self._tasks_of_outcomes}
        matches = matching(name.strip().lower(), ends)
        successors = {self.tree.successor(ends[id_]) for id_ in matches} - {None}
        if not successors:
            raise InputNotFound(f"no task {name!r}", "memcli task list --all shows them all")
        if len(successors) > 1:
            require_one(name, matches)
        return str(successors.pop())

    @cached_property
    def _tasks_of_outcomes(self) -> dict[str, str]:
        return {record["id"]: id_ for id_, record in self.outcomes.items()}

    @cached_property
    def archived(self) -> frozenset[str]:
        """Ids of the tasks and outcomes that are in the archive."""
        memories = (*self.records.values(), *self.outcomes.values())
        return frozenset(memory["id"] for memory in memories if memory.get("archived"))

    def is_shown(self, id_: str) -> bool:
        """Say whether a task is still to be done and in sight."""
        return self.tree.is_open(id_) and id_ not in self.hidden

    def roots(self) -> list[str]:
        """Return the tasks that are part of nothing in order, each namespace by itself."""
        return sorted(self.tree.siblings(), key=lambda id_: str(self.records[id_]["namespace"]))

    def mention(self, id_: str) -> str:
        """Return the text of a task in quotes, cut."""
        return f'"{clipped(self.records[id_]["text"])}"'

    def reviewed_for(self, id_: str) -> list[str]:
        """Return the tasks whose revision a task is to be looked at again for."""
        successors = (self.tree.successor(other) for other in self.tree.tasks[id_].review)
        return list(dict.fromkeys(successor for successor in successors if successor is not None))

    def needs_review(self, id_: str) -> bool:
        """Say whether something that an open task rests on was revised since."""
        return self.tree.is_open(id_) and bool(self.tree.tasks[id_].review)

    def record(self, id_: str, depth: int = 0) -> Json:
        """Return the memory record of a task with what FIELDS name; what is not known is absent."""
        tree, memory = self.tree, self.records[id_]
        metadata = memory.get("metadata", {})
        fields = {
            "parent": tree.parents[id_],
            "depth": depth,
            "status": str(tree.tasks[id_].status),
            "state": str(tree.standing(id_)),
            "depends_on": list(tree.after[id_]) or None,
            "waiting_for": (tree.unmet(id_) if tree.is_open(id_) else None) or None,
            "needs_review": self.reviewed_for(id_) if self.needs_review(id_) else None,
            "due": metadata.get("due"),
            "priority": tree.tasks[id_].priority,
            "notes": metadata.get("notes"),
            "summary": self.outcomes[id_]["text"] if id_ in self.outcomes else None,
        }
        plain = {name: value for name, value in memory.items() if name not in FIELDS}
        return {**plain, **{name: value for name, value in fields.items() if value is not None}}

    def earlier(self, id_: str) -> list[str]:
        """Return what a task replaced, the newest first."""
        before = {t.successor: t.id for t in self.tree.tasks.values() if t.successor}
        chain: list[str] = []
        while (older := before.get(chain[-1] if chain else id_)) and older not in chain:
            chain.append(older)
        return chain

    def marks(self, id_: str) -> list[str]:
        """Return what is to be known of an open task beside its text, in a few words each."""
        tree, task = self.tree, self.tree.tasks[id_]
        if not tree.is_open(id_):
            return []
        others = [x for x in tree.unmet(id_) if tree.parents[x] != id_]
        marks = []
        if tree.standing(id_) is Standing.blocked:
            stuck = [x for x in others if tree.standing(x) in (Standing.failed, Standing.blocked)]
            marks.append("blocked by " + self._mentions(stuck))
        elif others:
            marks.append("after " + self._mentions(others))
        if self.needs_review(id_):
            marks.append("needs review: revised " + self._mentions(self.reviewed_for(id_)))
        if task.due is not None:
            marks.append(f"due {day(self.records[id_]['metadata']['due'])}")
        if task.priority != MIDDLE_PRIORITY:
            marks.append(f"priority {task.priority}")
        return marks

    def _mentions(self, ids: Iterable[str]) -> str:
        return ", ".join(map(self.mention, ids)) or "something"


# ---------------------------------------------------------------- reading


def read_tasks(snapshot: Snapshot, namespace: str | None) -> Tasks:
    """Return the tasks of a snapshot, of one namespace or of all."""
    rows = read_where(snapshot, ANY_TASK, namespace)
    outcomes = {r["subject"]: r for r in rows if OUTCOME_TAG in r["tags"] and r.get("subject")}
    records = {r["id"]: r for r in rows if OUTCOME_TAG not in r["tags"] and is_task(r)}
    after = _dependencies(snapshot, sorted(records))
    current = [r for r in records.values() if not _is_forgotten(r)]
    # A link may come from anywhere; a tree stays within its namespace.
    tree = TaskTree(as_task(r, _within(r, after.get(r["id"], ()), records)) for r in current)
    outcomes = {id_: record for id_, record in outcomes.items() if id_ in records}
    hidden = ids_in_state(snapshot, State.hidden) if records else ()
    return Tasks(records, outcomes, tree, frozenset(hidden))


def is_task(record: Json) -> bool:
    """Say whether a memory with the tag says what became of it, as a task does."""
    return record.get("attribute") == "status" and record.get("value") in STATUSES


def _is_forgotten(record: Json) -> bool:
    """Say whether an open task was archived: open tasks do not fade, so somebody forgot it."""
    return bool(record.get("archived")) and record["value"] == Status.open


def _dependencies(snapshot: Snapshot, ids: Sequence[str]) -> dict[str, list[str]]:
    """Return the targets of `depends_on` by source, in the order of their ids."""
    by_source: dict[str, list[str]] = {}
    columns, where = ["source_id", "target_id"], "relation = 'depends_on'"
    for row in snapshot.rows_of(ids, columns, on="source_id", where=where, tables=["links"]):
        by_source.setdefault(row["source_id"], []).append(row["target_id"])
    return {source: sorted(targets) for source, targets in by_source.items()}


def _within(record: Json, ids: Iterable[str], records: dict[str, Json]) -> list[str]:
    space = record["namespace"]
    return [id_ for id_ in ids if id_ in records and records[id_]["namespace"] == space]


def as_task(record: Json, after: Iterable[str]) -> Task:
    """Return what the tree has to know of a record; of a wish that makes no sense, the default."""
    metadata = record.get("metadata") or {}
    status = Status(record["value"])
    due, review = metadata.get("due"), metadata.get("review")
    return Task(
        id=record["id"],
        status=status,
        parent=record.get("subject"),
        after=tuple(after),
        successor=record.get("superseded_by") if status is Status.revised else None,
        review=tuple(map(str, review)) if isinstance(review, list) else (),
        priority=_whole(metadata.get("priority"), MIDDLE_PRIORITY),
        due=_epoch_s(due),
        order=_whole(metadata.get("order"), 0),
    )


def _whole(value: object, default: int) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else default


def _epoch_s(moment: object) -> float | None:
    try:
        return parse_time(moment).timestamp() if isinstance(moment, str) else None
    except MemcliError:
        return None


# ---------------------------------------------------------------- in words


def clipped(text: str, longest: int = LONGEST_MENTION) -> str:
    """Return a text on one line, cut."""
    line = " ".join(text.split())
    return line if len(line) <= longest else line[: longest - 3].rstrip() + "..."


def sentence(text: str, more: str) -> str:
    """Return a text and, where there is any, what more there is to say, as another sentence."""
    line = " ".join(text.split())
    return f"{line if line.endswith(('.', '!', '?')) else line + '.'} {more}" if more else line


def day(moment: str) -> str:
    """Return a time of the wire as people write it: to the minute, at midnight the day alone."""
    return moment[:10] if moment[10:] == "T00:00:00Z" else moment[:16].replace("T", " ")


def shortened(ids: Iterable[str]) -> dict[str, str]:
    """Return, by id, a beginning that no other id has, of SHORTEST_ID characters or more."""
    ordered = sorted(ids)
    shared = [_common(a, b) for a, b in pairwise(ordered)]
    around = zip(ordered, [0, *shared], [*shared, 0], strict=bool(ordered))
    return {id_: id_[: max(SHORTEST_ID, before + 1, behind + 1)] for id_, before, behind in around}


def _common(a: str, b: str) -> int:
    pairs = enumerate(zip(a, b, strict=False))
    return next((i for i, (x, y) in pairs if x != y), min(len(a), len(b)))


# ---------------------------------------------------------------- for a prompt


def task_items(
    snapshot: Snapshot, namespace: str | None, now: datetime | None = None
) -> list[Item]:
    """
    Return the open tasks as lines of a tree, in order, with the outcomes of their finished parts.

    An outcome stands for all that was below it. A line's score is no less than those below it; what
    is due counts by `now`, by default the time of the snapshot. Lines carry the beginning of the
    id, for `memcli task done`.
    """
    return items_of(read_tasks(snapshot, namespace), now or snapshot.commit.time)


def items_of(tasks: Tasks, now: datetime) -> list[Item]:
    """Return the same of tasks that were read."""
    moment = now.timestamp()
    return [_task_item(tasks, id_, depth, moment) for id_, depth in open_lines(tasks)]


def open_lines(tasks: Tasks) -> Iterator[tuple[str, int]]:
    """Yield the open tasks and the finished parts of each, these first, with their depths."""
    tree = tasks.tree
    waiting = [(id_, 0) for id_ in reversed(tasks.roots()) if tasks.is_shown(id_)]
    while waiting:
        id_, depth = waiting.pop()
        yield id_, depth
        if tree.is_open(id_):
            parts = [x for x in tree.siblings(id_) if x not in tasks.hidden]
            parts.sort(key=tree.is_open)
            waiting += [(x, depth + 1) for x in reversed(parts)]


def _task_item(tasks: Tasks, id_: str, depth: int, now: float) -> Item:
    record, outcome = tasks.records[id_], tasks.outcomes.get(id_)
    indent = "  " * depth
    score = tasks.tree.score(id_, now)
    if tasks.tree.is_open(id_):
        marks = "; ".join([*tasks.marks(id_), f"id {tasks.short_ids[id_]}"])
        text = f"{indent}- [ ] {open_line(record['text'])} ({marks})"
        return Item("tasks", text, (id_,), parse_time(record["valid_from"]), score)
    ids = (outcome["id"], id_) if outcome else (id_,)
    end = record.get("valid_to")
    text = f"{indent}- {box(tasks, id_)} {open_line(told(record, outcome))}"
    return Item("tasks", text, ids, parse_time(end) if end else None, score)


def box(tasks: Tasks, id_: str) -> str:
    """Return the box of a task in a list."""
    return {Status.done: "[x]", Status.failed: "[-]"}.get(tasks.tree.tasks[id_].status, "[ ]")


def told(record: Json, outcome: Json | None) -> str:
    """Return what is told of a finished task: its text and what came of it."""
    result = (outcome or {}).get("metadata", {}).get("result") or ""
    failed = "Failed: " if record["value"] == Status.failed and result else ""
    return sentence(record["text"], failed + result)


def open_line(text: str) -> str:
    """Return a text on one line, its secrets taken out."""
    from memcli.language.secrets import find_secrets, redact

    line = " ".join(text.split())
    return redact(line, find_secrets(line))
