"""Trust in the stores that tests make."""

from __future__ import annotations

from pathlib import Path

from memcli.config import commands_digest, read_config
from store.trust import TrustMark, put_mark


def allow(root: Path) -> TrustMark:
    """Trust a store, with all that its config.toml names, as `memcli trust` does."""
    return put_mark(root, commands_digest(read_config(root / "config.toml")))
