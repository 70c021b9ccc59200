"""
Changes to the vault: a secret is kept, replaced, taken out, or sealed by another key.

Each works on a transaction; whoever calls publishes. No name is among the arguments of a commit.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from memcli.memory.arrow import records_to_table
from memcli.memory.ids import content_id
from memcli.memory.vault.entries import VaultContent, VaultEntry, find_entry, read_entries
from memcli.memory.vault.sealing import OTHER_KEY, VaultKeys, vault_secret
from schemas import tables
from store.errors import KeyRefused, StoreExists
from store.layout import VAULT
from store.literals import quoted

if TYPE_CHECKING:
    from store import Store, Transaction
    from store.encryption.key_source import Secret


def keep(
    transaction: Transaction,
    keys: VaultKeys,
    name: str,
    namespace: str,
    content: VaultContent,
    now: datetime,
    replace: bool = False,
) -> VaultEntry:
    """
    Keep a secret under a name, in the place of one that has it if `replace`.

    StoreExists for a name that is taken, KeyRefused where all the others are of another key.
    """
    entries = read_entries(transaction)
    require_own_key(entries, keys)
    known = {(entry.namespace, entry.name): entry for entry in entries}
    there = known.get((namespace, name))
    if there and not replace:
        what = f"there is a secret {name!r} in namespace {namespace!r} already"
        raise StoreExists(what, "choose another name, or --replace it")
    id_ = there.id if there else content_id(secrets.token_hex(16))
    entry = keys.sealed(VaultEntry(id_, namespace, name, b"", now), content, entries)
    _write(transaction, [entry])
    return entry


def require_own_key(entries: Sequence[VaultEntry], keys: VaultKeys) -> None:
    """Raise KeyRefused where secrets are in the vault, and none is of this key."""
    if entries and not any(map(keys.opens, entries)):
        what = f"{keys.secret.told} is not the key of what is in the vault"
        raise KeyRefused(what, OTHER_KEY)


def remove(
    transaction: Transaction, names: Sequence[str], namespace: str | None
) -> list[VaultEntry]:
    """Take secrets out by their names and return them; InputNotFound for one that is not there."""
    entries = read_entries(transaction, namespace)
    gone = {entry.id: entry for entry in (find_entry(entries, name) for name in names)}
    if gone:
        transaction.delete(VAULT, f"id IN ({quoted(sorted(gone))})")
    return list(gone.values())


def reseal(transaction: Transaction, old: VaultKeys, new: VaultKeys) -> tuple[int, int]:
    """Seal what one key opens by another; return how many that were, and how many neither opens."""
    entries = read_entries(transaction)
    others = [entry for entry in entries if not new.opens(entry)]
    mine = [entry for entry in others if old.opens(entry)]
    known = [entry for entry in entries if new.opens(entry)]
    changed: list[VaultEntry] = []
    for entry in mine:
        changed.append(new.sealed(entry, old.opened(entry), [*known, *changed]))
    _write(transaction, changed)
    return len(changed), len(others) - len(mine)


def follow_key(
    store: Store, secret: Secret, say: Callable[[str], None], now: datetime | None = None
) -> None:
    """
    Let the key that a store gets open its vault too, before it gets it.

    KeyRefused where secrets are of another key, and that is not given.
    """
    new = VaultKeys(secret)
    snapshot = store.snapshot()
    if all(map(new.opens, read_entries(snapshot))):
        return
    old = VaultKeys(vault_secret(store.layout, store.id))
    require_own_key(read_entries(snapshot), old)
    with store.transaction("vault", {"action": "rekey"}) as transaction:
        sealed, left = reseal(transaction, old, new)
        transaction.publish(now)
    say(f"sealed {sealed:,} of the vault by the new key")
    if left:
        say(f"{left:,} of the vault have another key and keep it (memcli vault rekey --old-key)")


def _write(transaction: Transaction, entries: Sequence[VaultEntry]) -> None:
    if not entries:
        return
    if not transaction.has(VAULT):
        transaction.make(VAULT)
    rows = records_to_table([entry.to_row() for entry in entries], tables.vault())
    if transaction.count(VAULT):
        transaction.upsert(VAULT, rows, ["id"])
    else:
        transaction.append(VAULT, rows)
