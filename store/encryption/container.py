"""
Container: the folder of encrypted files that an encrypted store durably is.

    encrypted/keyring, keyring.copy   the keys, encrypted by the user's own
    encrypted/commits/00000001 ...    one file for each published transaction
    encrypted/objects/HEX             files of tables, and keys of the store
    encrypted/aside/HEX               recalls and caches: no transaction covers them

What a file was called is in it, and its name here is a keyed hash of that. A file has the time of
what it was made of, so that with the lengths one can see whether the two are alike.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import IO, Final

from store.encryption import streams
from store.encryption.keyring import Keyring
from store.encryption.streams import DamagedStream
from store.files import give_name, io_errors, sync

FOLDER: Final = "encrypted"
OBJECTS, ASIDE, COMMITS = "objects", "aside", "commits"
KINDS: Final = (OBJECTS, ASIDE, COMMITS)
# Of the store: what no transaction covers.
LOSABLE: Final = ("tables/accesses.lance/", "cache/")
LENGTH_BYTES: Final = 4
READ_BYTES: Final = 1 << 20
NO_FOLLOW: Final = getattr(os, "O_NOFOLLOW", 0)
TEMPORARY: Final = ".tmp"


class Container:
    """
    The encrypted files below a folder, by their places in it such as `objects/4f...`.

    ring: the keys by which they are read and written.
    """

    def __init__(self, folder: Path, ring: Keyring) -> None:
        self.folder = folder
        self.ring = ring
        self.place = lru_cache(maxsize=None)(self._place)

    def make(self) -> None:
        """Make its empty folders."""
        with io_errors(f"make {self.folder}"):
            for path in (self.folder, *(self.folder / kind for kind in KINDS)):
                path.mkdir(mode=0o700, exist_ok=True)

    def _place(self, name: str) -> str:
        """Return the place of what is called so in the store."""
        if name.startswith(f"{COMMITS}/"):
            return name.removesuffix(".json")
        kind = ASIDE if name.startswith(LOSABLE) else OBJECTS
        told = os.fsencode(name)
        return f"{kind}/{blake2b(told, key=self.ring.names, digest_size=20).hexdigest()}"

    def listing(self, *kinds: str) -> dict[str, os.stat_result]:
        """Return the files of some kinds, by default of all, by their places."""
        found: dict[str, os.stat_result] = {}
        with io_errors(f"read {self.folder}"):
            for kind in kinds or KINDS:
                with os.scandir(self.folder / kind) as entries:
                    for entry in entries:
                        if not entry.name.endswith(TEMPORARY):
                            try:
                                found[f"{kind}/{entry.name}"] = entry.stat(follow_symlinks=False)
                            except FileNotFoundError:
                                continue
        return found

    def newest_commit(self) -> int:
        """Return the number of the newest commit, 0 without any."""
        with io_errors(f"read {self.folder}"):
            names = os.listdir(self.folder / COMMITS)
        return max((int(name) for name in names if name.isdigit()), default=0)

    def has_commit(self, number: int) -> bool:
        """Say whether a commit of a number is there."""
        return (self.folder / COMMITS / f"{number:08d}").exists()

    def is_alike(self, place: os.stat_result, name: str, plain: os.stat_result) -> bool:
        """Say whether a file here is of the time and length of the one that it was made of."""
        length = LENGTH_BYTES + len(os.fsencode(name)) + plain.st_size
        return place.st_mtime_ns == plain.st_mtime_ns and place.st_size == streams.encrypted_size(
            length
        )

    # ---------------------------------------------------------------- writing

    def put(self, name: str, source: Path, is_durable: bool) -> None:
        """Encrypt a file of the store; FileNotFoundError within StoreIOError if it is gone."""
        with io_errors(f"encrypt {name}"), source.open("rb", buffering=0) as file:
            self._write(name, _pieces(file), os.fstat(file.fileno()).st_mtime_ns, is_durable)

    def put_new(self, name: str, data: bytes, mtime_ns: int) -> None:
        """Encrypt bytes as a new file, durably with its name; FileExistsError if it is there."""
        self._write(name, [data], mtime_ns, is_durable=True, is_new=True)
        self.sync(self.place(name).split("/")[0])

    def _write(
        self,
        name: str,
        pieces: Iterable[bytes],
        mtime_ns: int,
        is_durable: bool,
        is_new: bool = False,
    ) -> None:
        place = self.place(name)
        path = self.folder / place
        temporary = path.with_name(f".{path.name}.{os.getpid()}-{threading.get_ident()}{TEMPORARY}")
        number = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | NO_FOLLOW, 0o666)
        try:
            with open(number, "wb") as target:
                epoch = self.ring.epoch
                content = _with_name(name, pieces)
                streams.encrypt(content, target, epoch, self.ring.epochs[epoch], place)
                target.flush()
                os.utime(target.fileno(), ns=(mtime_ns, mtime_ns))
                if is_durable:
                    os.fsync(target.fileno())
            give_name(temporary, path, is_new)
        finally:
            temporary.unlink(missing_ok=True)

    def remove(self, place: str) -> None:
        """Remove a file, if it is there."""
        with io_errors(f"remove {self.folder / place}"):
            (self.folder / place).unlink(missing_ok=True)

    def sync(self, *kinds: str) -> None:
        """Make what was named and removed in the folders of some kinds survive a power loss."""
        with io_errors(f"sync {self.folder}"):
            for kind in kinds:
                sync(self.folder / kind)

    # ---------------------------------------------------------------- reading

    def read(self, place: str) -> tuple[str, Iterator[bytes], int]:
        """
        Return what a file is called in the store, its content, and the time that it has.

        DamagedStream, now or from the content, for one that is not as it was encrypted;
        FileNotFoundError for one that is gone.
        """
        path = self.folder / place
        number = os.open(path, os.O_RDONLY | NO_FOLLOW)
        file = open(number, "rb")  # noqa: SIM115  the content closes it
        try:
            mtime_ns = os.fstat(number).st_mtime_ns
            chunks = streams.decrypt(file, self.ring.epochs, place)
            name, first = self._named(place, next(chunks))
        except BaseException:
            file.close()
            raise
        return name, _content(file, first, chunks), mtime_ns

    def _named(self, place: str, chunk: bytes) -> tuple[str, bytes]:
        """Return the name that a first chunk begins with, and the rest of it."""
        end = LENGTH_BYTES + int.from_bytes(chunk[:LENGTH_BYTES], "big")
        name = os.fsdecode(chunk[LENGTH_BYTES:end])
        parts = Path(name).parts
        if self.place(name) != place or ".." in parts or Path(name).is_absolute():
            raise DamagedStream("it is another file's")
        return name, chunk[end:]

    def epochs_of(self, places: Iterable[str]) -> Mapping[str, int]:
        """Return the epochs of some files; those that are gone or no files of ours are left out."""
        found = {}
        for place in places:
            try:
                with (self.folder / place).open("rb", buffering=0) as file:
                    found[place] = streams.epoch_of(file.read(streams.HEADER.size))
            except (FileNotFoundError, DamagedStream):
                continue
        return found

    def verify(self, place: str) -> str:
        """Read all of a file and return what it is called; DamagedStream if it is damaged."""
        name, content, _ = self.read(place)
        for _piece in content:
            pass
        return name


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    while piece := file.read(READ_BYTES):
        yield piece


def _with_name(name: str, pieces: Iterable[bytes]) -> Iterator[bytes]:
    told = os.fsencode(name)
    yield len(told).to_bytes(LENGTH_BYTES, "big") + told
    yield from pieces


def _content(file: IO[bytes], first: bytes, chunks: Iterator[bytes]) -> Iterator[bytes]:
    with file:
        yield first
        yield from chunks
