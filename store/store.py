"""Store: one directory, opened for reading without a lock or for one transaction with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import replace
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypeVar

from store.commits import (
    Commit,
    EncoderStamp,
    commit_numbers,
    read_commit,
    read_head,
)
from store.encryption.identity import ENCRYPTED_FORMAT, encrypted_id, require_locks
from store.errors import (
    FormChanged,
    InputNotFound,
    MemcliError,
    Outpaced,
    StoreCorrupt,
    StoreIOError,
    StoreLocked,
)
from store.layout import (
    DEFAULT_LOCK_WAIT_S,
    Layout,
    begin_birth,
    end_birth,
    make_root,
    read_identity,
)
from store.links import refuse_outward_links
from store.past import kept_numbers, number_before, parse_moment
from store.remote.urls import REMOTE_FORMAT, SEALED_FORMAT, copied_url
from store.snapshot import Snapshot
from store.trust import FULL, Trust

if TYPE_CHECKING:
    import pyarrow as pa

    from store.encryption.key_source import Secret
    from store.remote.birth import Birth
    from store.transaction import Transaction


Mode = Literal["read", "write"]
Result = TypeVar("Result")
# How long a writer waits for another, in seconds; a function is asked when it has to wait.
LockWait: TypeAlias = float | Callable[[], float]


class Store:
    """A directory of Lance tables and commit files."""

    def __init__(self, layout: Layout, store_id: str, lock_wait_s: LockWait) -> None:
        self.layout = layout
        self.id = store_id
        self.lock_wait_s = lock_wait_s
        self.mode: Mode = "write"
        # Each is called after a transaction with the layout, the head before it, and the new one.
        self.observers: list[Callable[[Layout, Commit, Commit], None]] = []

    @classmethod
    def create(
        cls,
        path: Path,
        encoder: EncoderStamp,
        lock_wait_s: float = DEFAULT_LOCK_WAIT_S,
        secret: Secret | None = None,
    ) -> Store:
        """
        Make a new, empty store; StoreExists when something is there already.

        secret: the user's key, for one that is encrypted.
        """
        begun = _begun_remotely(path) if copied_url(path) else None
        layout = make_root(path)
        store = cls(layout, "", lock_wait_s)
        with store.locked():
            store.id = begin_birth(layout, encrypted=secret is not None)
            if begun is not None:
                layout = store.layout = begun.layout(layout, store.id, secret)
            elif secret is not None:
                layout = store.layout = _with_new_vault(layout, store.id, secret)
            from store.first_commit import fill

            fill(layout, encoder)
            if begun is not None:
                begun.end()
            end_birth(layout)
        store.layout = layout
        return store

    @classmethod
    def open(
        cls,
        path: Path,
        lock_wait_s: LockWait = DEFAULT_LOCK_WAIT_S,
        mode: Mode = "write",
        trust: Trust = FULL,
    ) -> Store:
        """
        Open a store, to read only or to write too.

        trust: what the user lets it do. StoreNotFound, StoreCorrupt, UnsupportedVersion or
        Untrusted when that cannot be.
        """
        layout = Layout(path, trust)
        if mode == "write":
            trust.require_full(path)
        if path.is_dir():
            refuse_outward_links(path, wholly=mode == "write")
        identity = read_identity(layout)
        if identity["format"] == ENCRYPTED_FORMAT:
            require_locks()
            from store.encryption.opening import open_vault

            layout = replace(layout, vault=open_vault(path, identity["id"]))
        elif identity["format"] == REMOTE_FORMAT:
            from store.remote.opening import open_mirror

            layout = replace(layout, remote=open_mirror(path, identity))
        elif identity["format"] == SEALED_FORMAT:
            require_locks()
            from store.remote.sealed_copy import open_sealed

            sealed = open_sealed(path, identity)
            layout = replace(layout, vault=sealed, remote=sealed.mirror)
        opened = cls(layout, identity["id"], lock_wait_s)
        opened.mode = mode
        return opened

    def opened_again(self) -> Store:
        """Return the store as it is opened now, in the form and by the key that it has by now."""
        root, trust = self.layout.root, self.layout.trust
        opened = Store.open(root, self.lock_wait_s, self.mode, trust)
        opened.observers = self.observers
        return opened

    @staticmethod
    def load_engine() -> None:
        """Import Lance ahead of the first table: it takes long, and threads may work meanwhile."""
        import_module("store._lance")

    # ---------------------------------------------------------------- reading

    def head(self) -> Commit:
        """Return the newest commit."""
        try:
            if self.layout.disk_vault:
                self.layout.disk_vault.refresh()
                self.layout.disk_vault.require_sound()
            self.look()
            return read_head(self.layout.commits)
        except (StoreCorrupt, StoreIOError):
            self._require_form()
            raise

    def look(self) -> None:
        """Bring in what others published since, on object storage."""
        if self.layout.remote:
            self.layout.remote.refresh()

    def commits(self) -> Iterator[Commit]:
        """Yield the commits, newest first."""
        self.look()
        for number in reversed(commit_numbers(self.layout.commits)):
            yield read_commit(self.layout.commits, number)

    def readable_commits(self, since: int = 1) -> Iterator[Commit]:
        """Yield the commits from a number on whose files are whole, newest first."""
        self.look()
        for number in reversed(commit_numbers(self.layout.commits)):
            if number < since:
                return
            with suppress(StoreCorrupt):
                yield read_commit(self.layout.commits, number)

    def snapshot(self, at: str | datetime | int | None = None) -> Snapshot:
        """
        Return the state at a commit number or a time, by default now.

        InputNotFound when there was no such commit, or it is no longer kept.
        """
        commit = self.head() if at is None else self._commit_at(at)
        if at is not None and commit.number not in self.kept_commits(commit.number):
            raise InputNotFound(
                f"commit {commit.number} is no longer kept",
                "compact or forget --purge removed it; see: memcli log",
            )
        return Snapshot(self.layout, commit)

    def _commit_at(self, at: str | datetime | int) -> Commit:
        self.look()
        if isinstance(at, int) or (isinstance(at, str) and at.isdecimal()):
            return read_commit(self.layout.commits, int(at))
        moment = at if isinstance(at, datetime) else parse_moment(at)
        for commit in self.commits():
            if commit.time <= moment:
                return commit
        when = at.isoformat(timespec="seconds") if isinstance(at, datetime) else at
        raise InputNotFound(f"the store did not exist at {when}", "see: memcli log")

    def kept_commits(self, since: int = 1) -> set[int]:
        """
        Return the numbers, from one on, of the commits whose table versions are still there.

        A compact names the oldest it kept; the state that an undo left is always kept, but for a
        purge, before which nothing is. All of them say so of earlier commits, so that none before
        the first that is asked for has to be read.
        """
        return kept_numbers(list(self.readable_commits(since)), since)

    def kept(self) -> list[Commit]:
        """Return the commits whose states are kept."""
        numbers = self.kept_commits()
        return [commit for commit in self.readable_commits() if commit.number in numbers]

    def require_kept(self) -> None:
        """Bring in all states that are kept, on object storage, for what looks at every file."""
        if self.layout.remote is None:
            return
        self.head()
        kept = self.kept()
        self.layout.remote.require_states(kept)
        self.layout.remote.tag_kept(kept)

    # ---------------------------------------------------------------- writing

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the writers' lock; StoreLocked when another has it for longer than the wait."""
        from filelock import FileLock, Timeout

        lock = FileLock(self.layout.lock)
        try:
            try:
                lock.acquire(timeout=0)
            except Timeout:
                wait = self.lock_wait_s
                lock.acquire(timeout=wait() if callable(wait) else wait)
        except Timeout:
            raise StoreLocked(
                f"{self.layout.shown} is locked by another writer",
                "try again later, or wait longer: --wait SECONDS",
            ) from None
        except OSError as error:
            raise StoreIOError(
                f"cannot write to {self.layout.root}: {error.strerror}", "is it read-only?"
            ) from error
        try:
            self._require_form()
            kept = self.layout.remote or self.layout.disk_vault
            with kept.writing() if kept else nullcontext():
                yield
        finally:
            lock.release()

    def _require_form(self) -> None:
        """Raise FormChanged where the store was encrypted, or decrypted, since it was opened."""
        is_there = self.layout.identity.exists()  # not while it is made or mended
        if is_there and (encrypted_id(self.layout.root) is None) != (self.layout.vault is None):
            what = f"{self.layout.root} was encrypted or decrypted meanwhile"
            raise FormChanged(what, "run it again")

    @contextmanager
    def transaction(
        self,
        command: str,
        arguments: dict[str, Any] | None = None,
        may_shrink: bool = False,
    ) -> Iterator[Transaction]:
        """
        Hold the lock and yield a transaction on the newest head.

        The caller ends it with `publish`. One that it does not publish, because nothing changed
        or something failed, is rolled back. Once it is published and the lock is free, `observers`
        hear of it.
        """
        from store.transaction import Transaction
        from store.wholeness import blaming_torn_files

        if self.mode == "read":
            raise ValueError(f"{command} opened the store to read only")
        with self.locked():
            head = self.head()
            transaction = Transaction(self.layout, head, command, arguments, may_shrink)
            try:
                with blaming_torn_files(transaction.new_files):
                    yield transaction
            finally:
                # What fails here, as it may on a full disk, is left for the next writer.
                with suppress(MemcliError):
                    if self.head().number == head.number:
                        transaction.roll_back()
        if self.observers and (after := self.head()).number != head.number:
            for observe in self.observers:
                observe(self.layout, head, after)

    def write(
        self,
        command: str,
        body: Callable[[Transaction], Result],
        arguments: dict[str, Any] | None = None,
        may_shrink: bool = False,
    ) -> Result:
        """
        Run in a transaction what ends with `publish`, and return what it gives.

        On object storage it is run again, on the newest head, where another writer was faster, for
        as long as one waits for another elsewhere; Outpaced after that.
        """
        given = arguments or {}
        if self.layout.remote is None:
            with self.transaction(command, given, may_shrink) as transaction:
                return body(transaction)
        from store.remote.retrying import pauses

        for pause in pauses(self.lock_wait_s):
            try:
                with self.transaction(command, dict(given), may_shrink) as transaction:
                    return body(transaction)
            except Outpaced:
                if not pause():
                    raise
        raise AssertionError("there is always a last try")

    def undo(
        self,
        to: str | None = None,
        settle: Callable[[Transaction, Snapshot, Snapshot], None] = lambda *states: None,
    ) -> Commit:
        """
        Publish a commit with the tables as they were before the last step, or at `to`.

        Undoing again goes back further. `settle` gets the transaction, what is undone and what is
        gone back to, and may write what follows. InputNotFound when there is nothing to undo.
        """

        def restore(transaction: Transaction) -> Commit:
            undone = Snapshot(self.layout, transaction.head)
            target = self.snapshot(self.undo_target(to).number)
            transaction.restore(target)
            settle(transaction, undone, target)
            return transaction.publish()

        return self.write("undo", restore, {"to": to} if to else {}, may_shrink=True)

    def undo_target(self, to: str | int | None = None) -> Commit:
        """Return the commit that an undo goes back to; InputNotFound when there is none."""
        head = self.head()
        target = self.snapshot(
            number_before(self.layout.commits, head) if to is None else to
        ).commit
        if (head.restores or head.number) == (target.restores or target.number):
            raise InputNotFound(f"the store is as commit {to} left it already", "see: memcli log")
        return target

    def record_accesses(self, rows: pa.Table) -> None:
        """Append to `accesses`, which no transaction covers, and keep its fragments few."""
        if not self.layout.trust.is_full:
            return
        from store.accesses import append_accesses

        if not self.layout.table("accesses").is_dir():
            self.look()
        append_accesses(self.layout, rows)


def _begun_remotely(path: Path) -> Birth:
    """Begin a store on object storage."""
    from store.remote.birth import Birth

    return Birth.begun(path)


def _with_new_vault(layout: Layout, store_id: str, secret: Secret) -> Layout:
    """Return where the files of a store are that is made encrypted."""
    require_locks()
    from store.encryption.keyring import UserKey
    from store.encryption.opening import new_vault

    return replace(layout, vault=new_vault(layout.root, store_id, UserKey.new(secret)))
