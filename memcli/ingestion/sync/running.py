"""Running a sync: plan, read and commit, for the command and for the hooks of agents."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from memcli.ingestion.rejects import OnError, RejectLog
from memcli.ingestion.sync.plan import make_plan
from memcli.ingestion.sync.projects import by_project
from memcli.ingestion.sync.step import SyncStep, finished
from memcli.ingestion.transcripts import AUTO, Intake, read_source
from memcli.ingestion.transcripts.archives import close_archives, file_time
from memcli.ingestion.turns import Defaults
from memcli.memory.step import given_options
from store.layout import TOMBSTONES

if TYPE_CHECKING:
    from memcli.ingestion.sync.plan import SyncPlan
    from memcli.models.encoder import Encoder
    from store import Commit, Store


@dataclass
class SyncRun:
    """
    A sync of some inputs into a store.

    inputs: folders, files and names of agents; only: the files below them that are looked at, if
    not all; redact: take secrets out, None is as the store's settings say; intake: how they are
    read; say, warn: take what there is to tell of the inputs, and what is wrong with one;
    is_allowed: what was purged before is taken again. Without a namespace, what was said to an
    agent goes to that of its project.
    """

    store: Store
    encoder: Callable[[], Encoder]
    inputs: Sequence[str]
    now: datetime
    intake: Intake = field(default_factory=Intake)
    namespace: str | None = None
    only: Collection[str] | None = None
    redact: bool | None = None
    is_allowed: bool = False
    say: Callable[[str], None] = lambda line: None
    warn: Callable[[str], None] = lambda line: None
    progress: Callable[[int], None] = lambda n: None
    reach: Callable[[float], None] = lambda share: None

    def planned(self) -> SyncPlan:
        """Return what is to be done; InputNotFound for an input that names nothing."""
        root = str(self.store.layout.root.resolve())
        snapshot = self.store.snapshot()
        again = self.is_allowed and bool(snapshot.count(TOMBSTONES))
        plan = make_plan(snapshot, self.inputs, self.namespace, self.now, root, self.only, again)
        for line in plan.notes:
            self.say(line)
        return plan

    def read(self, plan: SyncPlan) -> SyncStep:
        """Read the files that changed; what is wrong with one is said, and stops no other."""
        defaults = Defaults(self.namespace, now=self.now, file_time=file_time)
        defaults.zone = self.intake.zone
        step = SyncStep(self.store, self.encoder(), defaults, plan, self.redact)
        step.is_allowed = self.is_allowed
        folder = self.store.layout.work
        with RejectLog(OnError.skip, None, self.warn) as log:
            for number, file in enumerate(plan.to_read):
                self.reach(number / len(plan.to_read))
                look = Intake(self.intake.tools, self.intake.zone)
                step.find_origin(file, partial(read_source, file.path, AUTO, folder, None, look))
                items = read_source(file.path, AUTO, folder, file.row["session_id"], self.intake)
                good = log.accepted_of_one(finished(items, file.path))
                if file.agent and self.namespace is None:
                    good = by_project(good)
                step.read(file, good, lambda: log.count + log.n_files, self.progress)
        close_archives()
        return step

    def commit(self, step: SyncStep) -> Commit | None:
        """Write what was read."""
        paths = [os.path.abspath(each) if os.path.exists(each) else each for each in self.inputs]
        return step.commit(given_options(inputs=paths, namespace=self.namespace))
