"""
Commit files: one immutable JSON file for each published transaction.

The newest number is the head. A commit is published by linking a synced temporary file to its
final name: the link fails if the number exists, so two writers can never both publish it, and no
reader can see half of one.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Mapping, Sequence
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import msgspec

from schemas.wire import Record
from store.digests import Digests
from store.errors import CommitConflict, InputNotFound, StoreCorrupt, StoreIOError
from store.files import io_errors, write_whole
from store.layout import LATER_TABLES, PROTOCOL_TABLES
from store.sealing import is_sealed, sealed, unsealed

if TYPE_CHECKING:
    from store.encryption.vault import Vault
    from store.remote.side import RemoteSide

NAME: Final = re.compile(r"(\d{8,})\.json")
# Of a table: its folder lies in tables/. Those of the user may be named in any letters.
TABLE_NAME: Final = re.compile(r"\w[\w .-]*")


class EncoderStamp(msgspec.Struct, frozen=True, omit_defaults=True):
    """
    Which encoder made the vectors: its name, dimension and the hash of its weights.

    files: of an encoder in a folder of the user's own, the hash of all that changes its vectors:
    weights, tokenizer and settings. Stores of before have none.
    """

    name: str
    dimension: int
    sha256: str
    path: str | None = None
    files: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the stamp as it stands in a commit file."""
        stamp: dict[str, Any] = msgspec.to_builtins(self)
        return stamp


class TableState(msgspec.Struct, frozen=True):
    """A Lance version of a table and how many rows it has."""

    version: Annotated[int, msgspec.Meta(ge=0, le=(1 << 63) - 1)]
    rows: Annotated[int, msgspec.Meta(ge=0, le=(1 << 63) - 1)]


class QuestionVerdict(msgspec.Struct, frozen=True):
    """Whether a memory helped with a question, which is kept as the signature of its vector."""

    question: str
    id: str
    helped: bool
    at: datetime


class Commit(Record, tag="commit", kw_only=True):
    """One published transaction of a store."""

    number: int
    parent: int | None = None
    time: datetime
    command: str
    # A factory of its own, or no arguments would be left out.
    arguments: dict[str, Any] = msgspec.field(default_factory=lambda: {})  # noqa: PIE807
    encoder: EncoderStamp
    tables: dict[str, TableState]
    restores: int | None = None
    keeps_from: int | None = None
    # How many rows a step had worked through: a step with none left has nothing to do.
    watermarks: dict[str, int] = msgspec.field(default_factory=dict)
    # By namespace, factors on the weights of search that `feedback` has moved.
    weights: dict[str, dict[str, float]] = msgspec.field(default_factory=dict)
    # By namespace, what `feedback` said of the hits of a question, newest last.
    verdicts: dict[str, list[QuestionVerdict]] = msgspec.field(default_factory=dict)
    # Small models that were fitted on what the store knows, by what they are of.
    models: dict[str, dict[str, Any]] = msgspec.field(default_factory=dict)
    # What `log` says of it besides.
    changes: dict[str, int] | None = None
    kept: bool | None = None
    undone: bool | None = None

    @property
    def lost(self) -> frozenset[int]:
        """The commits before it whose states a repair found broken."""
        named = self.arguments.get("lost", ()) if self.command == "repair" else ()
        return frozenset(number for number in named if isinstance(number, int))

    @property
    def is_purge(self) -> bool:
        """Say whether it rewrote history: of no state before it is anything left."""
        return self.command == "forget" and "purge" in self.arguments

    def to_json(self) -> dict[str, Any]:
        """Return the commit as a record on the wire; its file has `files` and a seal besides."""
        record: dict[str, Any] = msgspec.to_builtins(self)
        record["time"] = self.time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        return record

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> Commit:
        """Read what to_json wrote; msgspec.ValidationError or ValueError when it is damaged."""
        commit = msgspec.convert(record, cls)
        if missing := set(PROTOCOL_TABLES) - set(LATER_TABLES) - set(commit.tables):
            raise ValueError(f"it does not name {', '.join(sorted(missing))}")
        if any(TABLE_NAME.fullmatch(name) is None for name in commit.tables):
            raise ValueError("it names tables that lie elsewhere")
        return msgspec.structs.replace(commit, time=commit.time.astimezone(UTC))


def without_verdicts_on(
    verdicts: Mapping[str, Sequence[QuestionVerdict]], ids: Collection[str]
) -> dict[str, list[QuestionVerdict]]:
    """Return verdicts without the questions that some memories were an answer to, or were not."""
    stay: dict[str, list[QuestionVerdict]] = {}
    for space, given in verdicts.items():
        asked = {verdict.question for verdict in given if verdict.id in ids}
        if kept := [verdict for verdict in given if verdict.question not in asked]:
            stay[space] = kept
    return stay


