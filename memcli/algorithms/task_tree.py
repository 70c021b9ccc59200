"""
Task tree with dependencies: what can be done now, what waits, what a revision touches.

After TME (Ye, "Task Memory Engine", 2025), which keeps the steps of an agent as a tree with
dependencies and marks what a revised step affects, and HiAgent (Hu et al., 2024), in which a
finished subgoal gives way to its summary. A tree is never changed: each step gives a new one.

A task needs what it is to come `after`, what the tasks above it are to come after, and its own
subtasks. That relation has no loops, so there is always something that can be done.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from math import exp, exp2, inf

DAY_S = 86_400.0
URGENT_DAYS = 7.0
MIDDLE_PRIORITY = 3
Graph = Mapping[str, Sequence[str]]


class Status(StrEnum):
    """What was said of a task last: a revised one was replaced by its successor."""

    open = "open"
    done = "done"
    failed = "failed"
    revised = "revised"


class Standing(StrEnum):
    """
    Where a task stands, the most pressing first.

    ready: all that it needs is done. waiting: something is not done yet. blocked: something that
    it is to come after has failed, or is itself blocked.
    """

    ready = "ready"
    waiting = "waiting"
    blocked = "blocked"
    done = "done"
    failed = "failed"


RANKS = {standing: rank for rank, standing in enumerate(Standing)}
WEIGHTS = {Standing.ready: 1.0, Standing.waiting: 0.5, Standing.blocked: 0.4}
ENDED_WEIGHT = 0.25


@dataclass(frozen=True, slots=True)
class Task:
    """
    One task.

    parent: the task that it is a part of; after: those that are to be done before it; successor: of
    a revised one, what replaced it; review: what was revised that it rests on; priority: from 1,
    the most important; due: epoch seconds; order: place among those added.
    """

    id: str
    status: Status = Status.open
    parent: str | None = None
    after: tuple[str, ...] = ()
    successor: str | None = None
    review: tuple[str, ...] = ()
    priority: int = MIDDLE_PRIORITY
    due: float | None = None
    order: int = 0


class TaskError(ValueError):
    """A step that would break the tree; `ids` are the tasks that stand in its way."""

    def __init__(self, ids: Sequence[str]) -> None:
        self.ids = tuple(ids)
        super().__init__(", ".join(ids))


class LoopError(TaskError):
    """Each of the tasks would have to be done before the next, and the last before the first."""


class OpenSubtasksError(TaskError):
    """A task is to end of which these parts are open."""


class EndedError(TaskError):
    """What is to change, or is to be added to, has ended."""


class TaskTree:
    """
    Tasks and how they hang together.

    tasks: by id, revised ones too; parents, children, after: of those that are not, with what was
    revised replaced by what took its place. What is unknown is left out, and of a loop of parents
    one is, so that also damaged data can be shown.
    """

    def __init__(self, tasks: Iterable[Task]) -> None:
        self.tasks = {task.id: task for task in sorted(tasks, key=lambda task: task.id)}
        self.current = [t.id for t in self.tasks.values() if t.status is not Status.revised]
        self.parents = {id_: self._other(id_, self.tasks[id_].parent) for id_ in self.current}
        self._cut = _cut_loops(self.parents)
        self.after = {id_: self._others(id_) for id_ in self.current}
        self.children: dict[str | None, list[str]] = {None: []}
        for id_ in sorted(self.current, key=lambda id_: (self.tasks[id_].order, id_)):
            self.children.setdefault(self.parents[id_], []).append(id_)

    def _other(self, id_: str, named: str | None) -> str | None:
        """Return the task that another one names, unless that is itself."""
        successor = self.successor(named) if named is not None else None
        return None if successor == id_ else successor

    def _others(self, id_: str) -> tuple[str, ...]:
        """Return what a task is to come after by itself, each once."""
        named = (self._other(id_, other) for other in self.tasks[id_].after)
        return tuple(dict.fromkeys(other for other in named if other is not None))

    def successor(self, id_: str) -> str | None:
        """Return the task that stands for one now: itself, or the last that replaced it."""
        seen: set[str] = set()
        at: str | None = id_
        while at is not None and at not in seen:
            seen.add(at)
            task = self.tasks.get(at)
            if task is None or task.status is not Status.revised:
                return None if task is None else at
            at = task.successor
        return None

    def is_open(self, id_: str) -> bool:
        """Say whether a task is still to be done."""
        return self.tasks[id_].status is Status.open

    # ---------------------------------------------------------------- what hangs on what

    def subtree(self, id_: str) -> list[str]:
        """Return a task and all below it, each before its own subtasks."""
        ids, waiting = [], [id_]
        while waiting:
            at = waiting.pop()
            ids.append(at)
            waiting += reversed(self.children.get(at, ()))
        return ids

    @cached_property
    def prerequisites(self) -> dict[str, tuple[str, ...]]:
        """What each task is to come after, by itself and for the tasks above it."""
        needs: dict[str, tuple[str, ...]] = {}
        for root in self.children[None]:
            for id_ in self.subtree(root):
                parent = self.parents[id_]
                above = needs[parent] if parent is not None else ()
                direct = self.after[id_]
                needs[id_] = tuple(dict.fromkeys((*direct, *above))) if direct else above
        return needs

    @cached_property
    def needs(self) -> dict[str, tuple[str, ...]]:
        """What has to end before each task can: its prerequisites and its subtasks."""
        return {
            id_: (*self.prerequisites[id_], *self.children.get(id_, ())) for id_ in self.current
        }

    def loop(self) -> list[str] | None:
        """Return tasks of which each needs the next and the last the first; None without any."""
        return self._cut or _depth_first(self.needs)[1]

    def affected(self, id_: str) -> set[str]:
        """
        Return the tasks that rest on one, without itself.

        Those are its subtasks and what is to come after it, and so on from each of these.
        """
        dependents: dict[str, list[str]] = {}
        for task, after in self.after.items():
            for other in after:
                dependents.setdefault(other, []).append(task)
        ids, waiting = {id_}, [id_]
        while waiting:
            at = waiting.pop()
            further = {*dependents.get(at, ()), *self.children.get(at, ())} - ids
            ids |= further
            waiting += further
        return ids - {id_}

    # ---------------------------------------------------------------- what can be done

    @cached_property
    def _blocked(self) -> set[str]:
        needed_by: dict[str, list[str]] = {}
        for id_, others in self.prerequisites.items():
            for other in others:
                needed_by.setdefault(other, []).append(id_)
        waiting = [id_ for id_ in self.current if self.tasks[id_].status is Status.failed]
        blocked: set[str] = set()
        while waiting:
            for id_ in needed_by.get(waiting.pop(), ()):
                if id_ not in blocked and self.is_open(id_):
                    blocked.add(id_)
                    waiting.append(id_)
        return blocked

    def unmet(self, id_: str) -> list[str]:
        """Return what keeps a task from being ready: prerequisites not done, subtasks open."""
        before = [x for x in self.prerequisites[id_] if self.tasks[x].status is not Status.done]
        parts = [x for x in self.children.get(id_, ()) if self.is_open(x)]
        return [x for x in dict.fromkeys((*before, *parts)) if x != id_]

    def standing(self, id_: str) -> Standing:
        """Return where a task stands."""
        status = self.tasks[id_].status
        if status is not Status.open:
            return Standing(status)
        if id_ in self._blocked:
            return Standing.blocked
        return Standing.waiting if self.unmet(id_) else Standing.ready

    # ---------------------------------------------------------------- in which order

    @cached_property
    def _urgency_keys(self) -> dict[str, tuple[float, ...]]:
        """Rank of the most pressing in the subtree, length of the chain of needs, wishes, age."""
        ranks: dict[str, int] = {}
        depths: dict[str, int] = {}
        order, _ = _depth_first(self.needs)
        for id_ in order:
            rank = RANKS[self.standing(id_)]
            ranks[id_] = min([rank, *(ranks.get(x, rank) for x in self.children.get(id_, ()))])
            depths[id_] = 1 + max((depths.get(x, 0) for x in self.needs[id_]), default=0)
        return {
            t.id: (
                ranks[t.id],
                depths[t.id],
                t.priority,
                inf if t.due is None else t.due,
                t.order,
            )
            for t in map(self.tasks.__getitem__, self.current)
        }

    def siblings(self, parent: str | None = None) -> list[str]:
        """
        Return the subtasks of a task, or what is part of nothing, in the order to take them up.

        That in which something can be done comes first, then what can be done the sooner, by
        priority, by when it is due; what has ended comes last.
        """
        return sorted(self.children.get(parent, ()), key=lambda id_: (self._urgency_keys[id_], id_))

    def walk(
        self, shown: Callable[[str], bool] = lambda id_: True, start: str | None = None
    ) -> Iterator[tuple[str, int]]:
        """Yield what is below `start` with its depth, in order; what is not shown hides its own."""
        waiting = [(id_, 0) for id_ in reversed(self.siblings(start))]
        while waiting:
            id_, depth = waiting.pop()
            if shown(id_):
                yield id_, depth
                waiting += [(x, depth + 1) for x in reversed(self.siblings(id_))]

    def score(self, id_: str, now: float) -> float:
        """
        Return how much a task matters at a time in epoch seconds, > 0.

        By where it stands, twofold for each two steps of priority, and more the sooner it is due:
        twice as much when that has passed. A task matters no less than what is below it.
        """
        if not self.is_open(id_):
            return self._own_score(id_, now)
        return max(self._own_score(x, now) for x in self.subtree(id_))

    def _own_score(self, id_: str, now: float) -> float:
        task = self.tasks[id_]
        weight = WEIGHTS.get(self.standing(id_), ENDED_WEIGHT)
        weight *= exp2((MIDDLE_PRIORITY - task.priority) / 2.0)
        if task.due is None or task.status is not Status.open:
            return weight
        days_left = max(0.0, task.due - now) / DAY_S
        return weight * (1.0 + exp(-days_left / URGENT_DAYS))

    # ---------------------------------------------------------------- steps

    def add(self, task: Task) -> "TaskTree":
        """
        Return the tree with one more open task.

        Raises EndedError when what it is to be a part of has ended, LoopError when it would have to
        be done before itself.
        """
        self._require_open_parent(task)
        return _without_loop(TaskTree([*self.tasks.values(), task]))

    def end(self, id_: str, status: Status, with_parts: bool = False) -> "TaskTree":
        """
        Return the tree with an open task done or failed; `with_parts` ends its open parts too.

        Raises EndedError when it has ended already, OpenSubtasksError when parts of it are open.
        """
        if not self.is_open(id_):
            raise EndedError([id_])
        open_parts = [x for x in self.subtree(id_) if x != id_ and self.is_open(x)]
        if open_parts and not with_parts:
            raise OpenSubtasksError(open_parts)
        return self._with({x: replace(self.tasks[x], status=status) for x in (id_, *open_parts)})

    def revise(self, id_: str, new: Task, spread: bool = True) -> "TaskTree":
        """
        Return the tree with a task, open or ended, replaced by a new open one.

        With `spread`, every open task that rests on it is marked to be looked at again. Raises
        EndedError when what the new one is a part of has ended, LoopError as `add` does.
        """
        self._require_open_parent(new)
        if id_ in {
            self.successor(other) for other in (new.parent, *new.after) if other is not None
        }:
            raise LoopError([id_])
        old = replace(self.tasks[id_], status=Status.revised, successor=new.id)
        changed = _without_loop(TaskTree([*(self.tasks | {id_: old}).values(), new]))
        if not spread:
            return changed
        touched = [x for x in changed.affected(new.id) if changed.is_open(x)]
        marks = {x: (*changed.tasks[x].review, new.id) for x in touched}
        return changed._with({x: replace(changed.tasks[x], review=m) for x, m in marks.items()})

    def reviewed(self, ids: Iterable[str]) -> "TaskTree":
        """Return the tree with the marks taken from tasks that were looked at."""
        return self._with({id_: replace(self.tasks[id_], review=()) for id_ in ids})

    def _with(self, changed: dict[str, Task]) -> "TaskTree":
        return TaskTree((self.tasks | changed).values())

    def _require_open_parent(self, task: Task) -> None:
        parent = self.successor(task.parent) if task.parent is not None else None
        if parent is not None and not self.is_open(parent):
            raise EndedError([parent])


def _without_loop(tree: TaskTree) -> TaskTree:
    """Return a tree; LoopError when it has a loop."""
    loop = tree.loop()
    if loop is not None:
        raise LoopError(loop)
    return tree


def _cut_loops(parents: dict[str, str | None]) -> list[str] | None:
    """Take the parent from one task of each loop of parents, in place; return the last such loop.

    Each task of it has the next below it, so that it needs the next.
    """
    loop: list[str] | None = None
    done: set[str] = set()
    for start in parents:
        path: dict[str, None] = {}
        at: str | None = start
        while at is not None and at not in done and at not in path:
            path[at] = None
            at = parents[at]
        if at is not None and at in path:
            climbed = list(path)
            loop = climbed[climbed.index(at) :][::-1]
            parents[at] = None
        done |= path.keys()
    return loop


def _depth_first(graph: Graph) -> tuple[list[str], list[str] | None]:
    """Return the nodes, each after all that it leads to, and the first loop that was met."""
    order: list[str] = []
    loop: list[str] | None = None
    begun: dict[str, bool] = {}  # true while what a node leads to is being looked at
    for root in graph:
        path = [] if root in begun else [(root, iter(graph[root]))]
        begun.setdefault(root, True)
        while path:
            node, further = path[-1]
            following = next(further, None)
            if following is None:
                path.pop()
                begun[node] = False
                order.append(node)
            elif following not in begun:
                begun[following] = True
                path.append((following, iter(graph[following])))
            elif begun[following] and loop is None:
                nodes = [at for at, _ in path]
                loop = nodes[nodes.index(following) :]
    return order, loop
