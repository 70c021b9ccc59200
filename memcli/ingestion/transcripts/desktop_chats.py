"""Chats that programs on a desk keep as JSON: LM Studio, whose answers have versions, and Zed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from memcli.ingestion.transcripts.blocks import text_of
from memcli.ingestion.transcripts.items import Item, Rejected, Source
from memcli.ingestion.transcripts.json_document import read_documents
from memcli.ingestion.transcripts.known_json import has, items_of
from memcli.ingestion.transcripts.outline import Outline
from memcli.ingestion.transcripts.saying import said
from memcli.jsonl import Json


def is_lm_studio(seen: Outline) -> bool:
    """Tell a conversation of LM Studio by the versions of its messages."""
    messages = items_of(seen.first, "messages")
    return bool(messages) and has(messages[0], "versions", "currentlySelected")


def is_zed(seen: Outline) -> bool:
    """Tell a thread of Zed: a text, and where in it messages begin."""
    return has(seen.first, "zed", "text", "messages")


def read_lm_studio(source: Source) -> Iterator[Item]:
    """Yield the turns of a conversation, of each the version that is shown."""
    for each in read_documents(source):
        if isinstance(each, Rejected):
            yield each
            continue
        line, chat = each
        for message in items_of(chat, "messages"):
            versions, chosen = items_of(message, "versions"), message.get("currentlySelected")
            if not isinstance(chosen, int) or not 0 <= chosen < len(versions):
                chosen = -1
            if versions:
                item = _shown(source, line, chat, versions[chosen])
                if item:
                    yield item


def _shown(source: Source, line: int, chat: Json, version: Json) -> Item | None:
    """Return the turn that a version is; thinking and tools among its steps are left out."""
    steps = [
        step
        for step in items_of(version, "steps")
        if step.get("type") == "contentBlock" and _style(step) != "thinking"
    ]
    parts = [text_of(step.get("content")) for step in steps] or [text_of(version.get("content"))]
    about = {"heading": chat.get("name")} if chat.get("name") else None
    text = "\n".join(filter(None, parts))
    return said(source, line, text, role=version.get("role"), metadata=about)


def _style(step: Json) -> Any:
    style = step.get("style")
    return style.get("type") if isinstance(style, dict) else None


def read_zed(source: Source) -> Iterator[Item]:
    """Yield the turns of a thread."""
    for each in read_documents(source):
        if isinstance(each, Rejected):
            yield each
            continue
        line, thread = each
        # Places are counted in bytes.
        text = str(thread.get("text") or "").encode()
        messages = [m for m in items_of(thread, "messages") if isinstance(m.get("start"), int)]
        messages.sort(key=lambda message: message["start"])
        ends = [message["start"] for message in messages[1:]] + [len(text)]
        for message, end in zip(messages, ends, strict=True):
            about = message.get("metadata") or {}
            words = text[message["start"] : end].decode(errors="replace").strip()
            role = about.get("role") or message.get("role")
            item = said(source, line, words, role=role, session=thread.get("id"))
            if item:
                yield item
