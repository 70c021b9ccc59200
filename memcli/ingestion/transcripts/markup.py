"""Text of HTML: what a reader of the page sees, a line for each block."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Final

# What is in these is not read.
UNSEEN: Final = frozenset("script style head template noscript svg nav".split())
BLOCKS: Final = frozenset(
    """p div br li ul ol tr table h1 h2 h3 h4 h5 h6 section article header footer blockquote pre
    figure dl dt dd hr""".split()
)
_SPACE = re.compile(r"[ \t\r\f\v\u00a0]*\n[ \t\r\f\v\u00a0]*")


class _Text(HTMLParser):
    """Collects the words of a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._unseen = self._verbatim = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a block, or what is not read; a picture has its description."""
        self._unseen += tag in UNSEEN
        self._verbatim += tag == "pre"
        if tag in BLOCKS:
            self.parts.append("\n")
        if tag == "img":
            self.parts.append(dict(attrs).get("alt") or "")

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


def text_of_html(page: str) -> str:
    """Return the words of a page or a piece of one."""
    parser = _Text()
    parser.feed(page)
    parser.close()
    text = _SPACE.sub("\n", "".join(parser.parts))
    return re.sub(r"\n{3,}", "\n\n", text).strip()
