"""Text of HTML: what a reader of the page sees, a line for each block."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Final

from memcli.ingestion.transcripts.pictures import MAX_SIGN, PLACE, picture_of
from memcli.jsonl import Json

# What is in these is not read.
UNSEEN: Final = frozenset("script style head template noscript svg nav".split())
BLOCKS: Final = frozenset(
    """p div br li ul ol tr table h1 h2 h3 h4 h5 h6 section article header footer blockquote pre
    figure dl dt dd hr""".split()
)
# From the first blank of a run on, or a long one would be read from each.
_SPACE = re.compile(r"(?<![ \t\r\f\v\u00a0])[ \t\r\f\v\u00a0]*\n[ \t\r\f\v\u00a0]*")


class _Text(HTMLParser):
    """Collects the words of a page, and its pictures where somebody wants them."""

    def __init__(self, pictures: list[Json] | None) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._pictures = pictures
        self._unseen = self._verbatim = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a block, or what is not read; a picture has its description."""
        self._unseen += tag in UNSEEN
        self._verbatim += tag == "pre"
        if tag in BLOCKS:
            self.parts.append("\n")
        if tag == "img" and not self._unseen:
            self._take_picture({key: value or "" for key, value in attrs})

    def _take_picture(self, about: dict[str, str]) -> None:
        """Keep a picture, and its place in the text; without a list for it, its description."""
        alt = about.get("alt", "")
        if self._pictures is None or (len(alt) <= MAX_SIGN and not about.get("title")):
            self.parts.append(alt)
            return
        self.parts.append(f"{PLACE}{len(self._pictures)}{PLACE}")
        self._pictures.append(picture_of(about.get("src", ""), alt, about.get("title", "")))

    def handle_endtag(self, tag: str) -> None:
        """End a block."""
        self._unseen -= tag in UNSEEN and self._unseen > 0
        self._verbatim -= tag == "pre" and self._verbatim > 0
        if tag in BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        """Take words; white space is one space."""
        if not self._unseen:
            self.parts.append(data if self._verbatim else re.sub(r"\s+", " ", data))


def text_of_html(page: str, pictures: list[Json] | None = None) -> str:
    """
    Return the words of a page or a piece of one.

    pictures: gets those of the page, where their places in the text are wanted (see `numbered`).
    """
    parser = _Text(pictures)
    parser.feed(_closed(page))
    parser.close()
    text = _SPACE.sub("\n", "".join(parser.parts))
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def _closed(page: str) -> str:
    """
    Return a page whose end, of comments and tags that nothing closes, is words.

    From each of them the parser looks for the end (CVE-2025-6069, in Python before 3.11.14).
    """
    for opening, closing in (("<!--", "-->"), ("<", ">")):
        at = page.rfind(closing) + len(closing) if closing in page else 0
        page = page[:at] + page[at:].replace(opening, opening.replace("<", "&lt;"))
    return page
