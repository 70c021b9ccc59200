"""Markdown pages of an export: one session, and the index of all."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Final
from urllib.parse import quote

from memcli.jsonl import Row
from memcli.language.sanitize import printable
from memcli.memory import telling

UNKNOWN: Final = "unknown"
# What begins an element, a comment, a declaration or an image.
_LIVE: Final = re.compile(r"<(?=[A-Za-z/!?])|!(?=\[)")


@dataclass(frozen=True)
class SessionPage:
    """What the index says of a session, and where its page is."""

    path: str
    namespace: str
    session_id: str | None
    rows: int
    turns: int
    started_at: datetime | None
    ended_at: datetime | None
    speakers: Sequence[str] | None

    @property
    def title(self) -> str:
        """The session's own name."""
        return one_line(self.session_id or "") or "Without a session"

    @property
    def when(self) -> str:
        """When it was, from the first turn to the last."""
        if self.started_at is None or self.ended_at is None:
            return UNKNOWN
        same_day = self.started_at.date() == self.ended_at.date()
        end = f"{self.ended_at:%H:%M}" if same_day else clock(self.ended_at)
        start = clock(self.started_at)
        return start if start.endswith(end) else f"{start} to {end}"

    @property
    def who(self) -> str:
        """Who spoke."""
        return ", ".join(one_line(name) for name in self.speakers or ()) or UNKNOWN


def clock(moment: datetime) -> str:
    """Return a time as a person reads it, in UTC."""
    return f"{moment:%Y-%m-%d %H:%M}"


def one_line(text: str) -> str:
    """Return a text for a heading, a name or a cell: one line without marks of Markdown."""
    flat = " ".join(printable(text).split())
    return "".join(f"\\{char}" if char in "\\`*_[]|<>" else char for char in flat)


def render_page(session: SessionPage, rows: Sequence[Row]) -> str:
    """Return the page of one session."""
    learned = [row for row in rows if row["level"] > 0]
    turns = [row for row in rows if row["level"] == 0]
    return "\n".join(
        [
            f"# {session.title}",
            "",
            f"- Namespace: {one_line(session.namespace)}",
            f"- Date (UTC): {session.when}",
            f"- Speakers: {session.who}",
            f"- Turns: {session.turns}",
            "",
            *_section("What was learned", (line for row in learned for line in _statement(row))),
            *_section("Conversation", (line for row in turns for line in _turn(row))),
        ]
    )


def _section(title: str, lines: Iterable[str]) -> list[str]:
    """Return a heading with its lines; nothing where there are none."""
    body = list(lines)
    return [f"## {title}", "", *body, ""] if body else []


def _statement(row: Row) -> Iterator[str]:
    """Yield a bullet for what was learned."""
    first, *rest = _printable_lines(row["text"])
    yield f"- {first}{_remarks(row)}"
    yield from (f"  {line}".rstrip() for line in rest)


def _remarks(row: Row) -> str:
    """Return what a reader must know of a statement besides its text."""
    remarks = [
        f"from {clock(row['valid_from'])}" if row["valid_from"] else "",
        f"until {clock(row['valid_to'])}" if row["valid_to"] else "",
        "superseded" if row["superseded_by"] else "",
        "archived" if row["archived"] else "",
    ]
    said = ", ".join(remark for remark in remarks if remark)
    return f" ({said})" if said else ""


def _turn(row: Row) -> Iterator[str]:
    """Yield what somebody said: on the line of the name, or quoted below it."""
    said = f"({clock(row['happened_at'])})" if row["happened_at"] else f"({UNKNOWN})"
    aside = " (archived)" if row["archived"] else ""
    head = f"**{one_line(row['speaker'] or '') or UNKNOWN}** {said}{aside}:"
    lines = _printable_lines(row["text"] or telling.FILE_ALONE)
    if len(lines) == 1:
        yield f"{head} {lines[0]}"
    else:
        yield from (head, "", *(f"> {line}".rstrip() for line in lines))
    yield ""


def _printable_lines(text: str) -> list[str]:
    """Return the lines of a text without control characters and live elements; at least one."""
    lines = text.strip("\r\n").splitlines() or [""]
    return [lifeless(printable(line)).replace("\t", "    ") for line in lines]


def lifeless(text: str) -> str:
    """
    Return Markdown in which no element of HTML begins, and no image is fetched.

    Their first signs are entities, which no renderer takes for marks, whatever stands before them.
    """
    return _LIVE.sub(lambda match: f"&#{ord(match[0])};", text)


def render_index(sessions: Sequence[SessionPage]) -> str:
    """Return README.md: all sessions by namespace."""
    lines = ["# Memories", "", f"{len(sessions):,} sessions; times are UTC.", ""]
    for namespace, group in groupby(sessions, key=lambda session: session.namespace):
        lines += [f"## {one_line(namespace)}", "", "| session | date | speakers | turns |"]
        lines += ["| --- | --- | --- | ---: |", *map(_index_row, group), ""]
    return "\n".join(lines)


def _index_row(session: SessionPage) -> str:
    link = f"[{session.title}]({quote(session.path)})"
    return f"| {link} | {session.when} | {session.who} | {session.turns} |"
