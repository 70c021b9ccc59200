"""Outline of JSON input: the first of its objects, of a document that is not all there yet too."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Final, Literal, NamedTuple

import msgspec

from memcli.ingestion.transcripts.decoding import decode_json
from memcli.ingestion.transcripts.items import BOM
from memcli.jsonl import Json

MAX_LINES: Final = 20
# What tells a format stands at its beginning; more would only take time.
MAX_CHARACTERS: Final = 32 * 1024
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:"]|[^\s"{}\[\],:]+', re.DOTALL)
_ENDS: Final = {"{": "}", "[": "]"}

Shape = Literal["lines", "array", "object", "none"]


class Outline(NamedTuple):
    """What some JSON is: lines, an array or one object, and the first objects in it."""

    shape: Shape = "none"
    objects: tuple[Json, ...] = ()

    @property
    def first(self) -> Json:
        """Return the first object, empty where there is none."""
        return self.objects[0] if self.objects else {}


@lru_cache(maxsize=8)
def outline(head: bytes) -> Outline:
    """Return the outline of input that begins so; `head` may end anywhere."""
    start = head.removeprefix(BOM).lstrip()
    if start[:1] not in (b"{", b"["):
        return Outline()
    text = start.decode(errors="ignore")
    if start.startswith(b"{"):
        lines = _lines(text)
        if lines:
            return Outline("lines", lines)
    value = _value(text)
    if isinstance(value, dict):
        return Outline("object", (value,))
    if isinstance(value, list):
        return Outline("array", tuple(each for each in value if isinstance(each, dict)))
    return Outline()


def _lines(text: str) -> tuple[Json, ...]:
    """Return the objects of the first lines, nothing where the first line is not all of one."""
    lines = text.split("\n", MAX_LINES)
    if len(lines) == 1:
        return ()
    found = []
    for line in lines[:MAX_LINES]:
        value = _decoded(line) if line.strip() else None
        if isinstance(value, dict):
            found.append(value)
        elif not found:
            return ()
    return tuple(found)


def _value(text: str) -> Any:
    """Return the value that a text holds, as far as it is there."""
    whole = _decoded(text)
    return whole if whole is not None else _decoded(completed(text[:MAX_CHARACTERS]))


def _decoded(text: str) -> Any:
    """Return a JSON value, None where there is none."""
    try:
        return decode_json(text)
    except (msgspec.DecodeError, RecursionError):
        return None


def completed(text: str) -> str:
    """Return JSON that was cut off with the ends it lacks, without its last, broken element."""
    kept = depth = 0
    for token in _TOKEN.finditer(text):
        sign = token[0]
        if sign == '"':  # the beginning of a string that does not end
            break
        depth += (sign in _ENDS) - (sign in "]}")
        if sign in "[]{}":
            kept = token.end()
        elif sign == ",":
            kept = token.start()
        if depth <= 0:
            break
    return text[:kept] + _closing(text[:kept])


def _closing(text: str) -> str:
    """Return what closes the brackets that are open at the end of a text."""
    open_: list[str] = []
    for token in _TOKEN.finditer(text):
        if token[0] in _ENDS:
            open_.append(_ENDS[token[0]])
        elif token[0] in "]}" and open_:
            open_.pop()
    return "".join(reversed(open_))
