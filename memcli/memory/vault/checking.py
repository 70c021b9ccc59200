"""
Check of the vault: each secret has a name of its own and is sealed as it was.

Without a key only the form of a seal is looked at; the digests of files find what was changed. A
key that is named (--key-file, the variable, or the store is encrypted) opens each of its secrets.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from memcli.memory.vault.entries import VaultEntry, read_entries
from memcli.memory.vault.sealing import VaultKeys, vault_secret
from store.encryption.key_source import VARIABLE
from store.encryption.sealed_values import DamagedSeal, way_of
from store.errors import KeyRefused, MemcliError
from store.layout import VAULT
from store.problems import Problem, problem

if TYPE_CHECKING:
    from store import Store

REMEDY: Final = "undo the step that did it, or take it from a backup: memcli vault get NAME --at"


def vault_problems(store: Store) -> Iterator[Problem]:
    """Yield what is wrong with the vault of a store; what cannot be read, `check` itself tells."""
    try:
        snapshot = store.snapshot()
        if not snapshot.count(VAULT):
            return
        entries = read_entries(snapshot)
    except MemcliError:
        return
    yield from _of_names(entries)
    keys = _named_key(store)
    for entry in entries:
        try:
            way_of(entry.sealed)
            if keys is not None and keys.opens(entry):
                keys.opened(entry)
        except (DamagedSeal, MemcliError) as error:
            yield problem("error", _told(entry, error), REMEDY, VAULT, [entry.id])


def _of_names(entries: Sequence[VaultEntry]) -> Iterator[Problem]:
    counts = Counter((entry.namespace, entry.name) for entry in entries)
    for (namespace, name), count in counts.items():
        if count > 1:
            what = f"{count} secrets of namespace {namespace!r} are called {name!r}"
            yield problem("error", what, "undo the step that did it", VAULT)


def _named_key(store: Store) -> VaultKeys | None:
    """Return the key if it is named for this call; a program of the user's is not run for it."""
    if VARIABLE not in os.environ and store.layout.vault is None:
        return None
    try:
        return VaultKeys(vault_secret(store.layout, store.id))
    except KeyRefused:
        return None


def _told(entry: VaultEntry, error: Exception) -> str:
    told = getattr(error, "what", None)
    return str(told) if told else f"secret {entry.name!r} of the vault is damaged: {error}"
