"""
Sources and targets of replication: what a name means, and how it is read and written.

A source gives bundles: all that a store has, or what came after a commit, if it still can tell. A
bundle on disk is one already; a store in a folder, on object storage, or on another machine, makes
one when asked.
"""

from __future__ import annotations

import tempfile
from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, ClassVar, Final

from memcli.memory.opening import open_store
from memcli.replication.bundle import AT_ONCE, Bundle, is_encrypted
from memcli.replication.contents import ReplicaContents, Since, earlier_snapshot
from memcli.replication.encryption import decrypt
from memcli.replication.machines import SCHEME, Machine
from memcli.replication.packing import write_bundle
from store.errors import BadUsage, InputNotFound
from store.files import io_errors
from store.layout import is_store
from store.location import local_path
from store.remote.urls import url_of

if TYPE_CHECKING:
    from store import Store

STDIN: Final = "-"
HEAD_BYTES: Final = 64


class ReplicaSource(ABC):
    """What another store has; is_mine: whether the user need not say that it is theirs."""

    # Whether it can be asked for what came after a commit.
    is_live: ClassVar[bool] = True

    def __init__(self, name: str) -> None:
        self.name = name

    @property
    def is_mine(self) -> bool:
        """Whether it plainly is a store of this user."""
        return False

    @abstractmethod
    def open(self, known: Sequence[Since], namespace: str | None, folder: Path) -> Bundle:
        """
        Return all that it has, or, if it can tell, what came after a commit that is known.

        folder: where what was fetched may lie, without a name.
        """


class StoreSource(ReplicaSource):
    """A store in a folder, or on object storage."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.store = open_store(Path(name), "read")

    @property
    def is_mine(self) -> bool:
        """Whether it was made or trusted here by this user."""
        from store.location import user_store
        from store.trust import find_mark

        root = self.store.layout.root
        return find_mark(root) is not None or root.resolve() == user_store().resolve()

    def open(self, known: Sequence[Since], namespace: str | None, folder: Path) -> Bundle:
        """Return a bundle of it."""
        return bundle_of(self.store, known, namespace, folder, self.name)


def bundle_of(
    store: Store, known: Sequence[Since], namespace: str | None, folder: Path, name: str
) -> Bundle:
    """Return a bundle of a store, in a file without a name."""
    earlier = earlier_snapshot(store, known)
    contents = ReplicaContents(store, store.snapshot(), earlier, namespace)
    with ExitStack() as unwritten:
        file = unwritten.enter_context(_unnamed(folder))
        write_bundle(contents, file, folder)
        unwritten.pop_all()
    return Bundle(name, file)


class MachineSource(ReplicaSource):
    """A store on another machine, where the user can log in."""

    is_mine = True

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.machine = Machine.parse(name)

    def open(self, known: Sequence[Since], namespace: str | None, folder: Path) -> Bundle:
        """Let memcli make a bundle there and fetch it."""
        asked = [word for since in known for word in ("--since", str(since))] + bound(namespace)
        with ExitStack() as unread:
            file = unread.enter_context(_unnamed(folder))
            with self.machine.reading(["bundle", "create", STDIN, "--quiet", *asked]) as pipe:
                _copy(pipe, file, self.name)
            unread.pop_all()
        return Bundle(self.name, file)


class BundleFile(ReplicaSource):
    """A bundle in a file or on stdin; encrypted ones need an identity."""

    is_live = False

    def __init__(
        self, name: str, identities: Sequence[Any] = (), stream: IO[bytes] | None = None
    ) -> None:
        super().__init__(name)
        self.identities, self.stream = identities, stream

    def open(self, known: Sequence[Since], namespace: str | None, folder: Path) -> Bundle:
        """Return it, decrypted if need be."""
        with io_errors(f"read {self.name}"):
            if self.stream is not None:
                file = _unnamed(folder)
                _copy(self.stream, file, self.name)
            else:
                file = Path(self.name).open("rb")  # noqa: SIM115  the bundle closes it
            file.seek(0)
            start = file.read(HEAD_BYTES)
            file.seek(0)
        if not is_encrypted(start):
            return Bundle(self.name, file)
        with file, ExitStack() as unread:
            plain = unread.enter_context(_unnamed(folder))
            decrypt(self.name, file, plain, self.identities)
            unread.pop_all()
        return Bundle(self.name, plain)


def _unnamed(folder: Path) -> IO[bytes]:
    """Return a file that goes when it is closed."""
    with io_errors(f"write to {folder}"):
        file: IO[bytes] = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115  its user closes it
    return file


def _copy(source: IO[bytes], target: IO[bytes], name: str) -> None:
    with io_errors(f"read {name}"):
        while data := source.read(AT_ONCE):
            target.write(data)


def bound(namespace: str | None) -> list[str]:
    """Return the option that bounds a command."""
    return [] if namespace is None else ["--namespace", namespace]


def open_source(name: str, identities: Sequence[Any], stream: IO[bytes]) -> ReplicaSource:
    """
    Return what a name means: a store in a folder, on object storage or on a machine, or a bundle.

    A bundle is in a file or on stdin.

    InputNotFound where there is none, BadUsage for an address of another kind.
    """
    if name == STDIN:
        return BundleFile(STDIN, identities, stream)
    if name.startswith(SCHEME):
        return MachineSource(name)
    refuse_scheme(name)
    path = local_path(name)
    if is_store(path):
        return StoreSource(name)
    if path.is_file():
        return BundleFile(name, identities)
    what = "is neither a store nor a bundle" if path.exists() else "is not there"
    raise InputNotFound(f"{name} {what}", "name a store, its URL, or a bundle")


def open_bundle(name: str, identities: Sequence[Any], stream: IO[bytes], folder: Path) -> Bundle:
    """Return the bundle in a file or on stdin; InputNotFound where there is none."""
    if name != STDIN and not Path(name).is_file():
        raise InputNotFound(f"there is no bundle {name}", "memcli bundle create makes one")
    return BundleFile(name, identities, stream if name == STDIN else None).open((), None, folder)


def refuse_scheme(name: str) -> None:
    """Raise BadUsage for an address of a kind that is not known."""
    scheme, is_address, _ = name.partition("://")
    if is_address and scheme.isalnum() and url_of(name) is None:
        known = "known are ssh://host/path and s3://bucket/path"
        raise BadUsage(f"{name}: {scheme}:// is no place that is known", known)
