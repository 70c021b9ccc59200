"""
Documents: what a paragraph is found by beside its own words.

A paragraph rarely says what it is about, as its file and its headings do: "Every third week" stands
under "Water" in the note "cactus". MoM (2025) keeps a document as sections with such a path; here
it is the context of each paragraph, in its key and in its vector, and the text stays as it is.
"""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from memcli.records import Message

_JOINTS = re.compile(r"[\s_.-]+")


def document_context(message: Message) -> str | None:
    """Return the file name and the path of headings of a paragraph; None for what was said."""
    if message.name or message.role or not message.metadata:
        return None
    file, heading = message.metadata.get("file"), message.metadata.get("heading")
    title = title_of(file) if isinstance(file, str) else ""
    path = heading if isinstance(heading, str) else ""
    # What the first heading says already need not be said twice.
    if set(title.casefold().split()) <= set(_JOINTS.split(path.casefold())):
        title = ""
    return " / ".join(filter(None, [title, path])) or None


def title_of(file: str) -> str:
    """Return the name of a file as words, without its folder and what it ends with."""
    return " ".join(filter(None, _JOINTS.split(PurePath(file).stem)))
