"""Actions of the screen: pin, hide and forget, each a commit that can be taken back."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from memcli.jsonl import Json
from memcli.memory.states import State
from memcli.memory.step import given_options
from memcli.memory.undoing import undo
from memcli.retention.marking import Mark, MarkStep

if TYPE_CHECKING:
    from datetime import datetime

    from store import Commit, Store

UNDO = "u takes it back"


class ScreenActions:
    """What a person does to memories; each returns in words what came of it."""

    def __init__(
        self, open_store: Callable[[], Store], now: Callable[[], datetime], namespace: str | None
    ) -> None:
        """`open_store` opens the store for writing, which is done at the first action only."""
        self._open, self._now, self._namespace = open_store, now, namespace
        self._last: Commit | None = None

    def pin(self, record: Json) -> str:
        """Pin a memory, or unpin a pinned one."""
        if record.get("pinned"):
            return self._mark(Mark.UNPIN, record, "unpinned")
        return self._mark(Mark.PIN, record, "pinned")

    def hide(self, record: Json) -> str:
        """Hide a memory, or bring back one that is out of sight."""
        if record.get("archived") or record.get("state") in (State.hidden, State.archived):
            return self._mark(Mark.RESTORE, record, "brought back")
        return self._mark(Mark.HIDE, record, "hidden")

    def _mark(self, kind: Mark, record: Json, done: str) -> str:
        ids = [record["id"]]
        step = MarkStep(self._open(), self._now(), kind, ids, self._namespace)
        commit = step.commit(given_options(by="browse", ids=ids))
        said = self._said(commit, done, len(step.changes.records))
        if step.changes.still_visible:
            said += "; still in sight where it was said"
        return said

    def forget(self, record: Json) -> str:
        """Archive a memory, and what only it has said."""
        from memcli.retention.archiving import ArchiveStep

        store = self._open()
        step = ArchiveStep(store, self._now(), store.snapshot())
        step.take([record])
        commit = step.commit(given_options(by="browse", memories=len(step.named)))
        return self._said(commit, "forgotten", len(step.records))

    def undo(self) -> str:
        """Take back the last action of this screen, unless others wrote since."""
        if self._last is None:
            return "nothing was changed here"
        store = self._open()
        if store.head().number != self._last.number:
            before = f"memcli undo --to {self._last.number - 1}"
            return f"others wrote since, and would be undone too: {before}"
        undo(store, self._now())
        self._last = None
        return "taken back"

    def _said(self, commit: Commit | None, done: str, n: int) -> str:
        if commit is None:
            return "that is so already"
        self._last = commit
        along = f", with {n - 1} made of it" if n > 1 else ""
        return f"{done}{along}: commit {commit.number} ({UNDO})"
