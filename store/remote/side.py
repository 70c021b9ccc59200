"""Remote side of a store, as the rest of the store sees it: what a mirror does for its files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from store.remote.objects import Objects

if TYPE_CHECKING:
    from store.encryption.keyring import UserKey


class SealedSide(Protocol):
    """
    Where an encrypted store on object storage is decrypted (store.remote.sealed_copy).

    work: its files; user: the key that opened it.
    """

    work: Path
    user: UserKey


class RemoteSide(Protocol):
    """
    What keeps a store on object storage and its copy on this machine alike (store.remote.mirror).

    objects: the bucket; url: where it is. States are commits.
    """

    objects: Objects

    @property
    def url(self) -> str:
        """The URL of the store."""

    def refresh(self) -> None:
        """Bring in the commits that the copy lacks, with what the newest is read from."""

    def require(self, versions: Mapping[str, int]) -> None:
        """Bring in what versions of tables are read from, if they are not here."""

    def require_states(self, commits: Iterable[Any]) -> None:
        """Bring in what the states of commits are read from."""

    def tag_kept(self, kept: list[Any]) -> None:
        """Protect versions of the copy that are kept from its cleaning up."""

    def writing(self) -> AbstractContextManager[None]:
        """Begin and end what is done with the lock of this machine's writers."""

    def pass_strays(self, table: Any) -> None:
        """Let a table that is made now have a version that is beyond those in the bucket."""

    def publish(self, number: int, data: bytes) -> None:
        """Write a commit, with the files that it names, to the bucket, and then to the copy."""

    def collect(self, kept: list[Any]) -> int:
        """Delete from the bucket what no kept commit needs, and return the bytes freed."""

    def has_unneeded(self, kept: list[Any]) -> bool:
        """Say whether something of before a purge is still in the bucket."""

    def faults(self, kept: list[Any]) -> Iterator[tuple[str, str]]:
        """Yield the objects that kept commits need and that are not as they were."""

    def mend_copy(self) -> Iterator[str]:
        """Fetch files of the copy anew that are not as they were written, and yield their names."""

    def bring_strays(self) -> None:
        """Bring in, to be looked through, what is in the bucket beside what the copy has."""

    def note_recalls(self, rows: Any) -> None:
        """Keep what was recalled, and write it to the bucket at times."""

    def replace_recalls(self, rows: Any) -> None:
        """Put recalls in the place of all that there are, as a purge does."""
