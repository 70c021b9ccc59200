"""Objects in memory, which several machines of a test share, and which may fail or kill."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta

from store.errors import CommitConflict
from store.remote.objects import Fetched, ObjectStat


class Killed(BaseException):
    """The process would be dead by now."""


class MemoryObjects:
    """
    A bucket in memory.

    asked: what was asked since it was last emptied; before, after: called with the kind of request
    and the name, before and after it is done. Time passes by a second with each object written.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.kept: dict[str, tuple[bytes, datetime]] = {}
        self.asked: list[str] = []
        self.keeps_versions = False
        self.now = datetime.now(UTC)
        self.before: Callable[[str, str], None] = lambda kind, name: None
        self.after: Callable[[str, str], None] = lambda kind, name: None

    def _note(self, kind: str, name: str) -> None:
        self.asked.append(f"{kind} {name}")
        self.before(kind, name)

    def get(self, name: str) -> Fetched | None:
        """Return an object, None where there is none."""
        self._note("get", name)
        found = self.kept.get(name)
        return None if found is None else Fetched(found[0], tag_of(found[0]))

    def get_changed(self, name: str, tag: str) -> Fetched | None:
        """Return an object that is not as its tag says, None for one that is."""
        found = self.get(name)
        if found is None:
            raise FileNotFoundError(name)
        return None if found.tag == tag else found

    def listing(self, folder: str, after: str = "") -> Iterator[ObjectStat]:
        """Yield the objects in a folder and below, after one."""
        self._note("list", folder)
        for name in sorted(self.kept):
            if name.startswith(f"{folder}/" if folder else "") and name > after:
                data, modified = self.kept[name]
                yield ObjectStat(name, len(data), tag_of(data), modified)

    def top(self) -> list[ObjectStat]:
        """Return the objects that are in no folder."""
        return [stat for stat in self.listing("") if "/" not in stat.name]

    def put(self, name: str, data: bytes, tag: str | None = None) -> str:
        """Write an object and return its tag."""
        self._note("put", name)
        if tag and (name not in self.kept or tag_of(self.kept[name][0]) != tag):
            raise CommitConflict(f"{name} was written by another meanwhile", "run it again")
        return self._put(name, data)

    def _put(self, name: str, data: bytes) -> str:
        self.now += timedelta(seconds=1)
        self.kept[name] = (data, self.now)
        self.after("put", name)
        return tag_of(data)

    def put_new(self, name: str, data: bytes) -> str:
        """Write an object that is not there and return its tag."""
        self._note("put", name)
        if name in self.kept:
            raise FileExistsError(name)
        return self._put(name, data)

    def delete(self, names: Iterable[str]) -> None:
        """Delete objects."""
        for name in sorted(names):
            self._note("delete", name)
            self.kept.pop(name, None)
            self.after("delete", name)

    def delete_old_versions(self) -> bool:
        """Say that no versions are kept, unless a test says otherwise."""
        return not self.keeps_versions


def tag_of(data: bytes) -> str:
    """Return the tag of an object."""
    return hashlib.md5(data, usedforsecurity=False).hexdigest()
