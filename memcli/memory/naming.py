"""Names of other memories in the metadata of a statement: its relation, ruling and evolution."""

from __future__ import annotations

import json


def named_in(metadata: str | None) -> list[str]:
    """Return the memories that a statement's relation or ruling names, but for its evolution."""
    if not metadata or ('"relation"' not in metadata and '"ruling"' not in metadata):
        return []
    said = json.loads(metadata)
    relation, ruling = said.get("relation"), said.get("ruling")
    names = list(relation[1:3]) if isinstance(relation, list) else []
    names += [ruling.get("turn")] if isinstance(ruling, dict) else []
    return [name for name in names if isinstance(name, str)]


def evolved_by(metadata: str | None) -> list[str]:
    """Return the memories that gave a statement keywords, tags or its context."""
    if not metadata or '"evolved"' not in metadata:
        return []
    entries = json.loads(metadata).get("evolved")
    entries = [e for e in entries if isinstance(e, dict)] if isinstance(entries, list) else []
    return [entry["by"] for entry in entries if isinstance(entry.get("by"), str)]
