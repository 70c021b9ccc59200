"""
Nightly run: every step in turn, each its own transaction, until none has anything to do.

Steps find out for themselves what is left, from marks in the head, so that a run which was killed
or ran out of time is simply run again.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from memcli.consolidation.summaries.changes import NOW
from memcli.jsonl import format_time
from memcli.memory.sessions import portions
from memcli.memory.states import State
from store.errors import BadUsage, CommitConflict

if TYPE_CHECKING:
    from memcli.config import Config
    from memcli.consolidation.run_models import Models
    from memcli.memory.step import NightlyStep
    from memcli.models.encoder import Encoder
    from memcli.retention.decay import DecayStep
    from store import Commit, Store

Counts = dict[str, Any]
STEPS: Final = (
    "extract",
    "link",
    "merge",
    "entities",
    "summarize",
    "abstract",
    "profile",
    "promote",
    "decay",
    "compact",
)
# Turns that are extracted in one transaction: what a killed run loses at most, and less where the
# time is limited, so that it can stop in between.
TURNS_AT_ONCE: Final = 20_000
TURNS_AT_ONCE_IN_A_HURRY: Final = 500
MAX_TRIES: Final = 5


@dataclass
class NightlyRun:
    """What a run works on and with; `note` says something to the user."""

    store: Store
    encoder: Encoder
    config: Config
    now: datetime
    namespace: str | None = None
    models: Models | None = None
    deadline: float | None = None
    done: dict[str, Counts] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)
    commits: list[int] = field(default_factory=list)
    promoting: DecayStep | None = None

    @property
    def is_over_time(self) -> bool:
        """Say whether no more may be begun."""
        return self.deadline is not None and time.monotonic() >= self.deadline

    def arguments(self) -> dict[str, Any]:
        """Return what each commit keeps of the call."""
        present = format_time(self.now)
        given = {"by": "consolidate", "namespace": self.namespace, NOW: present}
        return {name: value for name, value in given.items() if value is not None}

    def note(self, commit: Commit | None) -> bool:
        """Keep the number of a commit, if there was one, and say so."""
        if commit is not None:
            self.commits.append(commit.number)
        return commit is not None


def chosen_steps(names: str | None) -> list[str]:
    """Return the steps that a comma-separated list names, in order; BadUsage for unknown ones."""
    if names is None:
        return list(STEPS)
    wanted = [name.strip() for name in names.split(",") if name.strip()]
    if unknown := [name for name in wanted if name not in STEPS]:
        raise BadUsage(f"there is no step {unknown[0]!r}", f"steps are {', '.join(STEPS)}")
    return [step for step in STEPS if step in wanted]


def consolidate(run: NightlyRun, steps: Sequence[str], progress: Callable[[str], None]) -> None:
    """
    Do the steps that there is time for; what changed is in `run.done`, by step.

    A step that another writer got in the way of is tried again; CommitConflict when it still is in
    the way after some tries.
    """
    for step in steps:
        if run.is_over_time:
            run.left.append(step)
            continue
        progress(step)
        counts = _tried(run, step)
        if counts is not None:
            run.done[step] = counts


def _tried(run: NightlyRun, step: str) -> Counts | None:
    """Take a step, again where others got in its way; return what it changed, None for nothing."""
    own = {"extract": _extract, "compact": _compact}.get(step)
    for attempt in range(1, MAX_TRIES + 1):
        try:
            return own(run) if own else _taken(run, registry(run)[step]())
        except CommitConflict:
            if attempt == MAX_TRIES:
                raise
    raise AssertionError("unreachable")


# ---------------------------------------------------------------- the steps


def registry(run: NightlyRun) -> dict[str, Callable[[], NightlyStep]]:
    """Return what makes each step; extracting goes in portions, and compacting is the store's."""
    from memcli.consolidation.deduplication import DeduplicationStep
    from memcli.consolidation.entity_resolution import EntityResolutionStep
    from memcli.consolidation.linking import LinkStep
    from memcli.consolidation.summaries.concepts import ConceptStep
    from memcli.consolidation.summaries.profiles import ProfileStep
    from memcli.consolidation.summaries.step import SummarizeStep
    from memcli.retention.anchors import DecaySettings
    from memcli.retention.decay import DecayStep

    store, encoder, now = run.store, run.encoder, run.now
    writer = run.models.writer if run.models else lambda: None
    traits = run.models.traits if run.models else lambda: None
    settings = DecaySettings.of(run.config.decay, run.store.layout.trust.is_own)

    def fading(only: frozenset[State] | None = None) -> DecayStep:
        step = DecayStep(store, settings, now, only, run.promoting)
        # What it has read of all memories is let go once nobody asks for it again.
        run.promoting = step if only else None
        return step

    return {
        "link": lambda: LinkStep(store, encoder, now, run.config.link.evolve),
        "merge": lambda: DeduplicationStep(store, encoder, now),
        "entities": lambda: EntityResolutionStep(store, now),
        "summarize": lambda: SummarizeStep(store, encoder, now, writer()),
        "abstract": lambda: ConceptStep(store, encoder, now, writer()),
        "profile": lambda: ProfileStep(store, encoder, now, writer(), traits()),
        "promote": lambda: fading(frozenset({State.promoted})),
        "decay": fading,
    }


def _taken(run: NightlyRun, step: NightlyStep) -> Counts | None:
    if not step.is_done():
        step.run(run.namespace)
    return step.counts() if run.note(step.commit(run.arguments())) else None


def _extract(run: NightlyRun) -> Counts | None:
    from memcli.extraction.step import ExtractStep

    total: Counts = {}
    while True:
        step = ExtractStep(run.store, run.encoder, run.now)
        pending = step.pending(run.namespace, None)
        some = next(portions(pending, lambda key: key.turns, _turns_at_once(run)), [])
        if run.is_over_time and some:
            run.left.append("extract")
            return total or None
        step.limit(some, pending)
        reader = run.models.reader(step) if run.models and some else None
        step.run(some, model=reader)
        if run.note(step.commit(run.arguments())):
            total = _sum(total, step.counts())
        if len(some) == len(pending):
            return total or None


def _turns_at_once(run: NightlyRun) -> int:
    return TURNS_AT_ONCE if run.deadline is None else TURNS_AT_ONCE_IN_A_HURRY


def _compact(run: NightlyRun) -> Counts | None:
    from store.compact import compact, is_compact

    head, keep = run.store.head(), run.config.keep_commits
    if is_compact(head, keep):
        return None
    compaction = compact(run.store, keep)
    changed = compaction.commit.number != head.number
    run.note(compaction.commit if changed else None)
    return compaction.to_json() if changed else None


def _sum(total: Counts, counts: Counts) -> Counts:
    """Add counts to those of the portions before."""
    return {name: total.get(name, 0) + value for name, value in counts.items()}
