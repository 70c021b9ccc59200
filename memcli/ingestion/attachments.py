"""
Attachments: what a picture, a recording or a file sent with a turn says, as memories of their own.

Their captions, alternative texts, transcripts and names are resources, part of their turn. A file
of the user's own, below the folder of the input, can be described by a program (see `captions`).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any, Final, NamedTuple
from urllib.parse import unquote, urlsplit

from memcli.ingestion.transcripts.items import STDIN
from memcli.ingestion.turns import Turn
from memcli.jsonl import Row
from memcli.memory.arrow import json_text
from memcli.memory.ids import content_id
from memcli.memory.search_columns import search_columns

# Under which names exports have the parts of an attachment.
NAMES: Final = ("name", "fileName", "file_name", "filename", "title")
PLACES: Final = "path file file_path filepath url uri href src download_url".split()
TYPES: Final = "mime_type mimetype mimeType content_type contentType media_type type".split()
TEXTS: Final = (
    "caption alt alt_text alternative_text description blip_caption transcript transcription"
    " extracted_content text"
).split()


class Attachment(NamedTuple):
    """
    What is known of something that was sent with a turn.

    name: of the file; place: its path or address; type: its media type; text: what it says.
    """

    name: str = ""
    place: str = ""
    type: str = ""
    text: str = ""


def attachment_of(raw: Any) -> Attachment:
    """Return what a record says of an attachment: a path, an address or an object."""
    if isinstance(raw, str):
        is_data = raw.startswith("data:")
        return Attachment() if is_data else Attachment(_base(raw), raw)
    if not isinstance(raw, dict):
        return Attachment()
    place = _first(raw, PLACES)
    place = "" if place.startswith("data:") else place
    texts = (raw.get(key) for key in TEXTS)
    said = [text.strip() for text in texts if isinstance(text, str) and text.strip()]
    return Attachment(
        _first(raw, NAMES) or _base(place),
        place,
        _first(raw, TYPES),
        "\n".join(dict.fromkeys(said)),
    )


def _first(raw: dict[str, Any], keys: list[str] | tuple[str, ...]) -> str:
    """Return the first text under some keys, "" where there is none."""
    values = (raw.get(key) for key in keys)
    return next((value for value in values if isinstance(value, str) and value.strip()), "")


def _base(place: str) -> str:
    """Return the name of a file from its path or address."""
    path = urlsplit(place).path if "://" in place else place.replace("\\", "/")
    return unquote(PurePosixPath(path).name)


def attachment_rows(turn: Turn, attachments: list[Any], path: str, now: datetime) -> Iterator[Row]:
    """Yield rows of `memories`, without vectors, for what was sent with a turn."""
    told = [attachment_of(raw) for raw in attachments]
    described = {found.name for found in told if found.text}
    for number, found in enumerate(told):
        if found.name in described and not found.text:
            continue  # the same file in another list
        text = ": ".join(filter(None, (found.name, found.text)))
        if text:
            key = content_id("attachment", turn.id, str(number), text)
            yield resource_row(turn._asdict(), key, text, _known(found, path), now)


def resource_row(turn: Row, id_: str, text: str, about: dict[str, Any], now: datetime) -> Row:
    """Return the row of a memory of type resource that is part of a turn."""
    row = {
        "id": id_,
        "namespace": turn["namespace"],
        "type": "resource",
        "level": 1,
        "text": text,
        "session_id": turn["session_id"],
        "happened_at": turn["happened_at"],
        "utc_offset": turn["utc_offset"],
        "recorded_at": now,
        "source_ids": [turn["id"]],
        "metadata": json_text({"attachment": about}),
    }
    return {**row, **search_columns(row)}


def _known(found: Attachment, path: str) -> dict[str, Any]:
    """Return what is kept of an attachment beside its text."""
    place = local_file(found.place, path) or found.place
    kept = {"name": found.name, "place": place, "type": found.type}
    return {**{key: value for key, value in kept.items() if value}, "described": bool(found.text)}


def local_file(place: str, path: str) -> str | None:
    """Return the path of a file below the folder of an input, None for anything else."""
    if not place or "://" in place or "\0" in place:
        return None
    base = os.path.realpath(os.curdir if path == STDIN else os.path.dirname(path) or os.curdir)
    whole = os.path.realpath(os.path.join(base, place))
    inside = whole.startswith(base.rstrip(os.sep) + os.sep)
    return whole if inside and os.path.isfile(whole) else None
