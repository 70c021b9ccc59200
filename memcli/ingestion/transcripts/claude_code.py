"""
Logs of Claude Code: ~/.claude/projects/FOLDER/SESSION.jsonl, one event a line.

What the user typed and what was answered in words are turns. Where the user went back and typed
something else, the log has both: the later one is the conversation.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

import msgspec

from memcli.ingestion.conversations import Remembered, hashed
from memcli.ingestion.transcripts.blocks import text_of, tool_texts
from memcli.ingestion.transcripts.decoding import after_a_torn_part, read_log
from memcli.ingestion.transcripts.items import Item, Rejected, Source
from memcli.ingestion.transcripts.json_document import read_members
from memcli.ingestion.transcripts.lines import read_lines
from memcli.ingestion.transcripts.saying import in_folder, said
from memcli.ingestion.transcripts.service_texts import service_texts
from memcli.ingestion.transcripts.sources import as_file, look_ahead
from memcli.ingestion.transcripts.trials import Trials, with_trials
from memcli.jsonl import Json

HEAD_BYTES: Final = 4096
SERVICE: Final = "service lines"
# Flags of lines that nobody said, and what they are called when they are counted.
FLAGS: Final = {
    "isSidechain": "turns of sub-agents",
    "isMeta": SERVICE,
    "isCompactSummary": "summaries of a compaction",
    "isApiErrorMessage": SERVICE,
}


class _Prompt(msgspec.Struct):
    """What tells which prompts were taken back, of any line."""

    type: str | None = None
    uuid: str | None = None
    parentUuid: str | None = None
    isMeta: bool | None = None
    isSidechain: bool | None = None
    message: msgspec.Raw = msgspec.Raw(b"null")


_PROMPT = msgspec.json.Decoder(_Prompt)


def read_claude_code(source: Source) -> Iterator[Item]:
    """Yield the turns of a session, those taken back left out."""
    head, source = look_ahead(source, HEAD_BYTES)
    if b'"loglines"' in head:
        yield from _EventReader(source, set()).read(read_members(source, "loglines"))
        return
    with as_file(source) as path, open(path, "rb") as first:
        replaced = _replaced_prompts(source._replace(stream=first, intake=None))
        with open(path, "rb") as stream:
            found = read_log(source._replace(stream=stream))
            yield from _EventReader(source, replaced).read(found)


def _replaced_prompts(source: Source) -> set[str]:
    """Return the ids of prompts in whose place, after the same turn, another one was typed."""
    latest: dict[str, str] = {}
    replaced = set()
    for line in read_lines(source):
        if isinstance(line, Rejected) or b'"user"' not in line.data:
            continue
        event = _prompt_in(line.data)
        if event and event.parentUuid and event.uuid and _is_prompt(event):
            before = latest.get(event.parentUuid)
            if before not in (None, event.uuid):
                replaced.add(before)
            latest[event.parentUuid] = event.uuid
    return replaced - {None}


def _prompt_in(line: bytes) -> _Prompt | None:
    """Return the event of a line, which may stand behind half of another one; else None."""
    try:
        return _PROMPT.decode(line)
    except (msgspec.DecodeError, RecursionError):
        whole = after_a_torn_part(line)
    try:
        return _PROMPT.decode(whole) if whole else None
    except (msgspec.DecodeError, RecursionError):
        return None


def _is_prompt(event: _Prompt) -> bool:
    """Tell a prompt that a person typed from results of tools and lines of the program."""
    if event.type != "user" or event.isMeta or event.isSidechain:
        return False
    try:
        message = msgspec.json.decode(bytes(event.message)) or {}
    except RecursionError:
        return False
    text = text_of(message.get("content")) if isinstance(message, dict) else ""
    return bool(text and service_texts("claude-code").said(text))


class _EventReader:
    """Makes turns of events: the parts of one answer are one turn."""

    def __init__(self, source: Source, replaced: set[str]) -> None:
        self._source = source
        self._gone = replaced
        self._texts = service_texts("claude-code")
        self._seen = Remembered[bool]()
        self._held: list[tuple[int, Json, str]] = []
        self._trials = Trials()
        self._tried: list[Json] = []

    def read(self, found: Iterator[tuple[int, Json] | Rejected]) -> Iterator[Item]:
        """Yield the turns of events in their order."""
        for each in found:
            if isinstance(each, Rejected):
                yield each
            else:
                yield from self._take(*each)
        yield from self._let_go()

    def _take(self, line: int, event: Json) -> Iterator[Item]:
        """Read one event; yield what it completes."""
        if self._was_taken_back(event):
            self._source.leave_out("turns taken back")
            return
        if not self._is_said(event):
            return
        message = event.get("message")
        content = message.get("content") if isinstance(message, dict) else None
        text = self._texts.said(text_of(content))
        if text and self._held and not self._goes_on(event):
            yield from self._let_go()
        if text:
            self._tried = self._tried if self._held else self._trials.take()
            self._held.append((line, event, text))
        elif isinstance(content, str) and content.strip():
            self._source.leave_out(SERVICE)
        self._trials.blocks(content)
        if self._source.tools:
            yield from self._let_go()
            yield from self._tools(line, event, content)

    def _was_taken_back(self, event: Json) -> bool:
        """Tell an event of a branch that the user left, remembering its own for those after it."""
        id_ = event.get("uuid")
        # Behind a compaction, the log goes on from a turn that is not shown to the model any more.
        parent = event.get("parentUuid") or event.get("logicalParentUuid")
        gone = id_ in self._gone or (parent is not None and parent in self._gone)
        if gone and isinstance(id_, str):
            self._gone.add(id_)
        return gone

    def _is_said(self, event: Json) -> bool:
        """Tell events in which a person or the assistant may say something, each once."""
        if event.get("type") not in ("user", "assistant"):
            self._source.leave_out(SERVICE)
            return False
        for flag, what in FLAGS.items():
            if event.get(flag):
                self._source.leave_out(what)
                return False
        if not event.get("uuid"):
            return True
        key = hashed(f"{event.get('sessionId')} {event['uuid']}").digest()
        known = self._seen.get(key)
        self._seen.put(key, True)
        return not known

    def _goes_on(self, event: Json) -> bool:
        """Tell an event with a further part of the answer that is held."""
        ids = [_answer_id(each) for each in (self._held[-1][1], event)]
        return ids[0] is not None and ids[0] == ids[1]

    def _let_go(self) -> Iterator[Item]:
        """Yield the turn that is held."""
        if not self._held:
            return
        line, event, _ = self._held[0]
        text = "\n\n".join(text for _, _, text in self._held)
        self._held = []
        about = {"role": event["type"], "ref": event.get("uuid"), "trials": self._tried}
        item = self._said(line, event, text, **about)
        if item:
            yield item

    def _tools(self, line: int, event: Json, content: Any) -> Iterator[Item]:
        """Yield the calls of tools in an event, and what they gave back."""
        for number, (name, text) in enumerate(tool_texts(content)):
            ref = f"{event.get('uuid')}#{number}"
            item = self._said(line, event, text, role="tool", name=name, ref=ref)
            if item:
                yield item

    def _said(
        self, line: int, event: Json, text: str, trials: Sequence[Json] = (), **about: Any
    ) -> Item | None:
        """Return a turn with the session and the time of its event, and what was tried before."""
        folder = in_folder(event.get("cwd"), branch=event.get("gitBranch"))
        return said(
            self._source,
            line,
            text,
            at=event.get("timestamp"),
            session=event.get("sessionId"),
            # A session that was forked repeats what came before under the ids of the first.
            unique=bool(about.get("ref")),
            metadata=with_trials(folder, trials),
            **about,
        )


def _answer_id(event: Json) -> str | None:
    """Return the id of the answer that an event is a part of."""
    message = event.get("message")
    id_ = message.get("id") if isinstance(message, dict) else None
    return id_ if isinstance(id_, str) and event.get("type") == "assistant" else None
