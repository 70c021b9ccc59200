"""Steps: what a command does to a store in one transaction."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def given_options(**options: Any) -> dict[str, Any]:
    """Return what a commit keeps of a command's arguments: what was given, as JSON values."""
    kept = {name: value for name, value in options.items() if value not in (None, False, [], ())}
    return {name: str(value) if isinstance(value, Path) else value for name, value in kept.items()}
