"""Files that are known by what lies beside them, as they could be anything by themselves."""

from __future__ import annotations

import os
from typing import Final

from memcli.ingestion.transcripts.archives import read_neighbor
from memcli.ingestion.transcripts.notion import form_of_table

# By its name: which file has to stand beside it, what that has in it, and what reads it.
BESIDE: Final = {
    "nodes.jsonl": ("manifest.json", b'"cogx_version"', "cogx"),
    # The same chat as in data.json, for people to read.
    "chat.md": ("data.json", b'"sticker"', "companion"),
    "index.html": ("data.json", b'"sticker"', "companion"),
    # What Cline shows of the task that stands beside it.
    "ui_messages.json": ("api_conversation_history.json", b'"role"', "companion"),
}
LOOKED_AT: Final = 1 << 16


def form_by_neighbor(path: str) -> str | None:
    """Return the form of a file by its name and what stands beside it, else None."""
    if table := form_of_table(path):
        return table
    found = BESIDE.get(os.path.basename(path)) or _twin(path)
    if found is None:
        return None
    name, sign, form = found
    data = read_neighbor(path, name, LOOKED_AT)
    return form if data and sign in data else None


def _twin(path: str) -> tuple[str, bytes, str] | None:
    """Return what a page has to have beside it to be a note of Google Keep a second time."""
    stem, extension = os.path.splitext(os.path.basename(path))
    return (f"{stem}.json", b'"isTrashed"', "companion") if extension == ".html" else None
