"""
Sealing of what is in the vault, by the same key as that of an encrypted store, found alike.

All that one key opens shares its salt, so that a passphrase is stretched once in a call.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

import msgspec

from memcli.memory.vault.entries import VaultContent, VaultEntry
from store.encryption.key_source import Secret, find_secret
from store.encryption.keyring import UserKey
from store.encryption.sealed_values import DamagedSeal, WayOfKey, seal, unseal, way_of
from store.errors import KeyRefused, StoreCorrupt

if TYPE_CHECKING:
    from collections.abc import Sequence

    from store.layout import Layout

_decode = msgspec.json.Decoder(VaultContent).decode
_encode = msgspec.json.Encoder().encode
OTHER_KEY: Final = "give that one (--key-file, MEMCLI_KEY_FILE), or memcli vault rekey --old-key"


def vault_secret(layout: Layout, store_id: str) -> Secret:
    """Return the user's key for the vault of a store; KeyRefused where none is named."""
    return find_secret(store_id, layout.root, "the vault of")


class VaultKeys:
    """What a user's key opens, and seals."""

    def __init__(self, secret: Secret) -> None:
        self.secret = secret
        self._of_way = cache(self._derived)

    def _derived(self, way: WayOfKey) -> UserKey | None:
        return way.key_of(self.secret)

    def opens(self, entry: VaultEntry) -> bool:
        """Say whether an entry is of this key; StoreCorrupt for one that is damaged."""
        return self._of_way(_way_of(entry)) is not None

    def opened(self, entry: VaultEntry) -> VaultContent:
        """Return what an entry holds; KeyRefused with another key, StoreCorrupt for damage."""
        key = self._of_way(_way_of(entry))
        if key is None:
            what = f"{self.secret.told} is not the key of secret {entry.name!r}"
            raise KeyRefused(what, OTHER_KEY)
        try:
            return _decode(unseal(entry.sealed, key, entry.bound_to))
        except (DamagedSeal, msgspec.MsgspecError) as error:
            raise _damaged(entry, error) from error

    def sealed(
        self, entry: VaultEntry, content: VaultContent, others: Sequence[VaultEntry]
    ) -> VaultEntry:
        """Return an entry that holds something; others: those of the vault, for their salt."""
        ways = dict.fromkeys(_way_of(other) for other in others)
        known = (key for way in ways if (key := self._of_way(way)) is not None)
        key = next(known, None) or self._new_key
        return entry._replace(sealed=seal(_encode(content), key, entry.bound_to))

    @property
    def _new_key(self) -> UserKey:
        key = UserKey.new(self.secret)
        way = WayOfKey(key.kdf, key.log_n, key.salt, key.check)
        return self._of_way(way) or key


def _way_of(entry: VaultEntry) -> WayOfKey:
    try:
        return way_of(entry.sealed)
    except DamagedSeal as error:
        raise _damaged(entry, error) from error


def _damaged(entry: VaultEntry, error: Exception) -> StoreCorrupt:
    what = f"secret {entry.name!r} of the vault is damaged: {error}"
    return StoreCorrupt(what, "an earlier commit may have it: memcli vault get NAME --at COMMIT")
