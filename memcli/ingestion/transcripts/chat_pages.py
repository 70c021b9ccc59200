"""
Chats that programs write as pages of HTML: Telegram, Messenger, imessage-exporter; Google Keep.

How each of them marks a message, its name, its time and its words is data.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any, Final

from memcli.ingestion.transcripts.items import Item, Source, rejected
from memcli.ingestion.transcripts.markup import BLOCKS
from memcli.ingestion.transcripts.saying import said
from memcli.ingestion.transcripts.sources import look_ahead
from memcli.language.data import read_toml
from store.errors import BadRecord

SERVICE: Final = "service lines"
MEDIA: Final = "pictures and files without words or names"
PARTS: Final = ("name", "when", "title", "text")
CHUNK: Final = 1 << 16
# Elements that have no end.
VOID: Final = frozenset("area base br col embed hr img input link meta source track wbr".split())
# `Mar 02, 2026 10:00:00 AM (Read by you after 3 seconds)`; a zone as `UTC+01:00`.
_READ_AT = re.compile(r"\s*\([^)]*\)\s*$")
_ZONE = re.compile(r"\s*UTC([+-]\d{2}:\d{2})$")


def form_of_page(head: bytes) -> str | None:
    """Return which program wrote a page, None for any other."""
    forms = read_toml("ingestion/transcripts/chat_pages.toml")
    return next((name for name, form in forms.items() if form["known"].encode() in head), None)


def is_chat_page(head: bytes) -> bool:
    """Tell a page that a program wrote a chat into."""
    return form_of_page(head) is not None


def read_chat_page(source: Source) -> Iterator[Item]:
    """Yield the turns of a page, the oldest first."""
    head, source = look_ahead(source, CHUNK)
    forms, name = read_toml("ingestion/transcripts/chat_pages.toml"), form_of_page(head)
    if name is None:
        error = BadRecord("no page of a chat that is known", path=source.path)
        yield rejected(error, source.path, 0)
        return
    turns = _turns(source, _ChatPage(source, forms[name]))
    yield from reversed([*turns]) if forms[name].get("newest_first") else turns


def _turns(source: Source, page: _ChatPage) -> Iterator[Item]:
    """Yield the turns of a page in the order in which they stand there."""
    for piece in _pieces(source):
        page.feed(piece.decode("utf-8", "replace"))
        yield from page.taken()
    page.close()
    yield from page.taken(at_end=True)


def _pieces(source: Source) -> Iterator[bytes]:
    """Yield the bytes of a page in pieces that end with a line: no letter is cut in two."""
    while piece := source.stream.read(CHUNK):
        yield piece + source.stream.readline(CHUNK)


class _ChatPage(HTMLParser):
    """Collects messages: each element has a role by its classes, or that of what it stands in."""

    def __init__(self, source: Source, form: dict[str, Any]) -> None:
        super().__init__(convert_charrefs=True)
        self._source, self._form = source, form
        self._open: list[tuple[str, str]] = []
        self._parts: dict[str, list[str]] = {}
        self._when, self._line = "", 0
        self._name: str | None = None
        self._done: list[Item] = []

    def taken(self, at_end: bool = False) -> Iterator[Item]:
        """Yield the messages that are whole."""
        if at_end:
            self._end_message()
        yield from self._done
        self._done.clear()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Enter an element; a message begins, or a part of one."""
        about = dict(attrs)
        above = self._open[-1][1] if self._open else ""
        classes = {*(about.get("class") or "").split(), f"<{tag}>"}
        role = self._role(classes, above)
        if role in ("message", "service") and {*self._form[role].split()} <= classes:
            self._end_message()
            self._line = self.getpos()[0]
            if role == "service":
                self._source.leave_out(SERVICE)
        if role == "when" and not self._when:
            self._when = str(about.get(self._form.get("attribute", "")) or "")
        if tag in BLOCKS and role in ("name", "text"):
            self._parts.setdefault(role, []).append("\n")
        if tag not in VOID:
            self._open.append((tag, role))

    def _role(self, classes: set[str], above: str) -> str:
        """Return what an element holds, by its classes and what it stands in."""
        form = self._form
        if above == "skip" or classes & {*form["skip"]}:
            return "skip"
        for role in ("service", "message"):
            if {*form[role].split()} <= classes:
                return role
        if above == "service" or not any(role == "message" for _, role in self._open):
            return above
        parts = ((role, {*form.get(role, "").split()}) for role in PARTS)
        return next((role for role, wanted in parts if wanted and wanted <= classes), above)

    def handle_endtag(self, tag: str) -> None:
        """Leave an element, and what was left open in it."""
        places = [place for place, (name, _) in enumerate(self._open) if name == tag]
        if places:
            del self._open[places[-1] :]

    def handle_data(self, data: str) -> None:
        """Take words of the part that they stand in."""
        role = self._open[-1][1] if self._open else ""
        if role in PARTS:
            self._parts.setdefault(role, []).append(re.sub(r"\s+", " ", data))

    def _end_message(self) -> None:
        """Make a turn of what was collected."""
        parts = {role: "".join(texts).strip() for role, texts in self._parts.items()}
        when = self._when or parts.get("when", "")
        self._parts, self._when = {}, ""
        if not when:
            return
        self._name = parts.get("name") or self._name
        words = re.sub(r" *\n *", "\n", parts.get("text", ""))
        if not words:
            self._source.leave_out(MEDIA)
            return
        moment = _ZONE.sub(r"\1", _READ_AT.sub("", when))
        about = {"heading": parts["title"]} if parts.get("title") else None
        item = said(self._source, self._line, words, name=self._name, at=moment, metadata=about)
        if item:
            self._done.append(item)
