"""
Entries of the vault: secrets by name, each sealed; names and times are in the table as they are.

What is inside of a seal is a value, and the words that it was said in where it was moved out of
memories. Whoever lists needs no key, whoever reads a value does (`memcli.memory.vault.sealing`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

from memcli import jsonl
from memcli.jsonl import Json
from store.errors import BadRecord, BadUsage, InputNotFound
from store.layout import VAULT

if TYPE_CHECKING:
    from store.reading import TableReader

LARGEST_BYTES: Final = 64 << 10
LONGEST_NAME: Final = 120
NEAR: Final = 3


class SaidTurn(msgspec.Struct, omit_defaults=True):
    """A turn that a secret was said in: its words, who said it, when."""

    text: str
    speaker: str | None = None
    happened_at: datetime | None = None


class VaultContent(msgspec.Struct, omit_defaults=True):
    """What is inside of a seal: the value, and the words that it was said in, if any."""

    value: str
    said: list[SaidTurn] = []


class VaultEntry(NamedTuple):
    """A row of the vault."""

    id: str
    namespace: str
    name: str
    sealed: bytes
    recorded_at: datetime

    @property
    def bound_to(self) -> str:
        """What its seal is bound to, so that none serves in another's place."""
        return f"{self.id}\n{self.namespace}\n{self.name}"

    def to_row(self) -> dict[str, Any]:
        """Return it as a row of the table."""
        return self._asdict()


def read_entries(reader: TableReader, namespace: str | None = None) -> list[VaultEntry]:
    """Return the entries of the vault, or of a namespace of it, by name."""
    rows = reader.rows(list(VaultEntry._fields), tables=[VAULT])
    entries = [VaultEntry(**row) for row in rows]
    mine = [entry for entry in entries if namespace in (None, entry.namespace)]
    return sorted(mine, key=lambda entry: (entry.name, entry.namespace))


def find_entry(entries: Sequence[VaultEntry], name: str) -> VaultEntry:
    """Return the entry of a name; InputNotFound without one, BadUsage where several have it."""
    found = [entry for entry in entries if entry.name == name]
    if len(found) > 1:
        spaces = ", ".join(entry.namespace for entry in found)
        raise BadUsage(f"{len(found)} secrets are called {name!r}", f"--namespace, of {spaces}")
    if not found:
        raise InputNotFound(f"there is no secret {name!r}", _near(name, entries))
    return found[0]


def _near(name: str, entries: Sequence[VaultEntry]) -> str:
    """Return what may have been meant, else where to look."""
    from difflib import get_close_matches

    by_fold = {entry.name.casefold(): entry.name for entry in entries}
    near = get_close_matches(name.casefold(), by_fold, NEAR, 0.5)
    near += [fold for fold in by_fold if name.casefold() in fold and fold not in near][:NEAR]
    found = " or ".join(repr(by_fold[fold]) for fold in near[:NEAR])
    return f"did you mean {found}?" if found else "see: memcli vault list"


def require_name(name: str) -> str:
    """Return a name for a secret; BadUsage for one that cannot be, or is a secret by its shape."""
    from memcli.language.secrets import find_tokens

    if not (name.strip() == name and name.isprintable() and 0 < len(name) <= LONGEST_NAME):
        remedy = f"1 to {LONGEST_NAME} signs, none of them a line end, no space around them"
        raise BadUsage("that cannot be the name of a secret", f"give {remedy}")
    if find_tokens(name):
        raise BadUsage("the name looks like a secret itself", "name it by what it is for")
    return name


def value_of(data: bytes) -> str:
    """
    Return what was typed or piped as a value; BadRecord for what is none.

    A line has its end cut off, as `echo` adds it; a file of several lines is kept as it is.
    """
    if len(data) > LARGEST_BYTES:
        raise BadRecord(f"a secret has {LARGEST_BYTES >> 10} KB at most", remedy="is it a secret?")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise BadRecord("the secret is not UTF-8", remedy="pipe it through base64") from None
    line = text.removesuffix("\n").removesuffix("\r")
    value = text if "\n" in line else line
    if not value.strip() or "\0" in value:
        what = "a zero byte is in the secret" if value.strip() else "the secret is empty"
        raise BadRecord(what, remedy="pipe it in: pass show bank | memcli vault add bank")
    return value


def as_record(
    entry: VaultEntry, content: VaultContent | None = None, with_words: bool = False
) -> Json:
    """Return an entry as a record; its value only where it was opened."""
    record: Json = {
        "kind": "secret",
        "v": 1,
        "name": entry.name,
        "namespace": entry.namespace,
        "recorded_at": jsonl.format_time(entry.recorded_at),
    }
    if content is not None:
        record["value"] = content.value
    if content is not None and with_words:
        record["said"] = [msgspec.to_builtins(said) for said in content.said]
    return record
