"""
Pictures in notes: files that stand among words, as Markdown, Obsidian and HTML embed them.

Each is an attachment of the note that it stands in, with its description and its caption.
"""

from __future__ import annotations

import re
from html import unescape
from pathlib import PurePosixPath
from typing import Any, Final
from urllib.parse import unquote

from memcli.jsonl import Json

# Pictures, recordings and films: what they show and say, others have to tell.
MEDIA: Final = frozenset(
    """.png .jpg .jpeg .gif .webp .svg .bmp .avif .heic .heif .tif .tiff .mp3 .m4a .aac .amr .wav
    .ogg .oga .opus .flac .mp4 .m4v .mov .avi .3gp .webm .mkv""".split()
)
# What a wiki link embeds that is no other note.
FILES: Final = MEDIA | {".pdf", ".docx", ".pptx", ".xlsx"}
# Stands in the text of a page for a picture, whose number follows.
PLACE: Final = "\ufffc"
# A picture of a word or less, such as an emoji, stays where it stands.
MAX_SIGN: Final = 3
_CODE = re.compile(r"(`+[^`]*`+)")
_EMBEDDED = re.compile(
    r"!\[\[(?P<page>[^\[\]|#\n]{1,300})(?:#[^\[\]|\n]*)?(?:\|(?P<caption>[^\[\]\n]{0,300}))?\]\]"
    r"|!\[(?P<alt>[^\[\]\n]{0,500})\]"
    r"\((?:<(?P<angled>[^<>\n]+)>|(?P<place>[^\s()]+(?:\([^\s()]*\)[^\s()]*)*))"
    r"(?:\s+[\"'(](?P<title>[^\"')\n]*)[\"')])?\s*\)"
    r"|<img\s(?P<about>[^<>]*)>",
    re.IGNORECASE,
)
_ATTRIBUTE = re.compile(r"\b([\w-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_BLANKS = re.compile(r"(?<=\S)[ \t]{2,}(?=\S)")
# `300` or `300x200` behind a bar is a size.
_SIZE = re.compile(r"\s*\d+(?:x\d+)?\s*")
_NUMBERED = re.compile(rf"{PLACE}(\d+){PLACE}")


def without_pictures(line: str) -> tuple[str, list[Json]]:
    """Return a line of a note without the pictures in it, and these; code is left as it is."""
    if "![" not in line and "<img" not in line.lower():
        return line, []
    found: list[Json] = []

    def take(match: re.Match[str]) -> str:
        picture = _picture(match)
        if picture is None:
            return match[0]
        found.append(picture)
        return ""

    parts = _CODE.split(line)
    parts[::2] = [_EMBEDDED.sub(take, part) for part in parts[::2]]
    return (_BLANKS.sub(" ", "".join(parts)), found) if found else (line, [])


def _picture(match: re.Match[str]) -> Json | None:
    """Return the picture that is embedded; None for a note within a note."""
    if match["page"]:
        page = match["page"].strip()
        is_file = PurePosixPath(page).suffix.lower() in FILES
        return picture_of(page, match["caption"] or "") if is_file else None
    if match["about"] is not None:
        about = {key.lower(): unescape(a or b) for key, a, b in _ATTRIBUTE.findall(match["about"])}
        return picture_of(about.get("src", ""), about.get("alt", ""), about.get("title", ""))
    place = match["angled"] or match["place"]
    return picture_of(place, match["alt"] or "", match["title"] or "")


def picture_of(place: str, alt: str, caption: str = "") -> Json:
    """Return an attachment, as a record has it, for a picture at a place; data have none."""
    text, bar, size = alt.rpartition("|")
    alt = text if bar and _SIZE.fullmatch(size) else "" if _SIZE.fullmatch(alt) else alt
    about: dict[str, Any] = {"alt": alt.strip(), "caption": caption.strip()}
    if place.startswith("data:"):
        about["type"] = place[5:].partition(";")[0].partition(",")[0]
    elif place:
        about["path" if "://" not in place else "url"] = unquote(place)
    return {key: value for key, value in about.items() if value}


def numbered(text: str, pictures: list[Json]) -> tuple[str, list[Json]]:
    """Return a text of a page without the places of pictures, and the pictures that stood there."""
    found = [pictures[int(number)] for number in _NUMBERED.findall(text)]
    return re.sub(r"[ \t]{2,}", " ", _NUMBERED.sub("", text)).strip(), found
