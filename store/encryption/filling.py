"""Filling of a working copy: what the container has is decrypted into it, and what differs goes."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TypeAlias

from store.digests import is_as_written
from store.encryption.container import ASIDE, COMMITS, Container
from store.encryption.streams import DamagedStream, UnknownEpoch
from store.encryption.working_copy import WorkingCopy
from store.errors import StoreIOError
from store.files import io_errors
from store.sealing import unsealed

Stamps: TypeAlias = Mapping[str, os.stat_result]


class Filling:
    """
    What brings files from a container into a working copy.

    reload: reads the keys again, and says whether they are others; damaged: places that are not as
    they were encrypted, with what is wrong; spoilt: those of what may be lost.
    """

    def __init__(self, container: Container, copy: WorkingCopy, reload: Callable[[], bool]) -> None:
        self.container = container
        self.copy = copy
        self._reload = reload
        self.damaged: dict[str, str] = {}
        self.spoilt: set[str] = set()

    def by_place(self, have: Iterable[str]) -> dict[str, str]:
        """Return the names of files of the copy by their places in the container."""
        return {self.container.place(name): name for name in have}

    def require_room(self, lacking: Iterable[os.stat_result]) -> None:
        """Raise StoreIOError where some encrypted files would not find room in the copy."""
        needed = sum(status.st_size for status in lacking)
        if needed > (room := self.copy.room()):
            raise StoreIOError(
                f"the decrypted store needs {needed >> 20:,} MB more in {self.copy.folder}, "
                f"which has {room >> 20:,} MB",
                "name another folder in memory in encryption.toml, or compact the store",
            )

    def fetch_all(self, places: Iterable[str]) -> bool:
        """Decrypt files into the copy; say whether none of them was gone."""
        # Decryption and writing let go of the interpreter's lock.
        with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
            return all(list(pool.map(self._fetch, sorted(places))))

    def _fetch(self, place: str) -> bool:
        """Decrypt a file into the copy in the place of what is there; say whether it was there."""
        try:
            with io_errors(f"decrypt {self.container.folder / place}"):
                self._write(place)
        except StoreIOError as error:
            if isinstance(error.__cause__, FileNotFoundError):
                return False
            raise
        except UnknownEpoch as error:
            if self._reload():
                return self._fetch(place)
            self.note_damage(place, error)  # aside, a process that knew no better wrote it late
        except DamagedStream as error:
            self.note_damage(place, error)
        return True

    def note_damage(self, place: str, error: DamagedStream) -> None:
        """Note that a file is damaged; what takes the place of a commit is one that is torn."""
        if place.startswith(ASIDE):
            self.spoilt.add(place)
        else:
            self.damaged[place] = str(error)
        if place.startswith(COMMITS):
            (self.copy.store / f"{place}.json").write_bytes(b"")

    def _write(self, place: str) -> None:
        name, content, mtime_ns = self.container.read(place)
        path = self.copy.store / name
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        temporary = path.with_name(f".{path.name}.{os.getpid()}-{threading.get_ident()}.tmp")
        number = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            with open(number, "wb", buffering=0) as file:
                for piece in content:
                    file.write(piece)
            os.utime(temporary, ns=(mtime_ns, mtime_ns))
            os.replace(temporary, path)
        finally:
            temporary.unlink(missing_ok=True)

    def bring_in_commit(self, place: str, had: Stamps) -> bool:
        """
        Let the copy have a commit; say whether it was there.

        What was in the copy before may be of a writer that died, under the name of a file that the
        commit wrote: that is compared.
        """
        try:
            data = b"".join(self.container.read(place)[1])
            files = unsealed(data).get("files") or {}
        except FileNotFoundError:
            return False
        except (DamagedStream, ValueError) as error:
            self.note_damage(place, DamagedStream(str(error)))
            return True
        with io_errors(f"read {self.copy.store}"):
            others = [
                name
                for path, digest in files.items()
                if (name := f"tables/{path}") in had
                and not is_as_written(self.copy.store / name, digest)
            ]
        return all([self._fetch(self.container.place(name)) for name in others]) and self._fetch(
            place
        )

    def kind(self, name: str) -> str:
        """Return of which kind a file of the store is."""
        return self.container.place(name).partition("/")[0]

    def make_exact(self, *kinds: str) -> None:
        """Bring in what differs, and remove from the copy what the container has not."""
        there = self.container.listing(*kinds)
        have = {n: s for n, s in self.copy.walk().items() if self.kind(n) in kinds}
        present = self.by_place(have)
        other = {
            place: status
            for place, status in there.items()
            if place not in present
            or not self.container.is_alike(status, present[place], have[present[place]])
        }
        self.require_room(other.values())
        commits = sorted(place for place in other if place.startswith(COMMITS))
        self.fetch_all(set(other) - set(commits))
        for place in commits:
            self._fetch(place)
        for place in present.keys() - there.keys():
            with io_errors(f"clean up {self.copy.store}"):
                (self.copy.store / present[place]).unlink(missing_ok=True)
