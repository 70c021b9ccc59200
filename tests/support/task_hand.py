"""One who takes steps on the tasks of a store, an hour after each other."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache

from memcli.algorithms.task_tree import Status
from memcli.context.tasks.changes import TaskChanges
from memcli.context.tasks.reading import (
    read_tasks,
    task_items,
)
from memcli.context.tasks.rows import Wishes
from memcli.context.tasks.writing import TaskStep
from memcli.models.encoder import Encoder
from store import Store
from store.check import check

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
encoder = cache(lambda: Encoder.load("static-256"))


class Hand:
    """Takes steps on a store, an hour after each other."""

    def __init__(self, path):
        self.store = Store.open(path)
        self.now = NOW

    def take(self, step, namespace=None):
        def build(snapshot):
            changes = TaskChanges(snapshot, read_tasks(snapshot, namespace), self.now, encoder)
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
