"""Sections of a document: its paragraphs under one path of headings are one segment."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import pairwise

from memcli.jsonl import Row


def sections(turns: Sequence[Row]) -> list[tuple[int, int]]:
    """Return the sections of a document, half-open ranges of paragraphs; none of a talk."""
    paths = [row.get("context") for row in turns]
    if not (paths and all(paths)):
        return []
    starts = [at for at, path in enumerate(paths) if not at or path != paths[at - 1]]
    return list(pairwise([*starts, len(turns)]))


def place_of(turn: Row) -> Row:
    """Return the file and the line of a paragraph, nothing for what was said."""
    metadata = json.loads(turn.get("metadata") or "{}")
    return {name: metadata[name] for name in ("file", "line") if name in metadata}


def named_of(turn: Row) -> str:
    """Return who said a turn, or the headings that a paragraph stands under."""
    return turn["speaker"] or turn.get("context") or ""
