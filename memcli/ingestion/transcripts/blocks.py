"""Blocks of content: what was said in them, and the calls of tools beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

import msgspec

# Text under any of these types; a block without a type is text if it has some.
TEXT_TYPES: Final = frozenset(("text", "input_text", "output_text", "message", None))
# Where the words of a block stand.
TEXT_KEYS: Final = ("text", "value", "content", "body")
_DATA_URI = re.compile(r"data:[\w.+/-]{3,60};base64,[A-Za-z0-9+/=\s]{64,}")


def text_of(content: Any) -> str:
    """Return the texts among blocks of content, a line apart; pictures and tools have none."""
    if isinstance(content, str):
        return without_data(content)
    if isinstance(content, dict):
        content = content.get("parts") or [content]
    blocks = content if isinstance(content, list) else ()
    texts = (_block_text(block) for block in blocks)
    return "\n".join(text for text in texts if text)


def without_data(text: str) -> str:
    """Return a text without files that are written into it in base64."""
    return _DATA_URI.sub("data:", text) if ";base64," in text else text


def _block_text(block: Any) -> str:
    """Return what one block says."""
    if isinstance(block, str):
        return without_data(block)
    if not isinstance(block, dict) or block.get("type") not in TEXT_TYPES or block.get("thought"):
        return ""
    texts = (block.get(key) for key in TEXT_KEYS)
    # `"text": {"value": "Hi", "annotations": []}`, as the messages of a thread have it.
    texts = (text.get("value") if isinstance(text, dict) else text for text in texts)
    return without_data(next((text for text in texts if isinstance(text, str)), ""))


def tool_texts(content: Any) -> Iterator[tuple[str, str]]:
    """Yield the name and the words of each call of a tool among blocks, and of its output."""
    for block in content if isinstance(content, list) else ():
        if not isinstance(block, dict):
            continue
        kind = str(block.get("type")).replace("-", "_")
        if kind in ("tool_use", "tool_call"):
            name = block.get("name") or block.get("toolName") or "tool"
            yield str(name), _arguments(block.get("input", block.get("args")))
        elif kind == "tool_result":
            yield "tool", text_of(block.get("content", block.get("result")))


def _arguments(value: Any) -> str:
    """Return the arguments of a call as text."""
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
