"""
JSON as text: members and items put in and taken out, with all else letter for letter as it was.

Comments and commas at the end, as some clients allow them, are passed over. No library for Python
edits JSON without writing it anew.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from store.errors import BadRecord

INDENT: Final = "  "
_SPACE = re.compile(r"(?:\s+|//[^\n]*|/\*.*?\*/)*", re.DOTALL)
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_PLAIN = re.compile(r"[^\s,\]}/]+")
_INDENT = re.compile(r"\n([ \t]+)\S")


@dataclass
class Node:
    """A value in a text: where it begins and ends, and its parts, with their keys in an object."""

    start: int
    end: int = 0
    parts: list[tuple[str | None, int, Node]] = field(default_factory=list)
    value: Any = None

    def part(self, key: str) -> Node | None:
        """The last member of a name, as programs take it."""
        return next((node for name, _, node in reversed(self.parts) if name == key), None)


def parse(text: str) -> Node:
    """Node of the whole text; BadRecord where that is no JSON."""
    try:
        node, at = _value(text, _skip(text, 0))
        if _skip(text, at) != len(text):
            raise ValueError(f"there is more after its end, at character {at}")
    except (ValueError, IndexError, RecursionError) as error:
        raise BadRecord(f"it is no JSON: {error}") from error
    return node


def with_member(text: str, path: Sequence[str], value: Any) -> str:
    """Text with a value at a path of keys, in the place of what was there, objects made for it."""
    text = text if text.strip() else "{}\n"
    node = parse(text)
    for depth, key in enumerate(path):
        _require(node, dict, path[:depth])
        found = node.part(key)
        if found is None:
            for name in reversed(path[depth + 1 :]):
                value = {name: value}
            return _inserted(text, node, depth, json.dumps(key) + ": ", value)
        node = found
    return text[: node.start] + _written(text, value, len(path)) + text[node.end :]


def with_item(text: str, path: Sequence[str], value: Any) -> str:
    """Text with one more item at the end of the array at a path, which is made if there is none."""
    node: Node | None = parse(text if text.strip() else "{}")
    for key in path:
        node = node.part(key) if node else None
    if node is None:
        return with_member(text, path, [value])
    _require(node, list, path)
    return _inserted(text, node, len(path), "", value)


def _require(node: Node, kind: type, path: Sequence[str]) -> None:
    """Raise BadRecord where a value is of another kind, so that nothing can be put into it."""
    if not isinstance(node.value, kind):
        what = "an object" if kind is dict else "a list"
        raise BadRecord(f"`{'.'.join(path)}` is not {what}" if path else f"it is not {what}")


def without(text: str, path: Sequence[str], is_ours: Callable[[Any], bool]) -> str:
    """
    Text without a member, or without items of an array, that `is_ours` says are to go.

    What holds nothing more then goes, too, but for the whole text.
    """
    node = parse(text)
    above: list[tuple[Node, int]] = []
    for key in path:
        index = next((i for i, part in enumerate(node.parts) if part[0] == key), None)
        if index is None:
            return text
        above.append((node, index))
        node = node.parts[index][2]
    ours = [i for i, part in enumerate(node.parts) if is_ours(part[2].value)]
    if isinstance(node.value, list) and len(ours) < len(node.parts):
        for index in reversed(ours):
            text = _removed(text, node, index)
        return text
    if not (ours if isinstance(node.value, list) else is_ours(node.value)):
        return text
    while len(above) > 1 and len(above[-1][0].parts) == 1:
        above.pop()
    return _removed(text, *above[-1])


def _removed(text: str, node: Node, index: int) -> str:
    """Text without one part, and without the comma and space that it needs no more."""
    _, start, part = node.parts[index]
    if index:
        return text[: node.parts[index - 1][2].end] + text[part.end :]
    if len(node.parts) > 1:
        return text[:start] + text[node.parts[1][1] :]
    return text[: node.start + 1] + text[node.end - 1 :]


def _inserted(text: str, node: Node, depth: int, head: str, value: Any) -> str:
    """Text with one more part at the end of an object or array."""
    indent = _indent_of(text)
    line = "\n" + indent * (depth + 1)
    new = line + head + _written(text, value, depth + 1)
    if node.parts:
        end = node.parts[-1][2].end
        return f"{text[:end]},{new}{text[end:]}"
    return f"{text[: node.start + 1]}{new}\n{indent * depth}{text[node.end - 1 :]}"


def _written(text: str, value: Any, depth: int) -> str:
    """A value as it is written at a depth, with the indentation of the text."""
    indent = _indent_of(text)
    return json.dumps(value, indent=indent, ensure_ascii=False).replace("\n", "\n" + indent * depth)


def _indent_of(text: str) -> str:
    found = _INDENT.search(text)
    return found[1] if found else INDENT


def _skip(text: str, at: int) -> int:
    """Where the next sign that counts stands."""
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _value(text: str, at: int) -> tuple[Node, int]:
    """The value that begins at a place, and where it ends."""
    if text[at] in "{[":
        return _container(text, at)
    found = _STRING.match(text, at) or _PLAIN.match(text, at)
    if not found:
        raise ValueError(f"character {at}")
    return Node(at, found.end(), value=json.loads(found[0], strict=False)), found.end()


def _container(text: str, at: int) -> tuple[Node, int]:
    """The object or array that begins at a place, and where it ends."""
    is_object = text[at] == "{"
    node, at = Node(at), _skip(text, at + 1)
    while text[at] != ("}" if is_object else "]"):
        start, key = at, None
        if is_object:
            found = _STRING.match(text, at)
            colon = _skip(text, found.end()) if found else at
            if not found or text[colon] != ":":
                raise ValueError(f"character {at}")
            key, at = json.loads(found[0]), _skip(text, colon + 1)
        part, at = _value(text, at)
        node.parts.append((key, start, part))
        at = _skip(text, at)
        if text[at] == ",":
            at = _skip(text, at + 1)
        elif text[at] not in "}]":
            raise ValueError(f"character {at}")
    node.end = at + 1
    values = [(key, part.value) for key, _, part in node.parts]
    node.value = dict(values) if is_object else [value for _, value in values]
    return node, at + 1
