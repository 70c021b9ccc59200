"""Histories of aider: .aider.chat.history.md, where `#### ` is the user and `> ` the program."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from memcli.ingestion.transcripts.items import Item, Rejected, Source
from memcli.ingestion.transcripts.lines import read_said_lines
from memcli.ingestion.transcripts.saying import said
from memcli.memory.times import parse_time
from store.errors import BadRecord

_BEGINS = re.compile(r"# aider chat started at (?P<when>.{10,40})")
_USER = re.compile(r"####(?: (?P<text>.*)|\s*)")
_PROGRAM = re.compile(r">(?:\s|$)")


def is_aider(head: bytes) -> bool:
    """Tell a history by the line that begins a chat."""
    return any(_BEGINS.match(line) for line in head.decode(errors="ignore").splitlines()[:5])


def read_aider(source: Source) -> Iterator[Item]:
    """Yield the turns of each chat, which is a session."""
    history = _History(source)
    for line in read_said_lines(source):
        if isinstance(line, Rejected):
            yield line
        else:
            yield from history.take(line.number, line.data.decode())
    yield from history.close()


class _History:
    """Collects lines into turns; who says a line is told by how it begins."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._session, self._at = source.conversation, None
        self._role, self._line = "", 0
        self._texts: list[str] = []

    def take(self, number: int, line: str) -> Iterator[Item]:
        """Read one line; yield what it completes."""
        begins, user = _BEGINS.match(line), _USER.fullmatch(line)
        if begins:
            yield from self.close()
            self._begin(begins["when"].strip())
        elif user:
            yield from self._go_on("user", number, (user["text"] or "").rstrip())
        elif _PROGRAM.match(line):
            yield from self.close()
            self._source.leave_out("service lines")
        elif line.strip() or self._role == "assistant":
            yield from self._go_on("assistant", number, line)

    def close(self) -> Iterator[Item]:
        """Yield the turn that is open."""
        text = "\n".join(self._texts).strip()
        role, self._role, self._texts = self._role, "", []
        # What was asked for is answered later; only when the chat began is known.
        item = self._said(text, role) if text else None
        if item:
            yield item

    def _begin(self, when: str) -> None:
        """Begin a chat, named by its time."""
        try:
            self._at = parse_time(when, self._source.zone)  # type: ignore[assignment]
        except BadRecord:
            self._at = None
        self._session = f"{self._source.conversation}/{when.replace(' ', 'T')}"

    def _go_on(self, role: str, number: int, text: str) -> Iterator[Item]:
        """Add a line to the turn of a role."""
        if role != self._role:
            yield from self.close()
            self._role, self._line = role, number
        self._texts.append(text)

    def _said(self, text: str, role: str) -> Any:
        """Return a turn."""
        return said(self._source, self._line, text, role=role, at=self._at, session=self._session)
