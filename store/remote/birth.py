"""
Birth of a store on object storage: it is made in the copy first, and then written to the bucket.

It begins with `store.json.new` and ends with `store.json`, each put where it is not there: what has
the first and not the second is of an init that was killed, or is at work.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

from store.errors import StoreExists, StoreLocked
from store.files import io_errors
from store.remote.local_copy import CopyState, LocalCopy
from store.remote.mirror import CONFIG, IDENTITY, Mirror
from store.remote.objects import Objects
from store.remote.opening import new_mirror, objects_of
from store.remote.settings import read_settings
from store.remote.urls import REMOTE_FORMAT, shown
from store.sealing import sealed

UNFINISHED: Final = "store.json.new"
NOW: Final = "store.json.now"
# An init takes seconds; times are those of the storage.
AT_WORK_S: Final = 60.0


class Birth:
    """A store on object storage that is made now."""

    def __init__(self, root: Path, objects: Objects) -> None:
        self.root = root
        self.objects = objects
        self.mirror: Mirror | None = None

    @classmethod
    def begun(cls, root: Path) -> Birth:
        """
        Take the place of the store whose copy is to be in a folder.

        StoreExists where anything is there, StoreLocked where another init may be at work.
        """
        settings = read_settings()
        birth = cls(root, objects_of(shown(root), settings))
        take_place(birth.objects)
        copy = LocalCopy(root.parent)
        with io_errors(f"make {root}"):
            shutil.rmtree(root, ignore_errors=True)
        copy.make(birth.objects.url)
        copy.empty()
        copy.write_state(CopyState())
        return birth

    def opened(self, store_id: str) -> Mirror:
        """Return what keeps the store and its copy alike from now on."""
        self.mirror = new_mirror(self.root, store_id)
        return self.mirror

    def end(self) -> None:
        """Make what was begun a store, now that all else is there."""
        assert self.mirror is not None
        state, path = self.mirror.state, self.mirror.copy.path
        self.objects.put("README", path("README").read_bytes())
        state.config = self.objects.put(CONFIG, path(CONFIG).read_bytes())
        mark = sealed({"format": REMOTE_FORMAT, "id": self.mirror.store_id})
        try:
            self.objects.put_new(IDENTITY, mark)
        except FileExistsError:
            what = f"{self.objects.url} was made by another meanwhile"
            raise StoreExists(what, "use it as it is") from None
        self.objects.delete([UNFINISHED])
        state.is_clean = True
        self.mirror.copy.write_state(state)


def take_place(objects: Objects) -> None:
    """Begin a store where nothing is, or what an init that was killed left, which goes."""
    url = objects.url
    if objects.get(IDENTITY) is not None:
        raise StoreExists(f"{url} is a store already", "use it as it is, or choose another path")
    there = {stat.name: stat for stat in objects.listing("")}
    if there and UNFINISHED not in there:
        raise StoreExists(f"{url} exists and is not empty", "choose an empty or new path")
    if there:
        objects.put(NOW, b"")
        now = next(stat.modified for stat in objects.top() if stat.name == NOW)
        age = (now - there[UNFINISHED].modified).total_seconds()
        objects.delete([NOW] if age < AT_WORK_S else [*there, NOW])
        if age < AT_WORK_S:
            what = f"an init of {url} is at work, or was killed less than a minute ago"
            raise StoreLocked(what, "try again in a minute")
    try:
        objects.put_new(UNFINISHED, b"")
    except FileExistsError:
        raise StoreLocked(f"another init of {url} is at work", "let it finish") from None
