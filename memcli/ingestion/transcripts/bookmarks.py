"""Bookmarks of a browser: the page of HTML that all of them write, a folder as a heading."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Final

from memcli.ingestion.transcripts.items import Item, Rejected, Source
from memcli.ingestion.transcripts.lines import read_lines
from memcli.ingestion.transcripts.markup import text_of_html
from memcli.ingestion.transcripts.saying import said

MARK: Final = b"<!DOCTYPE NETSCAPE-Bookmark-file-1"
_FOLDER = re.compile(r"<H3[^>]*>(?P<title>.*?)</H3>", re.IGNORECASE)
_LINK = re.compile(r"<A\s(?P<about>[^>]*)>(?P<title>.*?)</A>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"(\w+)=\"([^\"]*)\"")
_ENDS = re.compile(r"</DL>", re.IGNORECASE)


def is_bookmarks(head: bytes) -> bool:
    """Tell a page of bookmarks by its first line."""
    return head.removeprefix(b"\xef\xbb\xbf").lstrip().upper().startswith(MARK.upper())


def read_bookmarks(source: Source) -> Iterator[Item]:
    """Yield each bookmark, with the folders that it is in."""
    folders: list[str] = []
    for line in read_lines(source):
        if isinstance(line, Rejected):
            yield line
            continue
        text = line.data.decode()
        if folder := _FOLDER.search(text):
            folders.append(text_of_html(folder["title"]))
        for link in _LINK.finditer(text):
            item = _bookmark(source, line.number, link, folders)
            if item:
                yield item
        if _ENDS.search(text) and folders:
            folders.pop()


def _bookmark(source: Source, line: int, link: re.Match[str], folders: list[str]) -> Item | None:
    """Return the note that a bookmark is: its title, and its address in the metadata."""
    about = {key.upper(): unescape(value) for key, value in _ATTRIBUTE.findall(link["about"])}
    address = about.get("HREF", "")
    if not address.lower().startswith(("http:", "https:")):
        source.leave_out("bookmarks of no page")
        return None
    metadata = {"url": address, "heading": " / ".join(folders), "tags": _tags(about)}
    return said(
        source,
        line,
        text_of_html(link["title"]) or address,
        at=about.get("ADD_DATE"),
        metadata={key: value for key, value in metadata.items() if value},
    )


def _tags(about: dict[str, str]) -> list[str]:
    return [tag.strip() for tag in about.get("TAGS", "").split(",") if tag.strip()]
