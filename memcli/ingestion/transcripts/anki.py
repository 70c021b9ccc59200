"""
Notes of Anki as its export writes them in text: settings in front, then a note a row.

A note is its fields, a line apart; the columns that the settings name are tags, deck and kind.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from typing import Final

from memcli.ingestion.transcripts.items import BOM, Item, Source, rejected
from memcli.ingestion.transcripts.lines import MAX_LINE_BYTES
from memcli.ingestion.transcripts.markup import text_of_html
from memcli.ingestion.transcripts.saying import said
from store.errors import BadRecord

SETTING: Final = re.compile(r"#(?P<key>[a-z ]+):(?P<value>.*)", re.IGNORECASE)
SEPARATORS: Final = {
    "tab": "\t", "comma": ",", "semicolon": ";", "space": " ", "pipe": "|", "colon": ":",
}  # fmt: skip
# What a column of this name holds is about the note, and no part of its words.
ABOUT: Final = ("tags", "deck", "notetype", "guid")
# `{{c1::Leiden::a town}}`: what is left open, and a hint.
_CLOZE = re.compile(r"\{\{c\d+::(.*?)(?:::[^{}]*)?\}\}", re.DOTALL)
_SOUND = re.compile(r"\[sound:[^\]]*\]")


def is_anki(head: bytes) -> bool:
    """Tell notes by the setting that comes first, the separator."""
    return head.removeprefix(BOM).lower().startswith(b"#separator:")


def read_anki(source: Source) -> Iterator[Item]:
    """Yield a note for each row; line counts from the first line of the file."""
    text = io.TextIOWrapper(source.stream, "utf-8-sig", errors="replace", newline="")
    settings: dict[str, str] = {}
    first, number = "", 0
    for first in text:
        number += 1
        setting = SETTING.fullmatch(first.strip())
        if not setting:
            break
        settings[setting["key"].lower().replace(" ", "")] = setting["value"].strip()
        first = ""
    separator = settings.get("separator", "tab").lower()
    csv.field_size_limit(MAX_LINE_BYTES)
    rows = csv.reader(
        _with(first, text), delimiter=SEPARATORS.get(separator, separator[:1] or "\t")
    )
    try:
        for row in rows:
            item = _note(source, number + rows.line_num - 1, row, settings)
            if item:
                yield item
    except csv.Error as error:
        yield rejected(BadRecord(f"broken: {error}"), source.path, number + rows.line_num - 1)
    finally:
        text.detach()  # who opened the stream closes it


def _with(first: str, rest: Iterable[str]) -> Iterator[str]:
    """Yield a line that was read already, and those after it."""
    if first:
        yield first
    yield from rest


def _note(source: Source, line: int, row: list[str], settings: dict[str, str]) -> Item | None:
    """Return the note that a row is."""
    about = {name: _cell(row, settings.get(f"{name}column")) for name in ABOUT}
    places = {
        int(place) - 1 for name in ABOUT if (place := settings.get(f"{name}column", "")).isdigit()
    }
    is_html = settings.get("html", "true").lower() != "false"
    fields = [cell for place, cell in enumerate(row) if place not in places and cell.strip()]
    words = "\n".join(_words(field, is_html) for field in fields)
    deck = about["deck"] or settings.get("deck")
    tags = [*(about["tags"] or "").split(), *settings.get("tags", "").split()]
    told = {"heading": (deck or "").replace("::", " / "), "tags": tags}
    return said(
        source,
        line,
        words,
        ref=about["guid"] or None,
        metadata={key: value for key, value in told.items() if value} or None,
    )


def _cell(row: list[str], place: str | None) -> str | None:
    """Return what stands in a column that is told by its number, from 1."""
    number = int(place) if place and place.isdigit() else 0
    return row[number - 1] if 0 < number <= len(row) else None


def _words(field: str, is_html: bool) -> str:
    """Return what a field says: without markup, what is left open filled in."""
    plain = _SOUND.sub("", _CLOZE.sub(r"\1", field))
    return text_of_html(plain).strip() if is_html else plain.strip()
