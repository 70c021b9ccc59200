"""Ledger of installations: what the files of agents were before memcli wrote into them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from memcli.agents.hooks.spooling import FOLDER
from store.files import write_whole

if TYPE_CHECKING:
    from memcli.agents.hooks.installing import FileChange

NAME: Final = "installed.json"


class Ledger:
    """The files that were written from a store, each with its text before and after."""

    def __init__(self, root: Path) -> None:
        self._path = root / FOLDER / NAME
        self._entries: dict[str, list[str | None]] = {}
        if self._path.is_file():
            self._entries = json.loads(self._path.read_text("utf-8"))

    def keep(self, changes: list[FileChange]) -> None:
        """Write down what files were, before they are changed; of one that is as it was left, still
        what it was at first.
        """
        for change in changes:
            before, after = self._entries.get(str(change.path), (change.before, None))
            first = before if after == change.before else change.before
            self._entries[str(change.path)] = [first, change.after]
        self._write()

    def restored(self, changes: list[FileChange]) -> list[FileChange]:
        """Return changes that take something out; an untouched file becomes what it was."""
        return [self._restored(change) for change in changes]

    def _restored(self, change: FileChange) -> FileChange:
        before, after = self._entries.get(str(change.path), (None, None))
        untouched = after is not None and after == change.before
        return replace(change, after=before) if untouched else change

    def forget(self, changes: list[FileChange]) -> None:
        """Strike out files from which all was removed."""
        for change in changes:
            self._entries.pop(str(change.path), None)
        self._write()

    def _write(self) -> None:
        self._path.parent.mkdir(mode=0o700, exist_ok=True)
        write_whole(self._path, json.dumps(self._entries, indent=1).encode(), mode=0o600)
