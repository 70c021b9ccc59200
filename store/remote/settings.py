"""
Settings of object storage: `object-storage.toml` in the user's own folder of settings.

They are the user's, not a store's: no store says with which keys it is reached, or where its copy
is on this machine.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Final

import msgspec

from store.user_settings import read_user_settings, user_settings_path

NAME: Final = "object-storage.toml"
EXAMPLE: Final = """\
cache_folder = "~/.cache/memcli/stores"  # where the copies are of what is in buckets
cache_mb = 20000                         # what they may take together
debris_hours = 24                        # what a killed writer left is deleted when it is so old
[storage_options]                        # by Lance's names, over what the environment says
aws_region = "eu-central-1"
[stores."s3://bucket/path".storage_options]  # for one store
aws_endpoint = "http://localhost:9000"
allow_http = "true"
"""

StorageOptions = dict[str, str | bool | int]


class StoreOptions(msgspec.Struct, forbid_unknown_fields=True):
    """The options of one store."""

    storage_options: StorageOptions = msgspec.field(default_factory=dict)


class StorageSettings(msgspec.Struct, forbid_unknown_fields=True):
    """All settings of object storage; every one has a default."""

    cache_folder: Annotated[str, msgspec.Meta(min_length=1)] | None = None
    cache_mb: Annotated[int, msgspec.Meta(ge=1)] = 20_000
    debris_hours: Annotated[float, msgspec.Meta(ge=0.1)] = 24.0
    storage_options: StorageOptions = msgspec.field(default_factory=dict)
    stores: dict[str, StoreOptions] = msgspec.field(default_factory=dict)

    @property
    def cache(self) -> Path:
        """Where the copies are."""
        if self.cache_folder:
            return Path(self.cache_folder).expanduser()
        from platformdirs import user_cache_path

        return user_cache_path("memcli") / "stores"

    def options_of(self, url: str) -> dict[str, str]:
        """Return the options of the store at a URL, by names in lower case."""
        own = self.stores.get(url, StoreOptions()).storage_options
        return {n.lower(): _as_text(v) for n, v in {**self.storage_options, **own}.items()}


def _as_text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def settings_path() -> Path:
    """Return where the user's settings of object storage are."""
    return user_settings_path(NAME)


def read_settings() -> StorageSettings:
    """Return the user's settings, the defaults without any; BadUsage for what is none."""
    return read_user_settings(NAME, StorageSettings, "object-storage")
