"""Settings: what the user may write into a store's config.toml."""

from __future__ import annotations

import json
from hashlib import blake2b
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import msgspec
import tomli

from memcli.language.wrong_values import in_words
from store.errors import BadUsage, Untrusted
from store.layout import DEFAULT_LOCK_WAIT_S, Layout

# Settings of [llm] that say what is run, where to something is sent, and which secret with it.
REACHING_OUT: Final = ("command", "base_url", "api_key_env")

DEFAULT_MAX_TURN_BYTES: Final = 1_000_000
MEND: Final = "mend it, or delete the line"
# More than there is of anything that is counted here.
MOST: Final = 1_000_000


class QueryConfig(msgspec.Struct, forbid_unknown_fields=True):
    """Settings of `query`."""

    top_k: Annotated[int, msgspec.Meta(ge=1, le=MOST)] = 10


class CompactConfig(msgspec.Struct, forbid_unknown_fields=True):
    """Settings of `compact`."""

    keep_commits: Annotated[int, msgspec.Meta(ge=1, le=MOST)] = 10


Share = Annotated[float, msgspec.Meta(ge=0, le=1)]


class DecayConfig(msgspec.Struct, forbid_unknown_fields=True):
    """Settings of `decay`."""

    # What ages memories: days on which the store was used, or all days.
    clock: Literal["activity", "days"] = "activity"
    dormant_below: Share = 0.1
    archive_below: Share = 0.01
    importance_floor: Share = 0.3
    promote_heat: Annotated[float, msgspec.Meta(gt=0)] = 5.0
    # What may stand in these is checked where they are used (memcli.retention.anchors), by NumPy.
    policy: dict[str, Any] = msgspec.field(default_factory=dict)
    types: dict[str, dict[str, Any]] = msgspec.field(default_factory=dict)


class ExtractConfig(msgspec.Struct, forbid_unknown_fields=True):
    """Settings of `extract`: the parser of English, or a folder with another one."""

    parser: str = "english-parser"


class LinkConfig(msgspec.Struct, forbid_unknown_fields=True):
    """Settings of `link`, and of the nightly run where it links."""

    # Let new statements add tags, keywords and context to old ones.
    evolve: bool = False


class IngestConfig(msgspec.Struct, forbid_unknown_fields=True):
    """Settings of what keeps words: `ingest`, `sync`, `add`, `task`, hooks, programs in Python."""

    # Keep [secret:kind] in the place of each secret.
    redact: bool = False
    # A turn of more bytes is kept whole, and read in parts by `extract`.
    max_turn_bytes: Annotated[int, msgspec.Meta(ge=10_000, le=1 << 40)] = DEFAULT_MAX_TURN_BYTES


class ProgramConfig(msgspec.Struct, forbid_unknown_fields=True):
    """Settings of a program that describes files: {} is their path, stdout has the words."""

    command: Annotated[str, msgspec.Meta(min_length=1)] | None = None
    timeout_s: Annotated[float, msgspec.Meta(gt=0, le=86_400)] = 300.0


class LockConfig(msgspec.Struct, forbid_unknown_fields=True):
    """Settings of the writers' lock."""

    # How long a command waits for another writer.
    wait_s: Annotated[float, msgspec.Meta(ge=0, le=86_400)] = DEFAULT_LOCK_WAIT_S


class Config(msgspec.Struct, forbid_unknown_fields=True):
    """All settings; every one has a default."""

    query: QueryConfig = msgspec.field(default_factory=QueryConfig)
    compact: CompactConfig = msgspec.field(default_factory=CompactConfig)
    lock: LockConfig = msgspec.field(default_factory=LockConfig)
    ingest: IngestConfig = msgspec.field(default_factory=IngestConfig)
    extract: ExtractConfig = msgspec.field(default_factory=ExtractConfig)
    link: LinkConfig = msgspec.field(default_factory=LinkConfig)
    # What says what pictures show, and what recordings say.
    caption: ProgramConfig = msgspec.field(default_factory=ProgramConfig)
    transcribe: ProgramConfig = msgspec.field(default_factory=ProgramConfig)
    decay: DecayConfig = msgspec.field(default_factory=DecayConfig)
    # What may stand in it is checked where a model is used (memcli.models.llm.settings): that
    # module is not worth loading for other commands.
    llm: dict[str, Any] = msgspec.field(default_factory=dict)

    @property
    def keep_commits(self) -> int:
        """How many of the newest commits compact keeps readable."""
        return self.compact.keep_commits


def settings_of(layout: Layout) -> Config:
    """Settings of a store, as read_config has them; the defaults in one that is not trusted."""
    return read_config(layout.config) if layout.trust.is_full else Config()


def reaching_out(config: Config) -> dict[str, str]:
    """Settings by which a program is run, or something sent somewhere, by their names."""
    named = {f"llm.{name}": config.llm.get(name) for name in REACHING_OUT}
    named |= {"caption.command": config.caption.command}
    named |= {"transcribe.command": config.transcribe.command}
    return {name: str(value) for name, value in named.items() if value is not None}


def commands_digest(config: Config) -> str:
    """Digest of the settings that reach out, by which trust in them is kept; empty for none."""
    found = reaching_out(config)
    text = json.dumps(found, sort_keys=True).encode("utf-8", "replace")
    return blake2b(text, digest_size=16).hexdigest() if found else ""


def require_allowed(config: Config, layout: Layout) -> None:
    """Raise Untrusted for settings that reach out and that the user has not allowed."""
    if not layout.trust.allows(commands_digest(config)):
        named = ", ".join(reaching_out(config))
        what = f"{layout.config} has settings that you have not allowed: {named}"
        raise Untrusted(what, f"look at them, then: memcli trust {layout.root}")


def read_config(path: Path) -> Config:
    """Return the settings of a store, defaults where it is silent; BadUsage when it is wrong."""
    try:
        return config_of(path.read_text(encoding="utf-8"), path)
    except FileNotFoundError:
        return Config()
    except (OSError, UnicodeDecodeError) as error:
        raise BadUsage(f"{path}: {error}", MEND) from error


def config_of(text: str, path: Path) -> Config:
    """Return the settings in the text of a config.toml; BadUsage names its path."""
    try:
        return msgspec.convert(tomli.loads(text), Config)
    except tomli.TOMLDecodeError as error:
        raise BadUsage(f"{path}: {error}", MEND) from error
    except msgspec.ValidationError as error:
        raise BadUsage(f"{path}: {in_words(str(error))}", MEND) from error
