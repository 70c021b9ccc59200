"""
Birth of a store on object storage: it is made in the copy first, and then written to the bucket.

It begins with `store.json.new` and ends with `store.json`, each put where it is not there: what has
the first and not the second is of an init that was killed, or is at work.
"""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from store import lance_versions
from store.errors import StoreCorrupt, StoreExists, StoreIOError, StoreLocked
from store.files import io_errors
from store.layout import Layout, first_form
from store.remote import connecting, opening
from store.remote.collecting import needed_names
from store.remote.connecting import IDENTITY
from store.remote.local_copy import CopyState, LocalCopy
from store.remote.mirror import Mirror
from store.remote.naming import COMMITS, CONFIG, KEYS, FileNames, number_of
from store.remote.objects import Objects, side_by_side
from store.remote.settings import read_settings
from store.remote.urls import remote_identity, shown

if TYPE_CHECKING:
    from store.commits import Commit
    from store.encryption.key_source import Secret

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
        birth = cls(root, connecting.objects_of(shown(root), settings))
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
        self.mirror = opening.new_mirror(self.root, store_id)
        return self.mirror

    def layout(self, layout: Layout, store_id: str, secret: Secret | None) -> Layout:
        """Return where the files of the store are, encrypted if there is a key."""
        if secret is None:
            return replace(layout, remote=self.opened(store_id))
        from store.remote.sealed_copy import new_sealed

        form, url = first_form(store_id), self.objects.url
        sealed_ = new_sealed(self.root, store_id, form, secret, read_settings(), url)
        self.mirror = sealed_.mirror
        return replace(layout, vault=sealed_, remote=sealed_.mirror)

    def fill(self, store_id: str, head: int, kept: list[Commit]) -> None:
        """
        Write what was copied from a backup to the bucket: commits, kept states, keys, recalls.

        StoreCorrupt for a file of an earlier program, of which no commit has the digest.
        """
        mirror = self.opened(store_id)
        copy = mirror.copy
        mirror.state.head = head
        mirror.state.purge = max((commit.number for commit in kept if commit.is_purge), default=0)
        copy.write_state(mirror.state)
        names = FileNames(copy.path(COMMITS), head)
        needed = sorted(needed_names(mirror, kept))
        if bare := [name for name in needed if names.digest(name) is None]:
            raise StoreCorrupt(f"no commit has the digest of {bare[0]}", "memcli compact it first")
        keys = [path.name for path in copy.store.glob(f"*{KEYS}")]
        side_by_side(lambda n: self.objects.put(n, copy.path(n).read_bytes()), [*needed, *keys])
        commits = sorted(name for name in copy.walk(COMMITS) if number_of(name))
        tags = side_by_side(lambda n: self.objects.put(n, copy.path(n).read_bytes()), commits)
        mirror.state.tags = {str(number_of(n)): tag for n, tag in zip(commits, tags, strict=True)}
        recalled = lance_versions.open_whole("accesses", mirror.layout.table("accesses")).read()
        mirror.replace_recalls(recalled)

    def end(self) -> None:
        """Make what was begun a store, now that all else is there."""
        assert self.mirror is not None
        state = self.mirror.state
        for name in ("README", CONFIG):
            path = self.root / name
            if path.exists():
                tag = self.objects.put(name, path.read_bytes())
                state.config = tag if name == CONFIG else state.config
        mark = remote_identity(self.mirror.store_id, self.mirror.form)
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
    _require_conditions(objects)


def _require_conditions(objects: Objects) -> None:
    """Raise StoreIOError for a storage that writes what is to be written only where it is not."""
    try:
        objects.put_new(UNFINISHED, b"")
    except FileExistsError:
        return
    objects.delete([UNFINISHED])
    what = f"the storage of {objects.url} knows no conditional PUT (If-None-Match: *)"
    raise StoreIOError(what, "use another: two writers at once would lose what one of them wrote")
