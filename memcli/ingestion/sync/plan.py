"""Plan of a sync: which files are new, changed, moved, back or gone since they were last read."""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Final

from memcli.ingestion.sync.agents import FollowedPlace, places_of
from memcli.ingestion.sync.marks import Digest, FileMark, digest, file_mark, is_as_read
from memcli.ingestion.transcripts import Input, find_inputs, refuse_special
from memcli.jsonl import Row
from memcli.memory.ids import content_id
from memcli.memory.spaces import DEFAULT_NAMESPACE
from store.errors import BadRecord, InputNotFound
from store.literals import literal

if TYPE_CHECKING:
    from store.reading import TableReader

TABLE: Final = "sources"
CURRENT, REFUSED, GONE = "current", "refused", "gone"
# What tells of a file without the ids of what is in it, of which there may be many.
COLUMNS: Final = (
    "id namespace path origin session_id type state reason size modified_at hash first_seen_at"
    " last_seen_at"
).split()


@dataclass
class ToRead:
    """
    A file that is to be read: its path, its row as it was, and as it is to be.

    agent: whose log it is, if it is one.
    """

    path: str
    row: Row
    before: Row | None = None
    grew: bool = False
    agent: str | None = None


@dataclass
class SyncPlan:
    """
    What a sync has to do.

    moved: rows with their new paths; back: rows of files that are there again as they were; gone:
    rows of files that are no more; kept: those of an agent's logs, whose turns stay; notes: what
    there is to say of it; left: the files that are of no kind that is read.
    """

    to_read: list[ToRead] = field(default_factory=list)
    moved: list[Row] = field(default_factory=list)
    back: list[Row] = field(default_factory=list)
    gone: list[Row] = field(default_factory=list)
    kept: list[Row] = field(default_factory=list)
    unchanged: int = 0
    notes: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Say whether every file is as it was."""
        return not (self.to_read or self.moved or self.back or self.gone or self.kept)


def as_text(path: str) -> str:
    """Return a path as text: it need not be any."""
    return path.encode("utf-8", "backslashreplace").decode()


def rows_of_sources(
    reader: TableReader, namespace: str | None = None, columns: Sequence[str] = COLUMNS
) -> list[Row]:
    """Return what is known of the files that are followed, of one namespace or of all."""
    where = None if namespace is None else f"namespace = {literal(namespace)}"
    return list(reader.rows(columns, where, [TABLE]))


def make_plan(
    reader: TableReader,
    arguments: Sequence[str],
    namespace: str | None,
    now: datetime,
    store: str,
    only: Collection[str] | None = None,
    again: bool = False,
) -> SyncPlan:
    """
    Return what is to be done; InputNotFound for an argument that names nothing.

    store: the folder of the store, whose own files are no input. only: the paths that are looked
    at, if not all. again: files that have not changed are read, too.
    """
    space = namespace or DEFAULT_NAMESPACE
    planner = _SyncPlanner(rows_of_sources(reader, space), space, now, only, again)
    for argument in dict.fromkeys(arguments):
        planner.look_at(argument, store)
    return planner.made()


class _SyncPlanner:
    """Compares what is there with what is known."""

    def __init__(
        self,
        rows: Sequence[Row],
        namespace: str,
        now: datetime,
        only: Collection[str] | None = None,
        again: bool = False,
    ) -> None:
        self._rows = {row["path"]: row for row in rows if row["state"] != GONE}
        self._lost = [row for row in rows if row["state"] == GONE]
        self._namespace, self._now = namespace, now
        self._only = None if only is None else {os.path.realpath(path) for path in only}
        self._again = again
        self._names = {os.path.basename(path) for path in only or ()}
        self._found: dict[str, Input] = {}
        self._places: list[FollowedPlace] = []
        self._sessions = {row["session_id"] for row in rows}
        self.plan = SyncPlan()

    def look_at(self, argument: str, store: str) -> None:
        """Find the files of an argument."""
        places = places_of(argument)
        there = [place for place in places if place.agent is None or os.path.exists(place.path)]
        if not there:
            self.plan.notes.append(f"no logs of {argument} at {places[0].path}")
        for place in there:
            left: list[str] = []
            inputs = self._inputs(place, left)
            if inputs is None:
                continue
            # In the folders of an agent lies much besides its logs.
            if place.agent is None and self._only is None:
                self.plan.left += [path for path in left if not _is_below(path, store)]
            self._places.append(place)
            for each in inputs:
                if (
                    self._is_wanted(each.path)
                    and place.takes(each.path)
                    and not _is_below(each.path, store)
                    and self._is_file(each.path)
                ):
                    self._found.setdefault(as_text(each.path), each)

    def _is_wanted(self, path: str) -> bool:
        """Say whether a file is one of those that are looked at, by whatever way it is reached."""
        if self._only is None:
            return True
        return os.path.basename(path) in self._names and os.path.realpath(path) in self._only

    def _is_file(self, path: str) -> bool:
        """Say whether a path is a file of its folder; one that is not is told."""
        try:
            refuse_special(path, True)
        except BadRecord as error:
            self.plan.notes.append(f"left alone: {error}")
            return False
        return True

    def _inputs(self, place: FollowedPlace, left: list[str]) -> list[Input] | None:
        """Return the files of a place; None for a folder that seems not to be mounted."""
        try:
            return find_inputs([place.path], left=left)
        except InputNotFound:
            known = [path for path in self._rows if _is_below(path, as_text(place.path))]
            is_folder = os.path.isdir(place.path)
            if is_folder and known and not os.listdir(place.path):
                note = f"{place.path} is empty; its {len(known):,} files stay as they were"
                self.plan.notes.append(note)
                return None
            if (known and is_folder) or place.path in known or place.agent:
                return []
            raise

    def made(self) -> SyncPlan:
        """Return the plan."""
        new: list[tuple[str, Input]] = []
        for path, each in self._found.items():
            if path in self._rows:
                self._compare(self._rows[path], each)
            else:
                new.append((path, each))
        missing = [row for row in self._rows.values() if self._is_missing(row)]
        for path, each in new:
            self._meet(path, each, missing)
        for row in missing:
            if row["path"] not in self._found and self._place_of(row):
                mine = self.plan.kept if self._is_of_agent(row) else self.plan.gone
                mine.append({**row, "state": GONE, "last_seen_at": self._now})
        for file in self.plan.to_read:
            place = self._place_of(file.row)
            file.agent = place.agent if place else None
        return self.plan

    def _is_missing(self, row: Row) -> bool:
        """Tell a file that is no more, wherever it was, where all are looked at."""
        return (
            self._only is None and row["path"] not in self._found and file_mark(row["path"]) is None
        )

    def _place_of(self, row: Row) -> FollowedPlace | None:
        path = row["path"]
        return next((p for p in self._places if _is_below(path, p.path) and p.takes(path)), None)

    def _is_of_agent(self, row: Row) -> bool:
        place = self._place_of(row)
        return bool(place and place.agent)

    def _compare(self, row: Row, each: Input) -> None:
        """Plan what is to be done with a file that is known."""
        mark = file_mark(each.path) or FileMark(0, self._now)
        is_settled = row["state"] == CURRENT and not self._again
        if is_settled and is_as_read(row, mark):
            self.plan.unchanged += 1
            return
        found = _digest(each.path, row["size"])
        if is_settled and found and found.whole == row["hash"]:
            self.plan.unchanged += 1
            return
        self._read(row, each, mark, found)

    def _read(self, before: Row, each: Input, mark: FileMark, found: Digest | None) -> None:
        """Plan that a file is read that is known."""
        row = {**before, "path": as_text(each.path), **self._marked(mark, found)}
        grew = bool(found and found.beginning and found.beginning == before["hash"])
        self.plan.to_read.append(ToRead(each.path, row, before, grew))

    def _marked(self, mark: FileMark, found: Digest | None) -> Row:
        """Return what a row says of a file that is there."""
        return {
            "state": CURRENT,
            "reason": None,
            "size": mark.size,
            "modified_at": mark.modified_at,
            "hash": found.whole if found else None,
            "last_seen_at": self._now,
        }

    def _meet(self, path: str, each: Input, missing: list[Row]) -> None:
        """Plan what is to be done with a path that is new: it may be that of a known file."""
        mark = file_mark(each.path) or FileMark(0, self._now)
        found = _digest(each.path)
        same = [row for row in (*missing, *self._lost) if self._is_same(row, mark, found)]
        if same:
            name = os.path.basename(path)
            row = min(same, key=lambda row: os.path.basename(row["path"]) != name)
            mine = self._lost if row["state"] == GONE else missing
            mine.remove(row)
            to = self.plan.back if row["state"] == GONE else self.plan.moved
            to.append({**row, "path": path, **self._marked(mark, found)})
            return
        lost = next((row for row in self._lost if row["path"] == path), None)
        if lost:
            self._lost.remove(lost)
            self._read(lost, each, mark, _digest(each.path, lost["size"]))
            return
        self.plan.to_read.append(ToRead(each.path, self._new_row(path, each, mark, found)))

    @staticmethod
    def _is_same(row: Row, mark: FileMark, found: Digest | None) -> bool:
        return bool(mark.size and found and row["state"] != REFUSED and row["hash"] == found.whole)

    def _new_row(self, path: str, each: Input, mark: FileMark, found: Digest | None) -> Row:
        """Return the row of a file that was never seen."""
        return {
            "id": content_id(self._namespace, path, self._now.isoformat()),
            "namespace": self._namespace,
            "path": path,
            "origin": path,
            "session_id": self._free_name(each, path),
            "type": "empty",
            "first_seen_at": self._now,
            **self._marked(mark, found),
        }

    def _free_name(self, each: Input, path: str) -> str:
        """Return what the conversation of a file is called, which is the name of no other one."""
        name = each.session or path
        folder = os.path.basename(path.removesuffix(os.path.splitext(path)[1])[: -len(name) - 1])
        names = (name, f"{folder}/{name}", f"{name} {content_id(path)[:6]}")
        free = next((name for name in names if name not in self._sessions), path)
        self._sessions.add(free)
        return free


def _digest(path: str, before: int = 0) -> Digest | None:
    """Return the hash of a file, None where it cannot be read."""
    try:
        return digest(path, before)
    except (OSError, BadRecord):
        return None


def _is_below(path: str, folder: str) -> bool:
    """Say whether a path is a folder's or file's own, or below it."""
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)
