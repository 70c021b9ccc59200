"""What the user may set in a store's config.toml."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Any

import msgspec

from store.errors import BadUsage


class QueryConfig(msgspec.Struct, forbid_unknown_fields=True):
    """Settings of `query`."""

    top_k: Annotated[int, msgspec.Meta(ge=1)] = 10


class CompactConfig(msgspec.Struct, forbid_unknown_fields=True):
    """Settings of `compact`."""

    keep_commits: Annotated[int, msgspec.Meta(ge=1)] = 10


class Config(msgspec.Struct, forbid_unknown_fields=True):
    """All settings; every one has a default."""

    query: QueryConfig = msgspec.field(default_factory=QueryConfig)
    compact: CompactConfig = msgspec.field(default_factory=CompactConfig)
    # What may stand in it is checked where a model is used (memcli.llm_settings.LlmSettings): its
    # module is not worth loading for other commands.
    llm: dict[str, Any] = msgspec.field(default_factory=dict)

    @property
    def keep_commits(self) -> int:
        """How many of the newest commits compact keeps readable."""
        return self.compact.keep_commits


def read_config(path: Path) -> Config:
    """Return the settings of a store, defaults where it is silent; BadUsage when it is wrong."""
    try:
        settings = tomllib.loads(path.read_text(encoding="utf-8"))
        return msgspec.convert(settings, Config)
    except FileNotFoundError:
        return Config()
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, OSError) as error:
        raise BadUsage(f"{path}: {error}", "mend it, or delete the line") from error
