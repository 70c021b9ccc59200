"""Pages of HTML and books in EPUB: each paragraph is a note under its headings."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from html import unescape
from typing import Final

from memcli.ingestion.transcripts.items import Item, Source, rejected
from memcli.ingestion.transcripts.markup import text_of_html
from memcli.ingestion.transcripts.pictures import numbered
from memcli.ingestion.transcripts.saying import said
from memcli.ingestion.transcripts.sources import as_file
from memcli.ingestion.transcripts.tagged import Block, blocks_between, without_blocks
from memcli.jsonl import Json
from store.errors import BadRecord

MAX_PAGE: Final = 64 * 1024 * 1024
MAX_PAGES: Final = 5_000
_START = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!DOCTYPE\s+html|html)\b", re.I | re.S
)
_TITLE = re.compile(r"<(title)[^<>]*>", re.IGNORECASE)
_HEADING = re.compile(r"<(h[1-6])(?:\s[^<>]*)?>", re.IGNORECASE)
_ITEM = re.compile(r"<itemref[^<>]*\bidref=[\"']([^\"']+)", re.IGNORECASE)
_MANIFEST = re.compile(r"<item\b([^<>]*)>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"\b([\w-]+)=[\"']([^\"']*)")
_PAGE: Final = (".xhtml", ".html", ".htm")


def is_page(head: bytes) -> bool:
    """Tell a page by its first tag."""
    return bool(_START.match(head.removeprefix(b"\xef\xbb\xbf")))


def is_epub(head: bytes) -> bool:
    """Tell a book by the first file in its archive."""
    return head.startswith(b"PK") and b"application/epub+zip" in head[:200]


def read_page(source: Source) -> Iterator[Item]:
    """Yield the paragraphs of a page."""
    data = source.stream.read(MAX_PAGE + 1)
    if len(data) > MAX_PAGE:
        yield rejected(BadRecord(f"a page of more than {MAX_PAGE:,} bytes"), source.path, 0)
        return
    yield from _paragraphs(source, data.decode("utf-8-sig", "replace"))


def _paragraphs(source: Source, page: str, above: str = "") -> Iterator[Item]:
    """Yield the paragraphs of a page, with the headings above each."""
    title = next(blocks_between(page, _TITLE), None)
    path: list[tuple[int, str]] = []
    top = above or (unescape(title.words).strip() if title else "")
    for opened, part in _headed(without_blocks(page, _TITLE)):
        if opened:
            level, name = int(opened.tag[1:]), " ".join(text_of_html(opened.words).split())
            path = [(depth, each) for depth, each in path if depth < level] + [(level, name)]
        heading = " / ".join(filter(None, [top, *(name for _, name in path if name != top)]))
        pictures: list[Json] = []
        for paragraph in text_of_html(part, pictures).split("\n\n"):
            words, shown = numbered(paragraph, pictures)
            metadata = {"heading": heading} if heading else None
            if words or shown:
                item = said(source, 0, words, metadata=metadata, attachments=shown or None)
                if item:
                    yield item


def _headed(page: str) -> Iterator[tuple[Block | None, str]]:
    """Yield the parts of a page, each with the heading above it, none above the first."""
    heading, at = None, 0
    for block in blocks_between(page, _HEADING):
        yield heading, page[at : block.start]
        heading, at = block, block.end
    yield heading, page[at:]


def read_epub(source: Source) -> Iterator[Item]:
    """Yield the paragraphs of a book in the order in which it is read."""
    try:
        with as_file(source) as path, zipfile.ZipFile(path) as book:
            for name in _reading_order(book)[:MAX_PAGES]:
                if book.getinfo(name).file_size <= MAX_PAGE:
                    yield from _paragraphs(source, book.read(name).decode("utf-8-sig", "replace"))
    except (zipfile.BadZipFile, KeyError, OSError, NotImplementedError) as error:
        yield rejected(BadRecord(f"a broken book: {error}"), source.path, 0)


def _reading_order(book: zipfile.ZipFile) -> list[str]:
    """Return the pages of a book as its package lists them, else by their names."""
    names = book.namelist()
    package = next((name for name in names if name.endswith(".opf")), None)
    if package:
        text = book.read(package).decode("utf-8", "replace")
        items = [dict(_ATTRIBUTE.findall(attributes)) for attributes in _MANIFEST.findall(text)]
        hrefs = {item.get("id"): unescape(item.get("href", "")) for item in items}
        folder = posixpath.dirname(package)
        pages = [posixpath.join(folder, hrefs[id_]) for id_ in _ITEM.findall(text) if id_ in hrefs]
        if known := [page for page in pages if page in names]:
            return known
    return sorted(name for name in names if name.lower().endswith(_PAGE))
