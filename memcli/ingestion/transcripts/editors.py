"""
Markdown that programs write of a chat with a model: SpecStory, Cursor, Windsurf, ChatGPT Exporter.

A line names who speaks, alone and in bold or as a heading, with a time in SpecStory.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from memcli.ingestion.transcripts.items import Item, Rejected, Source
from memcli.ingestion.transcripts.lines import read_said_lines
from memcli.ingestion.transcripts.saying import said
from memcli.ingestion.transcripts.style import Fence, sample
from memcli.ingestion.transcripts.trials import Trials, with_trials
from memcli.language.roles import PRODUCTS, role_of

_SPECSTORY = re.compile(
    r"_\*\*(?P<who>User|Agent|Assistant)(?: \((?P<about>[^)]*?)"
    r"(?P<when>[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:]{5,8}Z?)?\))?\*\*_"
)
_CURSOR = re.compile(r"\*\*(?P<who>User|Cursor|Assistant)\*\*")
# `### User Input`, `### Planner Response` of Windsurf; `## Prompt:`, `## Response:` of others.
_HEADED = re.compile(
    r"#{2,3} (?P<who>User Input|Planner Response|Prompt|Response):?", re.IGNORECASE
)
_HEADS: Final = {
    "user input": "user",
    "prompt": "user",
    "planner response": "assistant",
    "response": "assistant",
}
_EXPORTED = re.compile(r"_Exported on .{5,60} from Cursor\b.*_")
_TITLE = re.compile(r"# (?P<title>.+)")
_SESSION = re.compile(r"<!-- [\w ]*Session (?P<id>\S+) \(.*\) -->")
# What the program shows of its work: thinking and tools.
_WORK = re.compile(r"<(think|tool-use|details)(?:\s[^<>]*)?>.*?(?:</\1>\s*|\Z)", re.DOTALL)
_RULE: Final = "---"
# What SpecStory shows of a tool: which one, its command, and what that wrote.
_TOOL = re.compile(r"<tool-use(?P<about>\s[^<>]*)>(?P<shown>.*?)(?:</tool-use>|\Z)", re.DOTALL)
_SHELL: Final = 'data-tool-type="shell"'
_WRITES: Final = 'data-tool-type="write"'
_RUN = re.compile(r"(?m)^`(?P<command>[^`\n]+)`\s*\n(?:```\w*\n(?P<output>.*?)\n?```)?", re.DOTALL)


def is_editor_export(head: bytes) -> bool:
    """Tell an export by its first lines."""
    lines = head.decode("utf-8-sig", "ignore").splitlines()[:40]
    if any(_SPECSTORY.fullmatch(line) for line in lines):
        return True
    heads = [_HEADS[found["who"].casefold()] for line in lines if (found := _headed(line))]
    return heads[:1] == ["user"] or any(_EXPORTED.fullmatch(line) for line in lines[:6])


def _headed(line: str) -> re.Match[str] | None:
    """Return the heading that says who speaks."""
    return _HEADED.fullmatch(line.rstrip())


def read_editor_export(source: Source) -> Iterator[Item]:
    """Yield the turns of a chat."""
    lines, source = sample(source)
    ids = (found["id"] for line in lines[:40] if (found := _SESSION.fullmatch(line)))
    titles = (found["title"] for line in lines[:10] if (found := _TITLE.fullmatch(line)))
    export = _Export(source, next(ids, None), next(titles, None))
    for line in read_said_lines(source):
        if isinstance(line, Rejected):
            yield line
        else:
            yield from export.take(line.number, line.data.decode())
    yield from export.close()


class _Export:
    """Collects lines into turns."""

    def __init__(self, source: Source, session: str | None, title: str | None) -> None:
        self._source, self._session, self._title = source, session, title
        self._fence = Fence()
        self._head: re.Match[str] | None = None
        self._line = 0
        self._texts: list[str] = []
        self._trials = Trials()

    def take(self, number: int, line: str) -> Iterator[Item]:
        """Read one line; yield what it completes."""
        covered = self._fence.covers(line)
        forms = (_SPECSTORY.fullmatch, _CURSOR.fullmatch, _headed)
        head = None if covered else next((h for form in forms if (h := form(line))), None)
        if head:
            yield from self.close()
            self._head, self._line = head, number
            self._fence = Fence()
        elif self._head:
            self._texts.append(line)

    def close(self) -> Iterator[Item]:
        """Yield the turn that is open."""
        shown = "\n".join(self._texts)
        text = _WORK.sub("", shown).strip().removesuffix(_RULE).strip()
        head, self._head, self._texts = self._head, None, []
        tried = self._trials.take() if text and head else []
        self._note(shown)
        if head is None:
            return
        if not text:
            self._source.leave_out("outputs of tools")
            return
        who = head["who"].casefold()
        title = {"title": self._title} if self._title and not self._session else None
        item = said(
            self._source,
            self._line,
            text,
            role="assistant" if who in PRODUCTS else _HEADS.get(who) or role_of(who),
            at=head.groupdict().get("when"),
            session=self._session,
            metadata=with_trials(title, tried),
        )
        if item:
            yield item

    def _note(self, shown: str) -> None:
        """Take note of the commands that a program shows, and of what they wrote."""
        for tool in _TOOL.finditer(shown) if "<tool-use" in shown else ():
            run = _RUN.search(tool["shown"]) if _SHELL in tool["about"] else None
            if run:
                output = run["output"] or ""
                status = re.match(r"\s*(?:Error: )?Exit code (\d+)", output)
                self._trials.ran(run["command"], output, failed=bool(status))
            elif _WRITES in tool["about"]:
                self._trials.edit()
