"""Rejects: bad input records stop a call at the first, or are kept aside."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, Final, TypeVar

from memcli.ingestion.left_out import LeftOut
from store.errors import BadRecord, BadUsage, InputNotFound, PartialInput, StoreIOError
from store.output_files import new_file

if TYPE_CHECKING:
    from memcli.ingestion.transcripts import Rejected

SHOWN: Final = 20
Good = TypeVar("Good")


class OnError(StrEnum):
    """What to do with a bad record."""

    abort = "abort"
    skip = "skip"


class RejectLog:
    """
    Lets good records through and deals with the others as the user asked.

    Under `abort` the first bad record is raised, and nothing of the call is written. Under
    `skip` each is told by `say` and kept verbatim in the file of --rejects, which is there, synced
    and whole, once the log is left, and so before the good records are published.
    """

    def __init__(self, on_error: OnError, path: Path | None, say: Callable[[str], None]) -> None:
        if path is not None and on_error is not OnError.skip:
            raise BadUsage("--rejects needs --on-error skip", "add it, or leave --rejects out")
        self.count = self.n_files = self.n_left = 0
        self._on_error = on_error
        self._say = say
        self._path = path
        self._file: IO[bytes] | None = None
        self._open_files = contextlib.ExitStack()

    def __enter__(self) -> RejectLog:
        """Open the file for rejects; one that has its name stays until this one is whole."""
        if self._path is not None:
            place = self._open_files.enter_context(new_file(self._path, force=True))
            self._file = self._open_files.enter_context(place.open("wb"))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Give the file its name; StoreIOError when it is not whole."""
        self._open_files.__exit__(kind, error, trace)

    def accepted(self, items: Iterable[Good | Rejected]) -> Iterator[Good]:
        """Yield what was read, without what could not be."""
        from memcli.ingestion.transcripts import Rejected

        for item in items:
            if isinstance(item, Rejected):
                self._reject(item.error, item.raw)
            else:
                yield item

    def accepted_of_one(self, items: Iterable[Good | Rejected]) -> Iterator[Good]:
        """
        Yield what was read of one file of several, which is left where it cannot be read.

        The others go on: under `abort` a bad record ends its file, and what came before it stays.
        """
        from memcli.ingestion.transcripts import Rejected

        try:
            for item in items:
                if not isinstance(item, Rejected):
                    yield item
                elif self._on_error is OnError.abort or not item.raw:
                    raise item.error
                else:
                    self._reject(item.error, item.raw)
        except (BadRecord, InputNotFound, StoreIOError) as error:
            self.n_files += 1
            if self.n_files <= SHOWN:
                self._say(f"{error}; went on with the next file")

    def leave_out(self, paths: Sequence[str]) -> None:
        """Tell of files in the folders that are of no kind that is read."""
        left = LeftOut(paths)
        self.n_left = left.count
        for line in left.lines():
            self._say(line)

    def _reject(self, error: Exception, raw: bytes) -> None:
        if self._on_error is OnError.abort:
            raise error
        self.count += 1
        if self.count <= SHOWN:
            self._say(str(error))
        if self.count == SHOWN:
            self._say("further rejected records are only counted")
        if self._file is not None:
            self._file.write(raw.rstrip(b"\r\n") + b"\n")

    def finish(self) -> None:
        """Raise PartialInput if anything was rejected: the good records are written by now."""
        if self.count:
            kept = f"they are in {self._path}" if self._path else "keep them with --rejects FILE"
            raise PartialInput(f"{self.count:,} records were rejected", kept)
        if self.n_files or self.n_left:
            raise PartialInput(not_read(self.n_files, self.n_left), "see above")


def not_read(n_broken: int, n_left: int) -> str:
    """Say how many files were not read to their end, and how many were left out for their kind."""
    told = ((n_broken, "not read to the end"), (n_left, "left out, of kinds not read"))
    return " and ".join(f"{_files(n)} {what}" for n, what in told if n)


def _files(n: int) -> str:
    return "1 file was" if n == 1 else f"{n:,} files were"
