"""Histories of aider: .aider.chat.history.md, where `#### ` is the user and `> ` the program."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from memcli.ingestion.transcripts.items import Item, Rejected, Source
from memcli.ingestion.transcripts.lines import read_said_lines
from memcli.ingestion.transcripts.saying import said
from memcli.ingestion.transcripts.trials import Trials, with_trials
from memcli.jsonl import Json
from memcli.memory.times import parse_time
from store.errors import BadRecord

_BEGINS = re.compile(r"# aider chat started at (?P<when>.{10,40})")
_USER = re.compile(r"####(?: (?P<text>.*)|\s*)")
_PROGRAM = re.compile(r">(?:\s|$)")
_RUNS = re.compile(r"> ?Running (?P<command>.+)")
_ASKED = re.compile(r"(?:/run|/test|!) ?(?P<command>.+)")
_EDITED = re.compile(r"> ?Applied edit to ")


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
        self._trials = Trials()
        self._tried: list[Json] = []
        self._running: str | None = None
        self._output: list[str] = []

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
            self._note(line)
            self._source.leave_out("service lines")
        elif line.strip() or self._role == "assistant":
            yield from self._go_on("assistant", number, line)

    def close(self) -> Iterator[Item]:
        """Yield the turn that is open."""
        text = "\n".join(self._texts).strip()
        role, self._role, self._texts = self._role, "", []
        if role == "user" and (asked := _ASKED.fullmatch(text)):
            self._run(asked["command"])
        # What was asked for is answered later; only when the chat began is known.
        item = self._said(text, role) if text else None
        if item:
            yield item

    def _note(self, line: str) -> None:
        """Take note of a line of the program: what it runs, and what that wrote."""
        runs = _RUNS.fullmatch(line.rstrip())
        if runs:
            self._run(runs["command"])
        elif _EDITED.match(line):
            self._run(None)
            self._trials.edit()
        elif self._running:
            self._output.append(line.removeprefix(">").strip())

    def _run(self, command: str | None) -> None:
        """Let a command begin, or none, and the one before it end."""
        if self._running:
            self._trials.ran(self._running, "\n".join(self._output))
        self._running, self._output = command, []

    def _begin(self, when: str) -> None:
        """Begin a chat, named by its time."""
        self._run(None)
        self._trials.take()
        try:
            self._at = parse_time(when, self._source.zone)  # type: ignore[assignment]
        except BadRecord:
            self._at = None
        self._session = f"{self._source.conversation}/{when.replace(' ', 'T')}"

    def _go_on(self, role: str, number: int, text: str) -> Iterator[Item]:
        """Add a line to the turn of a role."""
        if role != self._role:
            yield from self.close()
            self._run(None)
            self._role, self._line, self._tried = role, number, self._trials.take()
        self._texts.append(text)

    def _said(self, text: str, role: str) -> Any:
        """Return a turn."""
        return said(
            self._source,
            self._line,
            text,
            role=role,
            at=self._at,
            session=self._session,
            metadata=with_trials(None, self._tried),
        )
