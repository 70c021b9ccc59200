"""
Logs of calls of language models: Bedrock, LangSmith, requests of Anthropic, LiteLLM.

Each call has all that was said before it once more. A call goes on in the conversation whose turns
it begins with, and only what is new in it is a turn; so a log makes conversations as they were, of
which nothing is doubled. A digest of each turn is kept while a log is read: some 100 bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import msgspec

from memcli.ingestion.conversations import hashed
from memcli.ingestion.transcripts.blocks import text_of
from memcli.ingestion.transcripts.decoding import decode_json, read_objects
from memcli.ingestion.transcripts.items import Item, Rejected, Source
from memcli.ingestion.transcripts.json_document import read_documents
from memcli.ingestion.transcripts.json_layouts import first_of, fits, has_places, value_at
from memcli.ingestion.transcripts.outline import Outline, outline
from memcli.ingestion.transcripts.saying import BLANK, NOT_SAID, said
from memcli.ingestion.transcripts.sources import look_ahead
from memcli.jsonl import Json
from memcli.language.data import read_toml
from memcli.language.roles import role_of

HEAD_BYTES: Final = 64 * 1024
OTHER: Final = "runs that are no calls of a model"
AGAIN: Final = "turns that a later call repeats"
# How a stream of events begins, and where an event has its piece of text.
STREAM: Final = re.compile(r"\s*(?:event|data):")
DELTAS: Final = (
    "delta.text",
    "contentBlockDelta.delta.text",
    "outputText",
    "generation",
    "completion",
)
CONTENTS: Final = ("content", "kwargs.content", "data.content", "text", "message", "output")
ROLES: Final = frozenset(("user", "assistant", "system", "tool"))
Layout = dict[str, Any]


class Words(NamedTuple):
    """What one message of a call says, and who says it."""

    role: str | None
    text: str


def is_layout(name: str, seen: Outline) -> bool:
    """Tell a log of a layout by what its first object has."""
    layout, first = _layout(name), seen.first
    return has_places(first, layout["has"]) and fits(first, layout.get("is", {}))


def read_layout(name: str, source: Source) -> Iterator[Item]:
    """Yield the turns of the conversations in a log, the oldest first."""
    layout = _layout(name)
    head, source = look_ahead(source, HEAD_BYTES)
    seen = outline(head)
    calls = read_objects(source) if seen.shape == "lines" else read_documents(source)
    reader = _CallReader(layout, source)
    for each in reversed([*calls]) if _is_newest_first(layout, seen) else calls:
        if isinstance(each, Rejected):
            yield each
        elif fits(each[1], layout.get("only", {})):
            yield from reader.turns(*each)
        else:
            source.leave_out(OTHER)


def _layout(name: str) -> Layout:
    """Return a layout of the file of data."""
    layout: Layout = read_toml("ingestion/transcripts/calls.toml")[name]
    return layout


def _is_newest_first(layout: Layout, seen: Outline) -> bool:
    """Tell a log that begins with the last call, as lists of runs do."""
    times = [str(first_of(raw, layout.get("at", [])) or "") for raw in seen.objects[:2]]
    return len(times) == 2 and "" not in times and times[0] > times[1]


class _CallReader:
    """Knows what was said before, in which conversation."""

    def __init__(self, layout: Layout, source: Source) -> None:
        self._layout, self._source = layout, source
        # By the digest of all turns of a conversation up to one: the session it is in.
        self._sessions: dict[bytes, str] = {}
        self._count = 0

    def turns(self, line: int, call: Json) -> Iterator[Item]:
        """Yield the turns of a call that are new."""
        question = self._at(call, "asked")
        asked = self._spoken(_messages(question))
        answered = self._spoken(_messages(_answer(self._at(call, "answered")), "assistant"))
        if not answered and isinstance(question, str):  # an embedding, as likely as not
            self._source.leave_out(OTHER)
            return
        turns = asked + answered
        named = self._at(call, "session")
        digests = _digests(turns, "" if named is None else str(named))
        known, session = self._go_on(turns, digests)
        session = session or (str(named) if named is not None else self._next())
        self._sessions.update(dict.fromkeys(digests[known:], session))
        if known:
            self._source.leave_out(AGAIN, known)
        for place, words in enumerate(turns[known:], known):
            moment, ref = self._at(call, "at"), None
            if place >= len(asked):
                moment, ref = self._at(call, "until") or moment, self._at(call, "id")
            item = said(
                self._source,
                line,
                words.text,
                role=words.role,
                at=moment,
                ref=f"{ref}#{place - len(asked)}" if ref is not None else None,
                session=session,
            )
            if item:
                yield item

    def _at(self, call: Json, key: str) -> Any:
        """Return what a call has at the places of the layout."""
        return first_of(call, self._layout.get(key, []))

    def _spoken(self, messages: Iterator[Words]) -> list[Words]:
        """Return the messages in which something is said, and count the others."""
        spoken = []
        for words in messages:
            if words.role in NOT_SAID or not words.text.strip():
                self._source.leave_out(NOT_SAID.get(str(words.role), BLANK))
            else:
                spoken.append(words)
        return spoken

    def _go_on(self, turns: list[Words], digests: list[bytes]) -> tuple[int, str | None]:
        """
        Return how many turns a conversation has that is known, and its session.

        One answer at least must be among them: many conversations begin with "Hi".
        """
        known = 0
        while known < len(digests) and digests[known] in self._sessions:
            known += 1
        if not any(words.role == "assistant" for words in turns[:known]):
            return 0, None
        return known, self._sessions[digests[known - 1]]

    def _next(self) -> str:
        """Return the name of one more conversation."""
        self._count += 1
        return f"{self._source.conversation}/{self._count}"


def _digests(turns: list[Words], session: str) -> list[bytes]:
    """Return of each turn a digest of all turns up to it."""
    digests, before = [], session.encode("utf-8", "surrogatepass")
    for role, text in turns:
        before = hashed(f"{before.hex()}\0{role}\0{text}").digest()
        digests.append(before)
    return digests


def _answer(answered: Any) -> Any:
    """Return an answer, put together where it is the events of a stream."""
    if isinstance(answered, str) and STREAM.match(answered):
        events = [_event(line) for line in answered.splitlines() if line.startswith("data:")]
        return _joined(events)
    if isinstance(answered, list) and any(_delta(each) is not None for each in answered):
        return _joined(answered)
    return answered


def _event(line: str) -> Any:
    """Return an event of a stream, None for its end."""
    try:
        return decode_json(line.removeprefix("data:"))
    except msgspec.DecodeError:
        return None


def _joined(events: list[Any]) -> str:
    """Return the text that the events of a stream give piece by piece."""
    return "".join(filter(None, map(_delta, events)))


def _delta(event: Any) -> str | None:
    """Return the piece of text in an event of a stream."""
    pieces = (value_at(event, path) for path in DELTAS)
    return next((piece for piece in pieces if isinstance(piece, str)), None)


def _messages(value: Any, role: str | None = None) -> Iterator[Words]:
    """Yield the messages in what was asked or answered; `role` is that of what names none."""
    if isinstance(value, str):
        yield Words(role or "user", value)
    elif isinstance(value, list):
        for each in value:
            yield from _messages(each, role)
    elif isinstance(value, dict):
        content = first_of(value, list(CONTENTS))
        yield Words(_role(value) or role or "user", text_of(content))


def _role(message: Json) -> str | None:
    """Return the role of a message in any of its spellings."""
    kinds = message.get("id")
    if isinstance(kinds, list) and kinds:  # ["langchain", "schema", "messages", "HumanMessage"]
        name = str(kinds[-1]).removesuffix("Chunk").removesuffix("Message")
        return role_of(name.lower())
    names = (value_at(message, path) for path in ("role", "kwargs.type", "data.type", "type"))
    found = [role_of(name) for name in names if isinstance(name, str)]
    return next((role for role in found if role in ROLES), None)
