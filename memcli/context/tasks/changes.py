"""
Changes of tasks: add, done, fail, revise, review, worked out first and then written.

Nothing is removed: a task that ends says when and what came of it, one that is revised says by
what it was replaced. All that a step changes is one transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Final, Literal

from memcli import jsonl
from memcli.algorithms.task_tree import (
    MIDDLE_PRIORITY,
    EndedError,
    LoopError,
    OpenSubtasksError,
    Status,
    Task,
    TaskTree,
)
from memcli.context.tasks.outcomes import TaskResult, evidence_of, extract_result, said_about
from memcli.context.tasks.reading import Tasks, clipped
from memcli.context.tasks.rows import (
    Wishes,
    as_record,
    common_columns,
    on_wire,
    outcome_row,
    task_row,
)
from memcli.jsonl import Row
from memcli.memory.spaces import DEFAULT_NAMESPACE
from memcli.memory.times import parse_time
from memcli.memory.writing import link_row
from store.errors import BadUsage

if TYPE_CHECKING:
    from memcli.context.tasks.suggestions import Suggestion
    from memcli.models.encoder import Encoder
    from store import Snapshot

MAX_SHOWN: Final = 5
# What is named where a task is to be part of nothing, or to come after nothing.
NONE: Final = "-"


@dataclass
class TaskChanges:
    """
    What a step makes of the tasks of a snapshot.

    rows: new memories, without vectors; columns: new values of columns by id of a memory that there
    is; links: new ones; hidden: ids of what is put out of sight; touched: the tasks that the step
    was about; said: what the user is told.
    """

    snapshot: Snapshot
    tasks: Tasks
    now: datetime
    encoder: Callable[[], Encoder]
    rows: list[Row] = field(default_factory=list)
    columns: dict[str, Row] = field(default_factory=dict)
    links: list[Row] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    touched: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Say whether there is nothing to write."""
        return not (self.rows or self.columns or self.links or self.hidden)

    # ---------------------------------------------------------------- steps

    def add(self, text: str, wishes: Wishes, namespace: str | None) -> None:
        """
        Add an open task, unless there is one of that text at that place.

        Without a namespace it is in that of what it is a part of, or comes after.
        """
        parent, after = self._parent(wishes), self._named_predecessors(wishes)
        beside = next((self.tasks.records[x]["namespace"] for x in (parent, *after) if x), None)
        namespace = namespace or beside or DEFAULT_NAMESPACE
        self._require_namespace(namespace, [*after, *filter(None, [parent])])
        same = self._same(namespace, parent, text)
        if same is not None:
            self.touched.append(same)
            self.said.append(f"there already as {self._short_id(same)}; nothing was changed")
            return
        metadata = {**wishes.metadata(), "order": self._next_order(namespace)}
        common = self._common(namespace)
        row = task_row(common, parent, text, metadata, self.tasks.records, wishes.source_ids)
        self._insert_task(row, after, self.tasks.tree.add)
        self.touched.append(row["id"])

    def dismiss(self, suggestions: Sequence[Suggestion]) -> None:
        """Keep suggestions as memories out of sight; `restore` brings one back as a suggestion."""
        known = {row["id"] for row in self.snapshot.rows_of([s.id for s in suggestions], ["id"])}
        for suggestion in suggestions:
            if suggestion.id not in known:
                common = self._common(suggestion.turn["namespace"])
                self.rows.append({**common, **suggestion.columns(), "importance": 0.0})
            self.hidden.append(suggestion.id)

    def end(
        self,
        ids: Sequence[str],
        status: Literal[Status.done, Status.failed],
        result: str | None = None,
        session: str | None = None,
        with_parts: bool = False,
    ) -> None:
        """
        End tasks, parts before what they are parts of, and write down what came of each.

        `result` is what came of those that are named; without one, it is put together from what
        there is: the outcomes of its parts, and what was said of it in a session.
        """
        for id_ in sorted(ids, key=lambda id_: -len(self._above(id_))):
            self.touched.append(id_)
            tree = self.tasks.tree
            if tree.tasks[id_].status is status:
                self.said.append(f"{self._short_id(id_)} is {status} already; nothing was changed")
                continue
            self._checked(partial(tree.end, id_, status, with_parts))
            for part in [x for x in reversed(tree.subtree(id_)) if tree.is_open(x)]:
                self._end_one(part, status, result if part == id_ else None, session)
            early = [x for x in tree.unmet(id_) if tree.parents[x] != id_]
            if early and status is Status.done:
                self.said.append(f"{self._short_id(id_)} is done before {self._list(early)}")

    def revise(self, id_: str, text: str | None, wishes: Wishes) -> None:
        """
        Replace a task by a new one, with what is not asked for as it was; an ended one opens again.

        Where the text changed, or the task had ended, all that rests on it is to be looked at.
        """
        tree, old = self.tasks.tree, self.tasks.records[id_]
        parent = self._parent(wishes) if wishes.parent is not None else tree.parents[id_]
        after = self._named_predecessors(wishes) if wishes.after else tree.after[id_]
        self._require_namespace(old["namespace"], [*after, *filter(None, [parent])])
        metadata_before = {k: v for k, v in (old.get("metadata") or {}).items() if k != "review"}
        metadata = {**metadata_before, **wishes.metadata()}
        new_text = old["text"] if text is None else text
        before = (tree.parents[id_], set(tree.after[id_]), metadata_before, old["text"])
        if tree.is_open(id_) and before == (parent, set(after), metadata, new_text):
            self.touched.append(id_)
            self.said.append(f"{self._short_id(id_)} is so already; nothing was changed")
            return
        common = self._common(old["namespace"])
        sources = old.get("source_ids") or ()
        row = task_row(common, parent, new_text, metadata, self.tasks.records, sources)
        spread = new_text != old["text"] or not tree.is_open(id_)
        self._insert_task(row, after, lambda task: tree.revise(id_, task, spread))
        self.links.append(link_row(row["id"], id_, "supersedes", 1.0, "revised", self.now))
        self._retire(id_, row["id"])
        self.touched.append(row["id"])
        marked = [x for x in self.tasks.tree.affected(row["id"]) if self.tasks.needs_review(x)]
        if spread and marked:
            self.said.append(f"to be reviewed: {self._list(sorted(marked))}")

    def review(self, ids: Sequence[str]) -> None:
        """Take from tasks the mark that something they rest on was revised."""
        marked = [id_ for id_ in ids if self.tasks.needs_review(id_)]
        self.touched += ids
        if len(marked) < len(ids):
            self.said.append("what is not marked for review stays as it is")
        if marked:
            self._follow_tree(self.tasks.tree.reviewed(marked))

    def _parent(self, wishes: Wishes) -> str | None:
        return None if wishes.parent in (None, NONE) else self.tasks.named(str(wishes.parent))

    def _named_predecessors(self, wishes: Wishes) -> tuple[str, ...]:
        named = (self.tasks.named(name) for name in wishes.after if name != NONE)
        return tuple(dict.fromkeys(named))

    # ---------------------------------------------------------------- rows

    def _common(self, namespace: str) -> Row:
        return common_columns(namespace, self.now, self.snapshot.encoder.name)

    def _insert_task(
        self, row: Row, after: Sequence[str], step: Callable[[Task], TaskTree]
    ) -> None:
        """Take a new task into the tree by a step, with its links."""
        parent, metadata = row["subject"], row["metadata"]
        due = metadata.get("due")
        task = Task(
            id=row["id"],
            parent=parent,
            after=tuple(after),
            priority=metadata.get("priority") or MIDDLE_PRIORITY,
            due=None if due is None else parse_time(due).timestamp(),
            order=metadata.get("order") or 0,
        )
        tree = self._checked(partial(step, task), row)
        self.rows.append(row)
        self.tasks.records[row["id"]] = as_record(row)
        self._follow_tree(tree)
        ends = [(parent, "part_of", "subtask")] if parent else []
        ends += [(other, "depends_on", "comes after it") for other in after]
        for other, relation, reason in ends:
            self.links.append(link_row(row["id"], str(other), relation, 1.0, reason, self.now))

    def _end_one(self, id_: str, status: Status, text: str | None, session: str | None) -> None:
        """End one task and write down what came of it."""
        end = jsonl.format_time(self.now)
        result = TaskResult(text or "")
        if text is None:
            said = said_about(self.snapshot, self.tasks, id_, session, end)
            result = extract_result(evidence_of(self.tasks, id_, said), self.encoder)
        task = self.tasks.records[id_]
        row = outcome_row(self._common(task["namespace"]), task, status, result, session)
        self.rows.append(row)
        self.tasks.outcomes[id_] = as_record(row)
        self.links.append(link_row(row["id"], id_, "summarizes", 1.0, "its outcome", self.now))
        changed = {"value": str(status), "valid_to": self.now, "superseded_by": row["id"]}
        self._set_columns(id_, changed)
        tree = self.tasks.tree
        ended = replace(tree.tasks[id_], status=status)
        self.tasks = replace(self.tasks, tree=TaskTree((tree.tasks | {id_: ended}).values()))

    def _retire(self, id_: str, successor: str) -> None:
        """Note on a task, and on its outcome, what took its place."""
        ended = self.tasks.records[id_].get("valid_to")
        valid_to = self.now if ended is None else parse_time(ended)
        revised = {"value": str(Status.revised), "valid_to": valid_to, "superseded_by": successor}
        self._set_columns(id_, revised)
        outcome = self.tasks.outcomes.get(id_)
        if outcome is not None:
            values = {"valid_to": self.now, "superseded_by": successor}
            self.columns[outcome["id"]] = values

    def _set_columns(self, id_: str, values: Row) -> None:
        """Give columns of a task that there is new values."""
        self.tasks.records[id_] |= on_wire(values)
        new = next((row for row in self.rows if row["id"] == id_), None)
        if new is not None:
            new.update(values)
        else:
            self.columns.setdefault(id_, {}).update(values)

    def _follow_tree(self, tree: TaskTree) -> None:
        """Go on with a tree, and note which marks for review it has set or taken away."""
        for id_, task in tree.tasks.items():
            before = self.tasks.tree.tasks.get(id_)
            if before is not None and before.review != task.review:
                metadata = dict(self.tasks.records[id_].get("metadata") or {})
                metadata.pop("review", None)
                if task.review:
                    metadata["review"] = list(task.review)
                self._set_columns(id_, {"metadata": metadata})
        self.tasks = replace(self.tasks, tree=tree)

    # ---------------------------------------------------------------- what is refused, and why

    def _checked(self, step: Callable[[], TaskTree], new: Row | None = None) -> TaskTree:
        """Take a step; BadUsage, in the words of the tasks, where the tree does not allow it."""
        try:
            return step()
        except LoopError as error:
            circle = " -> ".join(self._call(id_, new) for id_ in (*error.ids, error.ids[0]))
            raise BadUsage(f"each would wait for the next: {circle}", "leave one out") from None
        except OpenSubtasksError as error:
            what = f"parts of it are open: {self._list(error.ids)}"
            raise BadUsage(what, "end them first, or give --all") from None
        except EndedError as error:
            (id_,) = error.ids
            status = self.tasks.tree.tasks[id_].status
            what = f"{self._list([id_])} is {status}"
            raise BadUsage(
                what, f"memcli task revise {self._short_id(id_)} opens it again"
            ) from None

    def _require_namespace(self, namespace: str, ids: Iterable[str]) -> None:
        for id_ in ids:
            other = self.tasks.records[id_]["namespace"]
            if other != namespace:
                what = f"{self._list([id_])} is in namespace {other!r}, not in {namespace!r}"
                raise BadUsage(what, "a tree of tasks is in one namespace")

    def _same(self, namespace: str, parent: str | None, text: str) -> str | None:
        """Return the open task of that text at that place, if there is one."""
        line = " ".join(text.split())
        for id_ in self.tasks.tree.children.get(parent, ()):
            record = self.tasks.records[id_]
            same = record["namespace"] == namespace and " ".join(record["text"].split()) == line
            if same and self.tasks.tree.is_open(id_):
                return id_
        return None

    def _next_order(self, namespace: str) -> int:
        tasks = self.tasks.tree.tasks.values()
        orders = [t.order for t in tasks if self.tasks.records[t.id]["namespace"] == namespace]
        return max(orders, default=0) + 1

    def _above(self, id_: str) -> list[str]:
        above: list[str] = []
        at = self.tasks.tree.parents[id_]
        while at is not None:
            above.append(at)
            at = self.tasks.tree.parents[at]
        return above

    def _short_id(self, id_: str) -> str:
        return self.tasks.short_ids.get(id_, id_)

    def _call(self, id_: str, new: Row | None = None) -> str:
        """Return a task as a person knows it: the beginning of its id, and its text."""
        if id_ not in self.tasks.records:
            return f'the new "{clipped(str((new or {}).get("text")))}"'
        return f"{self._short_id(id_)} {self.tasks.mention(id_)}"

    def _list(self, ids: Sequence[str]) -> str:
        more = len(ids) - MAX_SHOWN
        shown = ", ".join(map(self._call, ids[:MAX_SHOWN]))
        return f"{shown} and {more:,} more" if more > 0 else shown
