"""
Transcripts of Cursor's agent: ~/.cursor/projects/FOLDER/agent-transcripts/SESSION, lines or text.

What the user asked stands between tags, after its time; the answers are of the same time. Of older
versions, which wrote text, what is indented below the mark of a tool or a thought belongs to it.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any, Final, NamedTuple

from memcli.ingestion.transcripts.blocks import text_of, tool_texts
from memcli.ingestion.transcripts.cursor_folders import folder_of_transcript
from memcli.ingestion.transcripts.decoding import read_log
from memcli.ingestion.transcripts.items import STDIN, Item, Rejected, Source
from memcli.ingestion.transcripts.lines import read_lines
from memcli.ingestion.transcripts.outline import outline
from memcli.ingestion.transcripts.saying import in_folder, said
from memcli.ingestion.transcripts.service_texts import service_texts
from memcli.ingestion.transcripts.sources import look_ahead
from memcli.ingestion.transcripts.tagged import blocks_between
from memcli.ingestion.transcripts.trials import Trials, with_trials
from memcli.jsonl import Json
from memcli.memory.times import parse_time
from store.errors import BadRecord

HEAD_BYTES: Final = 4096
SERVICE: Final = "service lines"
SUBAGENTS: Final = "turns of sub-agents"
MARKS: Final = ("Thinking", "Tool call", "Tool result")
KEYS: Final = frozenset(("role", "message", "timestamp"))
ROLE_OF: Final = {"user:": "user", "assistant:": "assistant", "A:": "assistant"}
_QUERY = re.compile(r"<(user_query)>")
_TIME = re.compile(r"<timestamp>\s*([^<>]{4,60}?)\s*(?:\(UTC([+-][0-9:]{1,5})?\))?\s*</timestamp>")
_FILE = re.compile(r"^\[File: ([^\]\n]{1,200})\]$", re.MULTILINE)
# Stands for thoughts that are kept from the reader.
_REDACTED = re.compile(r"\s*\[REDACTED\]\s*$")
_COMMAND = re.compile(r"(?m)^[ \t]*command: (.+)$")
_MARK = re.compile(rf"\[({'|'.join(MARKS)})\](.*)")


def is_transcript(head: bytes) -> bool:
    """Tell a transcript by the shape of its lines, or by its marks."""
    seen = outline(head)
    if seen.objects:
        return seen.shape == "lines" and _is_log(seen.objects)
    text = head.decode(errors="ignore").lstrip("\ufeff \r\n")
    marked = "<user_query>" in text or any(f"\n[{mark}]" in text for mark in MARKS)
    return text.partition("\n")[0].strip() == "user:" and marked


def _is_log(objects: tuple[Json, ...]) -> bool:
    """Tell lines that are a role with a message, and nothing else but the ends of turns."""
    spoken = [raw for raw in objects if raw.get("type") != "turn_ended"]
    return all(
        raw.keys() <= KEYS
        and raw.get("role") in ("user", "assistant")
        and isinstance(raw.get("message"), dict)
        and raw["message"].keys() == {"content"}
        for raw in spoken
    )


class _Asked(NamedTuple):
    """What a user said, of what the program put around it: words, time and files."""

    text: str
    at: datetime | None
    files: list[str]


def _asked(text: str, source: Source) -> _Asked:
    """Return what a user said."""
    query, files = next(blocks_between(text, _QUERY), None), _FILE.findall(text)
    words = (query.words if query else text).strip()
    return _Asked(service_texts("cursor").said(words), _time(text, source), files)


def _time(text: str, source: Source) -> datetime | None:
    """Return the time that stands before what a user said, in the zone that it names."""
    found = _TIME.search(text)
    if found is None:
        return None
    try:
        if "(UTC" not in found[0]:
            return parse_time(found[1], source.zone)
        return parse_time(found[1]).replace(tzinfo=timezone(_offset(found[2] or "+0")))
    except (BadRecord, ValueError):
        return None


def _offset(text: str) -> timedelta:
    """Return an offset from UTC, +8 or -3:30."""
    hours, _, minutes = text[1:].partition(":")
    offset = timedelta(hours=int(hours), minutes=int(minutes or 0))
    return -offset if text.startswith("-") else offset


class CursorTurns:
    """
    Makes turns of a session; an answer is of the time of the question.

    about: the session and the metadata of its turns, where the path of the file does not say them;
    at: when the session began.
    """

    def __init__(self, source: Source, about: dict[str, Any] | None = None, at: Any = None) -> None:
        self._source = source
        self._at: Any = at
        self._said_before = Counter[tuple[str, Any, str]]()
        self.trials = Trials()
        if about is not None:
            self._about = about
            return
        session = source.conversation if source.path == STDIN else source.stem
        folder = in_folder(folder_of_transcript(source.path))
        self._about = {"session": session, "metadata": folder}

    def user(self, line: int, text: str) -> Iterator[Item]:
        """Yield what a user said."""
        asked = _asked(text, self._source)
        self._at = asked.at or self._at
        if not asked.text and not asked.files:
            self._source.leave_out(SERVICE)
            return
        yield from self._said(line, asked.text, "user", attachments=asked.files or None)

    def assistant(self, line: int, text: str) -> Iterator[Item]:
        """Yield what was answered in words."""
        words = service_texts("cursor").said(_REDACTED.sub("", text).strip())
        if words:
            yield from self._said(line, words, "assistant")

    def tool(self, line: int, name: str, text: str) -> Iterator[Item]:
        """Yield a call of a tool, or what it gave back, where such are kept."""
        if self._source.tools and text.strip():
            yield from self._said(line, text.strip(), "tool", name=name)

    def _said(self, line: int, text: str, role: str, **more: Any) -> Iterator[Item]:
        # Of one time are all answers to a question, and the same may be said twice.
        key = role, self._at, text
        self._said_before[key] += 1
        if self._at and self._said_before[key] > 1:
            more["extra"] = {"occurrence": self._said_before[key]}
        tried = self.trials.take() if role != "tool" else []
        about = {**self._about, "metadata": with_trials(self._about["metadata"], tried)}
        item = said(self._source, line, text, role=role, at=self._at, **about, **more)
        if item:
            yield item


def read_transcript(source: Source) -> Iterator[Item]:
    """Yield the turns of a session; what a sub-agent was told was said by nobody."""
    if os.path.basename(os.path.dirname(source.path)) == "subagents":
        source.leave_out(SUBAGENTS)
        return
    head, source = look_ahead(source, HEAD_BYTES)
    turns = CursorTurns(source)
    if head.lstrip(b"\xef\xbb\xbf \r\n").startswith(b"{"):
        yield from _from_lines(source, turns)
    else:
        yield from _from_text(source, turns)


def _from_lines(source: Source, turns: CursorTurns) -> Iterator[Item]:
    """Yield the turns of lines of JSON."""
    for each in read_log(source):
        if isinstance(each, Rejected):
            yield each
            continue
        line, raw = each
        message = raw.get("message")
        content = message.get("content") if isinstance(message, dict) else None
        if raw.get("role") == "user":
            yield from turns.user(line, text_of(content))
        elif raw.get("role") == "assistant":
            yield from turns.assistant(line, text_of(content))
        else:
            source.leave_out(SERVICE)
        turns.trials.blocks(content, is_told=False)
        for name, text in tool_texts(content):
            yield from turns.tool(line, name, text)


def _from_text(source: Source, turns: CursorTurns) -> Iterator[Item]:
    """Yield the turns of text: what stands below `user:` and `assistant:`."""
    role, start, held = "", 0, list[str]()
    for line in read_lines(source):
        if isinstance(line, Rejected):
            yield line
            continue
        text = line.data.decode()
        if text.rstrip() in ROLE_OF:
            yield from _of_block(turns, role, start, held)
            role, start, held = ROLE_OF[text.rstrip()], line.number, []
        else:
            held.append(text)
    yield from _of_block(turns, role, start, held)


def _of_block(turns: CursorTurns, role: str, start: int, held: list[str]) -> Iterator[Item]:
    """Yield the turns of one block of text."""
    if role == "user":
        yield from turns.user(start, "\n".join(held))
    elif role == "assistant":
        for mark, name, lines in _parts(held):
            text = "\n".join(lines).strip()
            if not mark:
                yield from turns.assistant(start, text)
            elif mark != "Thinking":
                _note(turns.trials, mark, name, text)
                yield from turns.tool(start, name or "tool", text)


def _note(trials: Trials, mark: str, name: str, text: str) -> None:
    """Take note of the command that a tool was called with, or of what it gave back."""
    if mark == "Tool call":
        command = _COMMAND.search(text)
        trials.call(name, name, {"command": command[1]} if command else {})
    else:
        trials.result(name, text)


def _parts(lines: list[str]) -> Iterator[tuple[str, str, list[str]]]:
    """Yield what an answer is made of: the mark of each part, what stands beside it, its lines."""
    mark, name, held = "", "", list[str]()
    for line in lines:
        found = _MARK.fullmatch(line.rstrip())
        ends = bool(mark and line.strip() and not line[0].isspace())
        if found or ends:
            yield mark, name, held
            mark, name, held = (found[1], found[2].strip(), []) if found else ("", "", [])
        if not found:
            held.append(line)
    yield mark, name, held
