"""Notes of Evernote, .enex: titles, tags, words, and the names of the files in them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final
from xml.etree import ElementTree

from memcli.ingestion.transcripts.items import Item, Source, rejected
from memcli.ingestion.transcripts.markup import text_of_html
from memcli.ingestion.transcripts.saying import said
from store.errors import BadRecord

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

MARK: Final = b"<en-export"
LOOKED_AT: Final = 2048


def is_enex(head: bytes) -> bool:
    """Tell an export of Evernote by its first element."""
    return MARK in head[:LOOKED_AT]


def read_enex(source: Source) -> Iterator[Item]:
    """Yield the notes of an export; each is read whole."""
    number = 0
    try:
        for _, note in ElementTree.iterparse(source.stream, events=("end",)):
            if note.tag == "note":
                number += 1
                item = _note(source, number, note)
                note.clear()
                if item:
                    yield item
    except ElementTree.ParseError as error:
        line, column = error.position
        yield rejected(BadRecord(f"broken XML: {error}"), source.path, line, column=column)


def _note(source: Source, number: int, note: Element) -> Item | None:
    """Return a note with its title, its tags and what was put into it."""
    title = _text(note, "title")
    words = text_of_html(_text(note, "content"))
    told: dict[str, Any] = {
        "heading": title,
        "tags": [tag.text for tag in note.iter("tag") if tag.text],
    }
    files = [{"name": name.text} for name in note.iter("file-name") if name.text]
    return said(
        source,
        0,
        words or ("" if files else title),
        at=_text(note, "created") or _text(note, "updated"),
        ref=f"{title}#{number}",
        metadata={key: value for key, value in told.items() if value} or None,
        attachments=files or None,
    )


def _text(note: Element, tag: str) -> str:
    """Return the text of an element in a note, "" where there is none."""
    return (note.findtext(tag) or "").strip()