def commit_path(folder: Path, number: int) -> Path:
    """Return the path of a commit file."""
    return folder / f"{number:08d}.json"


def commit_numbers(folder: Path) -> list[int]:
    """Return the numbers of all published commits, oldest first; StoreCorrupt without it."""
    try:
        with io_errors(f"read {folder}"):
            names = os.listdir(folder)
    except StoreIOError as error:
        if isinstance(error.__cause__, FileNotFoundError | NotADirectoryError):
            raise StoreCorrupt(f"{folder} is missing", "restore it from a backup") from None
        raise
    return sorted(int(match[1]) for name in names if (match := NAME.fullmatch(name)))


def read_commit(folder: Path, number: int) -> Commit:
    """Return one commit; InputNotFound when there is none, StoreCorrupt when it is damaged."""
    path = commit_path(folder, number)
    try:
        with io_errors(f"read {path}"):
            if not path.exists():
                raise InputNotFound(f"there is no commit {number}", "see: memcli log")
            data = path.read_bytes()
        record = unsealed(data)
        _digests_in(record)
        commit = Commit.from_json(record)
        if commit.number != number:
            raise ValueError(f"it says it is commit {commit.number}")
    except (ValueError, msgspec.ValidationError) as error:
        raise StoreCorrupt(f"{path} is damaged: {error}", "run memcli check") from error
    return commit


def read_head(folder: Path) -> Commit:
    """Return the newest commit; StoreCorrupt when there is none."""
    newest = max(commit_numbers(folder), default=None)
    if newest is None:
        raise StoreCorrupt(f"{folder} holds no commit", "restore the store from a backup")
    return read_commit(folder, newest)


def read_digests(folder: Path, number: int) -> Digests | None:
    """
    Return the digests of the files that a commit wrote, None for one of an earlier program.

    Raises StoreCorrupt when the commit is damaged.
    """
    path = commit_path(folder, number)
    with io_errors(f"read {path}"):
        data = path.read_bytes()
    try:
        return _digests_in(unsealed(data))
    except ValueError as error:
        raise StoreCorrupt(f"{path} is damaged: {error}", "run memcli check") from error


def _digests_in(record: Mapping[str, Any]) -> Digests | None:
    """Return the digests in a commit; ValueError where one is of a file that lies elsewhere."""
    files = record.get("files")
    if not isinstance(files, dict):
        return None
    if not all(map(_is_inside, files)):
        raise ValueError("it names files that lie elsewhere")
    return files


def _is_inside(path: str) -> bool:
    """Say whether a path below tables/ leads nowhere else: a repair removes what it names."""
    return not path.startswith("/") and "\\" not in path and ".." not in path.split("/")


def has_seal(folder: Path, number: int) -> bool:
    """Say whether the file of a commit ends with a seal: an earlier program wrote none."""
    path = commit_path(folder, number)
    with io_errors(f"read {path}"):
        return is_sealed(path.read_bytes())


def is_seal_due(folder: Path, commit: Commit) -> bool:
    """Say whether the commits after one have seals: it has, and stands for no earlier one."""
    return "stands_for" not in commit.arguments and has_seal(folder, commit.number)


def publish_commit(
    folder: Path,
    commit: Commit,
    files: Digests | None = None,
    vault: Vault | None = None,
    remote: RemoteSide | None = None,
) -> None:
    """
    Make a commit, with the digests of the files that it wrote, the head: write, sync, link.

    vault: that of an encrypted store, where it is published first; remote: that of a store on
    object storage, which does all of it. Raises CommitConflict when a commit of that number exists,
    StoreIOError when it cannot be written, or, with the commit in place, when it is not sure to
    survive a power loss.
    """
    path, data = commit_path(folder, commit.number), _written(commit, files)
    if remote is not None:
        remote.publish(commit.number, data)
        return
    with io_errors(f"publish commit {commit.number}"):
        try:
            with vault.publishing(commit.number, data) if vault else nullcontext():
                write_whole(path, data, is_new=True)
        except FileExistsError:
            raise CommitConflict(f"commit {commit.number} exists already", "run it again") from None


def replace_commit(folder: Path, commit: Commit, files: Digests) -> None:
    """Write a commit in the place of one that is damaged or gone, which only a repair may."""
    path = commit_path(folder, commit.number)
    with io_errors(f"write {path}"):
        write_whole(path, _written(commit, files))


def rewrite_commit(folder: Path, commit: Commit) -> None:
    """Write what a commit says anew, which only a purge may; its digests stay."""
    path, files = commit_path(folder, commit.number), read_digests(folder, commit.number)
    with io_errors(f"rewrite {path}"):
        write_whole(path, _written(commit, files))


def _written(commit: Commit, files: Digests | None) -> bytes:
    """Return a commit as its file holds it."""
    named = {} if files is None else {"files": files}
    return sealed({**commit.to_json(), **named})
