"""Documents of word processors, .docx and .odt: their paragraphs, with the headings above each."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from typing import IO, TYPE_CHECKING, Final
from xml.etree import ElementTree

from memcli.ingestion.transcripts.items import Item, Source, rejected
from memcli.ingestion.transcripts.saying import said
from memcli.ingestion.transcripts.sources import as_file
from store.errors import BadRecord

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

WORD: Final = "word/document.xml"
OPEN: Final = "content.xml"
MAX_DOCUMENT: Final = 256 << 20
# A document swells less than this; what swells more was made to.
MAX_RATIO: Final = 200
# A part that is small swells as it likes.
ALWAYS: Final = 1 << 20
_LEVEL = re.compile(r"(?:heading|berschrift|titre|titolo|kop|t[ií]tulo)?\s*([1-6])$", re.IGNORECASE)


def is_office(head: bytes) -> bool:
    """Tell a document by the names of the first files in its archive."""
    if not head.startswith(b"PK"):
        return False
    return b"opendocument.text" in head[:200] or b"word/" in head


def read_office(source: Source) -> Iterator[Item]:
    """Yield the paragraphs of a document."""
    try:
        with as_file(source) as path, zipfile.ZipFile(path) as archive:
            name = WORD if WORD in archive.namelist() else OPEN
            info = archive.getinfo(name)
            most = min(MAX_DOCUMENT, max(ALWAYS, MAX_RATIO * info.compress_size))
            if info.file_size > most:
                yield rejected(BadRecord("the document swells too much"), source.path, 0)
                return
            with archive.open(info) as stream:
                yield from _paragraphs(source, stream)
    except (zipfile.BadZipFile, KeyError, NotImplementedError, RuntimeError) as error:
        yield rejected(BadRecord(f"no document that can be read: {error}"), source.path, 0)
    except ElementTree.ParseError as error:
        yield rejected(BadRecord(f"a broken document: {error}"), source.path, 0)


def _paragraphs(source: Source, stream: IO[bytes]) -> Iterator[Item]:
    """Yield the paragraphs of the text of a document."""
    path: list[tuple[int, str]] = []
    alone = False
    for _, element in ElementTree.iterparse(stream, events=("end",)):
        kind = _local(element.tag)
        if kind not in ("p", "h"):
            continue
        text, level = _text(element), _level(element, kind)
        element.clear()
        if not text:
            continue
        above = [each for each in path if not level or each[0] < level]
        if level and not (alone and path and path[-1][0] >= level):
            path, alone = [*above, (level, text)], True
            continue
        if level:
            # A heading with nothing below it is a note itself.
            yield from _said(source, path[-1][1], path[:-1])
            path = [*above, (level, text)]
            continue
        alone = False
        yield from _said(source, text, path)
    if alone:
        yield from _said(source, path[-1][1], path[:-1])


def _said(source: Source, text: str, path: list[tuple[int, str]]) -> Iterator[Item]:
    """Yield a paragraph with the headings above it."""
    heading = " / ".join(name for _, name in path)
    item = said(source, 0, text, metadata={"heading": heading} if heading else None)
    if item:
        yield item


def _local(tag: str) -> str:
    """Return the name of an element without its namespace."""
    return tag.rpartition("}")[2]


def _text(element: Element) -> str:
    """Return the words of a paragraph: runs, tabs and breaks; no instructions, nothing deleted."""
    parts: list[str] = []
    for each in element.iter():
        name = _local(each.tag)
        if name in ("tab", "s"):
            parts.append(" ")
        elif name in ("br", "line-break", "cr"):
            parts.append("\n")
        if name not in ("instrText", "delText", "annotation", "note") and each.text:
            parts.append(each.text)
        if each is not element and each.tail:
            parts.append(each.tail)
    return "".join(parts).strip()


def _level(element: Element, kind: str) -> int:
    """Return the level of a heading, 0 for what is none."""
    if kind == "h":
        levels = [value for key, value in element.attrib.items() if _local(key) == "outline-level"]
        return int(levels[0]) if levels and levels[0].isdigit() else 1
    for each in element.iter():
        if _local(each.tag) == "pStyle":
            values = [value for key, value in each.attrib.items() if _local(key) == "val"]
            found = _LEVEL.search(values[0]) if values else None
            is_heading = found and not values[0].isdigit()
            return int(found[1]) if found and is_heading else 0
    return 0
