"""Commit files of a store on object storage, as they come and go: bytes, and what they say."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from store.errors import StoreCorrupt
from store.files import io_errors
from store.remote.local_copy import LocalCopy
from store.remote.naming import COMMITS, TABLES, FileNames, commit_name
from store.remote.urls import REMOTE_FORMAT, SEALED_FORMAT
from store.sealing import unsealed

# What a commit calls the form of a store that is not encrypted.
PLAIN = "plain"


class CommitFile:
    """A commit as its file holds it; StoreCorrupt for one that is damaged."""

    def __init__(self, number: int, data: bytes) -> None:
        self.number = number
        self.data = data
        self.name = commit_name(number)
        try:
            self.record: dict[str, Any] = unsealed(data)
            self.versions = {n: int(s["version"]) for n, s in self.record["tables"].items()}
        except (ValueError, KeyError, TypeError) as error:
            raise StoreCorrupt(f"{self.name} is damaged: {error}", "run memcli check") from error

    @classmethod
    def read(cls, copy: LocalCopy, number: int) -> CommitFile:
        """Return a commit that the copy has."""
        with io_errors(f"read commit {number}"):
            return cls(number, copy.path(commit_name(number)).read_bytes())

    @property
    def is_purge(self) -> bool:
        """Whether it rewrote history."""
        return self.record["command"] == "forget" and "purge" in self.record.get("arguments", {})

    @property
    def form(self) -> str | None:
        """The form that the store is to have from then on, empty for plain; None if untold."""
        told = (self.record.get("arguments") or {}).get("form")
        if self.record["command"] not in ("encrypt", "decrypt") or not isinstance(told, str):
            return None
        return "" if told == PLAIN else told

    @property
    def written(self) -> dict[str, str]:
        """The digests of the files that it wrote, by their names."""
        return {f"{TABLES}/{path}": d for path, d in (self.record.get("files") or {}).items()}


def names_before(copy: LocalCopy, head: CommitFile) -> FileNames:
    """Return the files of commits up to one that the copy does not have yet."""
    names = FileNames(copy.path(COMMITS), head.number - 1)
    names.add(head.written)
    return names


def identity_form(data: bytes) -> str | None:
    """Return the form that a store.json says a store has, empty for plain; None for no store's."""
    with suppress(ValueError, KeyError):
        identity = unsealed(data)
        if identity["format"] == SEALED_FORMAT:
            return str(identity["form"])
        return "" if identity["format"] == REMOTE_FORMAT else None
    return None


def identity_id(data: bytes) -> str:
    """Return the id in a store.json, empty for none."""
    with suppress(ValueError, KeyError):
        return str(unsealed(data)["id"])
    return ""
