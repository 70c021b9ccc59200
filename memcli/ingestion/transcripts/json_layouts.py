"""Layouts of JSON of other programs, as data: one reader for all whose places can be named."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from memcli.ingestion.transcripts.blocks import text_of
from memcli.ingestion.transcripts.decoding import read_objects
from memcli.ingestion.transcripts.items import Item, Rejected, Source
from memcli.ingestion.transcripts.json_document import (
    MAX_DOCUMENT,
    read_documents,
    read_members,
)
from memcli.ingestion.transcripts.markup import text_of_html
from memcli.ingestion.transcripts.outline import Outline
from memcli.ingestion.transcripts.saying import said
from memcli.jsonl import Json
from memcli.language.data import read_toml

SERVICE: Final = "service lines"
ALL: Final = "*"
Layout = dict[str, Any]


def is_layout(name: str, seen: Outline) -> bool:
    """Tell JSON of a layout by what its first object has."""
    layout, first = _layout(name), seen.first
    has_all = all(value_at(first, path) is not None for path in layout["has"])
    return has_all and _fits(first, layout.get("is", {}))


def read_layout(name: str, source: Source) -> Iterator[Item]:
    """Yield the turns of JSON of a layout, the oldest first."""
    layout = _layout(name)
    objects = _objects(layout, source)
    for each in reversed([*objects]) if layout.get("newest_first") else objects:
        if isinstance(each, Rejected):
            yield each
        elif _fits(each[1], layout.get("only", {})):
            yield from _turns_of(layout, source, *each)
        else:
            source.leave_out(SERVICE)


def _layout(name: str) -> Layout:
    """Return a layout of the file of data."""
    layout: Layout = read_toml("ingestion/transcripts/json_layouts.toml")[name]
    return layout


def _fits(raw: Json, wanted: dict[str, list[str]]) -> bool:
    """Tell whether what stands at some places is one of what is wanted there."""
    return all(value_at(raw, path) in values for path, values in wanted.items())


def _objects(layout: Layout, source: Source) -> Iterator[tuple[int, Json] | Rejected]:
    """Return the objects of an input, each read whole."""
    if layout.get("lines"):
        return read_objects(source)
    if "list" in layout:
        return read_members(source, *layout["list"].split("."), limit=MAX_DOCUMENT)
    return read_documents(source)


def value_at(raw: Any, path: str) -> Any:
    """Return what stands at a path of keys; of all elements of a list, the list of it."""
    step, _, rest = path.partition(".")
    if step == ALL:
        found = [value_at(each, rest) for each in raw] if isinstance(raw, list) else []
        return [each for each in found if each is not None] or None
    if isinstance(raw, list):
        value = raw[int(step)] if step.isdigit() and int(step) < len(raw) else None
    else:
        value = raw.get(step) if isinstance(raw, dict) else None
    return value_at(value, rest) if rest else value


def _first(raw: Json, paths: list[str]) -> Any:
    """Return the first of some places at which there is something."""
    values = (value_at(raw, path) for path in paths)
    return next((value for value in values if value not in (None, "", [])), None)


def _turns_of(layout: Layout, source: Source, line: int, raw: Json) -> Iterator[Item]:
    """Yield what is said in each turn of an object."""
    session = _first(raw, layout.get("session", []))
    name = ", ".join(map(str, session)) if isinstance(session, list) else session
    title = _first(raw, layout.get("title", []))
    for turn in _walk(layout, raw):
        for number, part in enumerate(layout["said"]):
            words = _words(turn, part)
            ref = _first(turn, part.get("id", []))
            about = {"heading": title, "tags": _first(turn, part.get("tags", []))}
            item = said(
                source,
                line,
                words,
                role=part.get("role") or _role(turn, part),
                name=_first(turn, part.get("name", [])),
                ref=f"{ref}#{number}" if ref is not None and number else ref,
                at=_first(turn, part.get("at", [])) or _first(raw, part.get("session_at", [])),
                session=name,
                metadata={key: value for key, value in about.items() if value} or None,
            )
            if item:
                yield item


def _walk(layout: Layout, raw: Json) -> Iterator[Json]:
    """Yield the turns of an object, those below one right after it."""
    waiting = [turn for path in layout.get("turns", []) for turn in _dicts(value_at(raw, path))]
    waiting = waiting[::-1] if "turns" in layout else [raw]
    while waiting:
        turn = waiting.pop()
        yield turn
        if "below" in layout:
            waiting += reversed(_dicts(turn.get(layout["below"])))


def _dicts(value: Any) -> list[Json]:
    """Return the objects of a list, or one object alone."""
    return [each for each in (value if isinstance(value, list) else [value]) if type(each) is dict]


def _words(turn: Json, part: Layout) -> str:
    """Return what one part of a turn says."""
    content = _first(turn, part["content"])
    words = text_of(content)
    if part.get("html"):
        words = text_of_html(words)
    front = next((cut for cut in part.get("cut", []) if words.startswith(cut)), "")
    return words[len(front) :]


def _role(turn: Json, part: Layout) -> str | None:
    """Return the role that a turn names."""
    role = _first(turn, part.get("role_at", []))
    return role if isinstance(role, str) else None
