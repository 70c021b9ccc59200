"""
Errors that memcli expects, each with its exit status on the class.

    MemcliError                 1   the root; never raised itself
    +-- NoHits                  1   --require-hits and nothing was found
    +-- BadUsage                2   an option or a query makes no sense
    |   +-- Untrusted           2   a store that the user did not make and does not trust
    +-- PartialInput            3   done, but some input records were rejected
    +-- BadRecord              65   an input record is malformed
    |   +-- NewerRecord        76   it is of a version that we do not know
    +-- BadBundle              65   a bundle is cut short, damaged, or of another key
    +-- StoreCorrupt           65   the store breaks one of its invariants
    |   +-- NotAllPurged       65   what was purged is still somewhere where it is looked for
    +-- KeyRefused             65   an encrypted store, and no key for it, or not the right one
    +-- StoreNotFound          66   there is no store at that path
    +-- InputNotFound          66   an input, a commit or an id does not exist
    +-- EncoderUnavailable     69   encoder files are missing or broken
    +-- RerankerUnavailable    69   a reranker is missing, broken, or lacks what it needs
    +-- PluginUnavailable      69   a plug-in is there but cannot be loaded, or fails
    +-- ServiceUnavailable     69   a language model cannot be reached, refuses us or fails
    |   +-- RequestRefused     69   it works, but refuses one request
    |   +-- ServiceBusy        69   it asks to be tried again later
    +-- InvalidAnswer          69   a language model answered nothing that can be used
    +-- RemoteFailed           69   another machine cannot be reached, or its memcli fails
    +-- ClusterFailed          69   a cluster is not there, cannot be reached, or its workers fail
    +-- BudgetExhausted        69   the tokens that a run may use are used up
    +-- StoreExists            73   init or an output over something that exists
    +-- StoreIOError           74   the disk is full, or a file cannot be read or written
    |   +-- ObjectGone         74   an object that a commit in a bucket names is not there
    +-- StoreLocked            75   another writer holds the lock
    |   +-- FormChanged        75   the store was encrypted or decrypted since it was opened
    +-- CommitConflict         75   another writer published first
    |   +-- Outpaced           75   on object storage: it can be tried on what that one left
    +-- CompactedMeanwhile     75   what was being read was compacted or purged away
    +-- UnsupportedVersion     76   the store or a record is of a format we do not know
    +-- Interrupted           130   Ctrl-C

Numbers above 63 are those of sysexits.h, so that cron and mail tools know them.
"""

from __future__ import annotations

import os
from typing import ClassVar


class MemcliError(Exception):
    """An expected failure: shown as one line, `memcli: what is wrong (what to do)`."""

    status: ClassVar[int] = 1

    def __init__(self, what: str, remedy: str = "", **details: object) -> None:
        self.what = what
        self.remedy = remedy
        self.details = details
        super().__init__(f"{what} ({remedy})" if remedy else what)


class NoHits(MemcliError):
    """Nothing was found although hits were required."""

    status = 1


class BadUsage(MemcliError):
    """An option, a filter or a statement makes no sense."""

    status = 2


class Untrusted(BadUsage):
    """A store that the user did not make, and does not trust, is to be written to or obeyed."""


class PartialInput(MemcliError):
    """The work is done, but some input records were rejected."""

    status = 3


class BadRecord(MemcliError):
    """An input record is malformed; knows its file, line and column."""

    status = os.EX_DATAERR

    def __init__(
        self, reason: str, *, path: str = "", line: int = 0, column: int = 0, remedy: str = ""
    ) -> None:
        self.reason, self.path, self.line, self.column = reason, path, line, column
        place = ":".join(str(part) for part in (path, line, column) if part)
        super().__init__(f"{place}: {reason}" if place else reason, remedy)


class NewerRecord(BadRecord):
    """An input record is of a version that this memcli does not know."""

    status = os.EX_PROTOCOL


class BadBundle(MemcliError):
    """A bundle is cut short, damaged, encrypted for others, or none at all."""

    status = os.EX_DATAERR


class StoreCorrupt(MemcliError):
    """The store breaks one of its invariants."""

    status = os.EX_DATAERR


class NotAllPurged(StoreCorrupt):
    """A purge is done, and what was purged is still in files, or in versions of objects."""


class KeyRefused(MemcliError):
    """The store is encrypted, and no key is given, or one that is not its own."""

    status = os.EX_DATAERR


class StoreNotFound(MemcliError):
    """There is no store at that path."""

    status = os.EX_NOINPUT


class InputNotFound(MemcliError):
    """An input file, a commit or an id does not exist."""

    status = os.EX_NOINPUT


class EncoderUnavailable(MemcliError):
    """Encoder files are missing, broken or not those the store was made with."""

    status = os.EX_UNAVAILABLE


class RerankerUnavailable(MemcliError):
    """A reranker's files are missing or broken, or it lacks a package, a key or its service."""

    status = os.EX_UNAVAILABLE


class PluginUnavailable(MemcliError):
    """A plug-in is there but cannot be loaded or run, or fails at its work."""

    status = os.EX_UNAVAILABLE


class ServiceUnavailable(MemcliError):
    """A language model's service or command cannot be reached, refuses us or fails."""

    status = os.EX_UNAVAILABLE


class RequestRefused(ServiceUnavailable):
    """The service works but refuses this one request, for instance as too long."""


class ServiceBusy(ServiceUnavailable):
    """The service asks to be tried again later: in `wait_s` seconds, None where it says no time."""

    def __init__(self, what: str, remedy: str = "", *, wait_s: float | None = None) -> None:
        self.wait_s = wait_s
        super().__init__(what, remedy)


class InvalidAnswer(MemcliError):
    """The language model answered, but with nothing that can be used."""

    status = os.EX_UNAVAILABLE


class RemoteFailed(MemcliError):
    """Another machine cannot be reached, or the memcli on it fails."""

    status = os.EX_UNAVAILABLE


class ClusterFailed(MemcliError):
    """A cluster cannot be used: Ray is missing, does not answer, or its workers fail."""

    status = os.EX_UNAVAILABLE


class BudgetExhausted(MemcliError):
    """The tokens that a run may use are used up."""

    status = os.EX_UNAVAILABLE


class StoreExists(MemcliError):
    """Something exists already where a store or an output should go."""

    status = os.EX_CANTCREAT


class StoreIOError(MemcliError):
    """The disk is full, or a file cannot be read or written."""

    status = os.EX_IOERR


class ObjectGone(StoreIOError):
    """An object that a commit names is not there: the store was compacted meanwhile, or lost it."""


class StoreLocked(MemcliError):
    """Another writer holds the lock."""

    status = os.EX_TEMPFAIL


class FormChanged(StoreLocked):
    """A store was encrypted or decrypted, or got other keys, since it was opened: open it again."""


class CommitConflict(MemcliError):
    """Another writer published a commit first."""

    status = os.EX_TEMPFAIL


class Outpaced(CommitConflict):
    """Another writer of a store on object storage was faster; nothing of this one is published."""


class CompactedMeanwhile(MemcliError):
    """A compact or a purge removed what was being read."""

    status = os.EX_TEMPFAIL


class UnsupportedVersion(MemcliError):
    """The store or a record is of a format that this version does not know."""

    status = os.EX_PROTOCOL


class Interrupted(MemcliError):
    """The user pressed Ctrl-C."""

    status = 130
