"""
State of LangGraph as JSON: threads, states of a thread and their history, raw checkpoints.

Each state repeats what was said before it. Of a thread the states that led to its newest one are
read, from the first: a message is of the time of the state that it came with, and one that was
trimmed away later stays said.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from memcli.ingestion.transcripts.blocks import text_of
from memcli.ingestion.transcripts.decoding import read_objects
from memcli.ingestion.transcripts.items import Item, Rejected, Source
from memcli.ingestion.transcripts.json_document import HEAD_BYTES, read_documents
from memcli.ingestion.transcripts.outline import outline
from memcli.ingestion.transcripts.saying import said
from memcli.ingestion.transcripts.sources import look_ahead
from memcli.jsonl import Json

SUBGRAPHS: Final = "states of subgraphs"
BRANCHES: Final = "states of branches that were left"
# What takes a message away and says nothing.
REMOVED: Final = ("remove", "RemoveMessage")


@dataclass
class Thread:
    """
    A thread: its messages by their ids, and its states, which only name them.

    states: by id, when each was, the one before it and the ids of its messages.
    """

    messages: dict[str, tuple[int, Json]] = field(default_factory=dict)
    states: dict[str, tuple[Any, str | None, list[str]]] = field(default_factory=dict)

    def branch(self) -> list[str]:
        """Return the ids of the states that led to the newest one, which has the greatest id."""
        key: str | None = max(self.states, default=None)
        found: dict[str, None] = {}
        while key in self.states and key not in found:
            found[str(key)] = None
            key = self.states[str(key)][1]
        return [*found][::-1]


def read_langgraph(source: Source) -> Iterator[Item]:
    """Yield the turns of each thread."""
    head, source = look_ahead(source, HEAD_BYTES)
    is_lines = outline(head).shape == "lines"
    threads: dict[str, Thread] = {}
    for each in read_objects(source) if is_lines else read_documents(source):
        if isinstance(each, Rejected):
            yield each
        elif _place(each[1]).get("checkpoint_ns"):
            source.leave_out(SUBGRAPHS)
        else:
            name = str(_place(each[1]).get("thread_id") or source.conversation)
            take_state(threads.setdefault(name, Thread()), *each)
    for name, thread in threads.items():
        yield from thread_turns(source, name, thread)


def _place(state: Json) -> Json:
    """Return what tells where a state stands: thread, namespace and id of the checkpoint."""
    config = _dict(_dict(state.get("config")).get("configurable"))
    return {**state, **_dict(state.get("checkpoint")), **config}


def take_state(thread: Thread, line: int, state: Json) -> None:
    """Keep a state and those of its messages that are new."""
    checkpoint = _dict(state.get("checkpoint"))
    place = _place(state)
    key = str(place.get("checkpoint_id") or checkpoint.get("id") or state.get("id") or "")
    parent = _dict(_dict(state.get("parent_config")).get("configurable"))
    before = {**_dict(state.get("parent_checkpoint")), **parent}.get("checkpoint_id")
    ids = []
    for number, message in enumerate(messages_of(state)):
        plain = _plain(message)
        if plain.get("type") in REMOVED:
            continue
        id_ = str(plain.get("id") or f"#{number}")
        ids.append(id_)
        thread.messages.setdefault(id_, (line, plain))
    at = state.get("created_at") or checkpoint.get("ts") or state.get("ts")
    thread.states[key] = at, None if before is None else str(before), ids


def messages_of(state: Json) -> list[Json]:
    """Return the messages of a state, in any of its forms."""
    checkpoint = _dict(state.get("checkpoint"))
    owners = (state, "values"), (state, "channel_values"), (checkpoint, "channel_values")
    for owner, key in owners:
        found = _dict(owner.get(key)).get("messages")
        if isinstance(found, list):
            return [message for message in found if isinstance(message, dict)]
    return []


def _plain(message: Json) -> Json:
    """Return a message of LangChain, which may be wrapped in two ways, with its type."""
    if isinstance(message.get("kwargs"), dict):
        name = message.get("id")
        kind = name[-1] if isinstance(name, list) and name else ""
        return {"type": str(kind), **message["kwargs"]} | {"type": str(kind)}
    if isinstance(message.get("data"), dict):
        return {**message["data"], "type": message.get("type")}
    return message


def thread_turns(source: Source, name: str, thread: Thread) -> Iterator[Item]:
    """Yield what was said in a thread, each once."""
    branch = thread.branch()
    if len(branch) < len(thread.states):
        source.leave_out(BRANCHES, len(thread.states) - len(branch))
    told: set[str] = set()
    for key in branch:
        at, _, ids = thread.states[key]
        for id_ in ids:
            if id_ not in told:
                told.add(id_)
                yield from _turn(source, name, id_, *thread.messages[id_], at)


def _turn(source: Source, name: str, id_: str, line: int, message: Json, at: Any) -> Iterator[Item]:
    """Yield the turn that a message is."""
    kind = str(message.get("type") or message.get("role") or "")
    item = said(
        source,
        line,
        text_of(message.get("content")),
        role=kind.removesuffix("Chunk").removesuffix("Message").lower(),
        name=message.get("name") if isinstance(message.get("name"), str) else None,
        ref=None if id_.startswith("#") else id_,
        at=at,
        session=name,
    )
    if item:
        yield item


def _dict(value: Any) -> Json:
    return value if isinstance(value, dict) else {}
