"""
Settings of encryption: `encryption.toml` in the user's own folder of settings.

They are the user's, not a store's: no store says where its key is, which command is run for it, or
where it is decrypted to.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import msgspec

from store.user_settings import read_user_settings, user_settings_path

NAME: Final = "encryption.toml"
EXAMPLE: Final = """\
key_file = "~/.config/memcli/key"     # or:
key_command = "pass show memcli"      # what prints the key; it may ask at its own terminal
keep_minutes = 10                     # how long a decrypted copy stays in memory after a command
folder = "/run/user/1000"             # where that is; has to be in memory
on_disk = false                       # true: a folder on a disk will do
[stores.0123456789abcdef]             # for one store, by its id: its own key
key_file = "/media/stick/memcli.key"
"""


class KeySettings(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """Where a key is: in a file, or in what a command prints."""

    key_file: Annotated[str, msgspec.Meta(min_length=1)] | None = None
    key_command: Annotated[str, msgspec.Meta(min_length=1)] | None = None


class EncryptionSettings(KeySettings):
    """All settings of encryption; every one has a default."""

    keep_minutes: Annotated[float, msgspec.Meta(ge=0, le=1440)] = 0.0
    folder: Annotated[str, msgspec.Meta(min_length=1)] | None = None
    on_disk: bool = False
    stores: dict[str, KeySettings] = msgspec.field(default_factory=dict)

    def of_store(self, store_id: str) -> KeySettings:
        """Return where the key of a store is."""
        return self.stores.get(store_id, self)


def settings_path() -> Path:
    """Return where the user's settings of encryption are."""
    return user_settings_path(NAME)


def read_settings() -> EncryptionSettings:
    """Return the user's settings, the defaults without any; BadUsage for what is none."""
    return read_user_settings(NAME, EncryptionSettings, "encryption")
