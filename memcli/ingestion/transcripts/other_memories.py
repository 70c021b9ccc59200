"""Memories of other programs: the MCP memory server, mem0, Letta, claude.ai. Each one stays one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from memcli.ingestion.transcripts.blocks import text_of
from memcli.ingestion.transcripts.decoding import read_objects
from memcli.ingestion.transcripts.items import Item, Rejected, Source, rejected
from memcli.ingestion.transcripts.json_document import read_documents
from memcli.ingestion.transcripts.saying import said
from memcli.jsonl import Json
from store.errors import BadRecord


def read_mcp_memory(source: Source) -> Iterator[Item]:
    """Yield a memory for each observation of an entity, and for each relation."""
    for each in read_objects(source):
        if isinstance(each, Rejected):
            yield each
            continue
        line, raw = each
        kind = raw.get("type") or raw.get("_type")
        if kind == "entity":
            yield from _observations(source, line, raw)
        elif kind == "relation":
            ends = (_plain(raw.get(key)) for key in ("from", "relationType", "to"))
            yield from _memory(source, line, " ".join(ends), heading=_plain(raw.get("from")))
        else:
            reason = f"neither an entity nor a relation: {kind!r}"
            yield rejected(BadRecord(reason), source.path, line)


def _observations(source: Source, line: int, entity: Json) -> Iterator[Item]:
    """Yield a memory for each observation of an entity."""
    name = _plain(entity.get("name"))
    tags = [str(entity["entityType"])] if entity.get("entityType") else []
    for each in entity.get("observations") or ():
        text = each.get("text") if isinstance(each, dict) else each
        at = each.get("timestamp") if isinstance(each, dict) else None
        if isinstance(text, str):
            yield from _memory(source, line, f"{name}: {text}", at=at, heading=name, tags=tags)


def _plain(name: Any) -> str:
    """Return a name, or a relation, as words."""
    return str(name or "").replace("_", " ").strip()


def _memory(source: Source, line: int, text: str, **about: Any) -> Iterator[Item]:
    """Yield a memory of type semantic."""
    told = {key: about.pop(key, None) for key in ("heading", "tags", "user")}
    metadata = {key: value for key, value in told.items() if value} or None
    item = said(source, line, text, metadata=metadata, **{"type": "semantic", **about})
    if item:
        yield item


def read_mem0(source: Source) -> Iterator[Item]:
    """Yield the memories of mem0."""
    for each in read_documents(source):
        if isinstance(each, Rejected):
            yield each
            continue
        line, raw = each
        for memory in raw.get("results") or [raw]:
            if isinstance(memory, dict) and isinstance(memory.get("memory"), str):
                yield from _memory(
                    source,
                    line,
                    memory["memory"],
                    ref=memory.get("id"),
                    at=memory.get("created_at"),
                    user=memory.get("user_id"),
                    tags=[c for c in memory.get("categories") or () if isinstance(c, str)],
                )


def read_letta(source: Source) -> Iterator[Item]:
    """Yield the turns of agents of Letta, and their blocks as core memories."""
    for each in read_documents(source):
        if isinstance(each, Rejected):
            yield each
            continue
        line, raw = each
        for agent in filter(_is_object, raw.get("agents") or ()):
            yield from _letta_turns(source, line, agent)
        for block in filter(_is_object, raw.get("blocks") or ()):
            value, label = block.get("value"), block.get("label")
            if isinstance(value, str) and value.strip():
                yield from _memory(
                    source, line, value, ref=block.get("id"), heading=label, type="core"
                )


def _letta_turns(source: Source, line: int, agent: Json) -> Iterator[Item]:
    """Yield what was said to and by an agent."""
    for message in filter(_is_object, agent.get("messages") or ()):
        item = said(
            source,
            line,
            text_of(message.get("content")),
            role=message.get("role"),
            name=message.get("name"),
            ref=message.get("id"),
            at=message.get("created_at"),
            session=agent.get("name") or agent.get("id"),
        )
        if item:
            yield item


def _is_object(value: Any) -> bool:
    return isinstance(value, dict)


def read_claude_memory(source: Source) -> Iterator[Item]:
    """Yield the paragraphs of what claude.ai remembers, of all chats and of projects."""
    for each in read_documents(source):
        if isinstance(each, Rejected):
            yield each
            continue
        line, raw = each
        projects = raw.get("project_memories")
        texts = [raw.get("conversations_memory")]
        texts += list(projects.values()) if isinstance(projects, dict) else []
        for text in texts:
            for paragraph in str(text or "").split("\n\n"):
                if paragraph.strip():
                    yield from _memory(source, line, paragraph.strip())


def read_memory_list(source: Source) -> Iterator[Item]:
    """Yield what ChatGPT remembers, unless it was switched off."""
    for each in read_documents(source):
        if isinstance(each, Rejected):
            yield each
            continue
        line, raw = each
        for memory in filter(_is_object, raw.get("memories") or [raw]):
            if memory.get("enabled") is False:
                source.leave_out("memories that were switched off")
            elif isinstance(memory.get("content"), str):
                at = memory.get("created_at") or memory.get("updated_at")
                yield from _memory(source, line, memory["content"], ref=memory.get("id"), at=at)
