"""Trust in the stores that tests make."""

from __future__ import annotations

import json
from pathlib import Path

from memcli.config import commands_digest, read_config
from store.sealing import unsealed
from store.trust import TrustMark, put_mark


def allow(root: Path) -> TrustMark:
    """Trust a store, with all that its config.toml names, as `memcli trust` does."""
    return put_mark(root, commands_digest(read_config(root / "config.toml")))


def as_before_marks(root: Path) -> None:
    """Make the identity of a store as programs wrote it that left no mark of trust."""
    path = root / "store.json"
    path.write_text(json.dumps(unsealed(path.read_bytes()), indent=1) + "\n")
