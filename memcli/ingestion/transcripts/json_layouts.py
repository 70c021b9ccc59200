"""Layouts of JSON of other programs, as data: one reader for all whose places can be named."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from memcli.ingestion.transcripts.blocks import text_of
from memcli.ingestion.transcripts.decoding import read_objects
from memcli.ingestion.transcripts.items import BOM, Item, Rejected, Source
from memcli.ingestion.transcripts.json_document import (
    MAX_DOCUMENT,
    read_documents,
    read_members,
)
from memcli.ingestion.transcripts.markup import text_of_html
from memcli.ingestion.transcripts.outline import Outline
from memcli.ingestion.transcripts.saying import said
from memcli.ingestion.transcripts.sources import look_ahead
from memcli.jsonl import Json
from memcli.language.data import read_toml

SERVICE: Final = "service lines"
ALL: Final = "*"
HEAD_BYTES: Final = 256
Layout = dict[str, Any]


def is_layout(name: str, seen: Outline) -> bool:
    """Tell JSON of a layout by what its first object has."""
    layout, first = _layout(name), seen.first
    if "any" in layout and first_of(first, layout["any"]) is None:
        return False
    if any(value_at(first, path) is not None for path in layout.get("lacks", [])):
        return False
    return has_places(first, layout["has"]) and fits(first, layout.get("is", {}))


def read_layout(name: str, source: Source) -> Iterator[Item]:
    """Yield the turns of JSON of a layout, the oldest first."""
    layout = _layout(name)
    objects = _objects(layout, source)
    for each in reversed([*objects]) if layout.get("newest_first") else objects:
        if isinstance(each, Rejected):
            yield each
        elif fits(each[1], layout.get("only", {})) and not _is_service(layout, each[1]):
            yield from _turns_of(layout, source, *each)
        else:
            source.leave_out(SERVICE)


def _layout(name: str) -> Layout:
    """Return a layout of the file of data."""
    layout: Layout = read_toml("ingestion/transcripts/json_layouts.toml")[name]
    return layout


def _is_service(layout: Layout, raw: Json) -> bool:
    """Tell an object with something that only those have in which nothing is said."""
    return any(value_at(raw, path) is not None for path in layout.get("without", []))


def has_places(raw: Json, paths: list[str]) -> bool:
    """Tell an object in which something stands at each of some places."""
    return all(value_at(raw, path) is not None for path in paths)


def fits(raw: Json, wanted: dict[str, list[str]]) -> bool:
    """Tell whether what stands at some places is one of what is wanted there."""
    return all(value_at(raw, path) in values for path, values in wanted.items())


def _objects(layout: Layout, source: Source) -> Iterator[tuple[int, Json] | Rejected]:
    """Return the objects of an input, each read whole."""
    if layout.get("lines"):
        head, source = look_ahead(source, HEAD_BYTES)
        is_list = head.removeprefix(BOM).lstrip().startswith(b"[")
        return read_documents(source) if is_list else read_objects(source)
    if "keyed" in layout:
        return _lists(layout["keyed"], read_documents(source))
    if "list" in layout:
        return read_members(source, *layout["list"].split("."), limit=MAX_DOCUMENT)
    return read_documents(source)


def _lists(
    paths: list[str], documents: Iterator[tuple[int, Json] | Rejected]
) -> Iterator[tuple[int, Json] | Rejected]:
    """Yield the lists of a map, each as an object: its `key`, and its `items`, the oldest first."""
    for each in documents:
        if isinstance(each, Rejected):
            yield each
            continue
        line, whole = each
        lists = next((found for path in paths if (found := value_at(whole, path))), whole)
        for key, items in lists.items() if isinstance(lists, dict) else ():
            if isinstance(items, list):
                yield line, {"key": key, "items": items}


def value_at(raw: Any, path: str) -> Any:
    """Return what stands at a path of keys; of all elements of a list or map, the list of it."""
    step, _, rest = path.partition(".")
    if step == ALL:
        inside = raw.values() if isinstance(raw, dict) else raw
        found = [value_at(each, rest) for each in inside] if isinstance(inside, Iterable) else []
        return [each for each in found if each is not None] or None
    if isinstance(raw, list):
        value = raw[int(step)] if step.isdigit() and int(step) < len(raw) else None
    else:
        value = raw.get(step) if isinstance(raw, dict) else None
    return value_at(value, rest) if rest else value


def first_of(raw: Json, paths: list[str]) -> Any:
    """Return the first of some places at which there is something."""
    values = (value_at(raw, path) for path in paths)
    return next((value for value in values if value not in (None, "", [])), None)


def _turns_of(layout: Layout, source: Source, line: int, raw: Json) -> Iterator[Item]:
    """Yield what is said in each turn of an object."""
    session = first_of(raw, layout.get("session", []))
    name = ", ".join(map(str, session)) if isinstance(session, list) else session
    for cut in layout.get("session_cut", []):
        name = str(name).removeprefix(cut).removesuffix(cut)
    title = first_of(raw, layout.get("title", []))
    for turn in _walk(layout, raw):
        for number, part in enumerate(layout["said"]):
            words = _words(turn, part)
            ref = first_of(turn, part.get("id", []))
            about = {"heading": title, "tags": first_of(turn, part.get("tags", []))}
            item = said(
                source,
                line,
                words,
                role=part.get("role") or _role(turn, part),
                name=_name(turn, part),
                ref=f"{ref}#{number}" if ref is not None and number else ref,
                at=first_of(turn, part.get("at", [])) or first_of(raw, part.get("session_at", [])),
                session=name,
                metadata={key: value for key, value in about.items() if value} or None,
            )
            if item:
                yield item


def _walk(layout: Layout, raw: Json) -> Iterator[Json]:
    """Yield the turns of an object, those below one right after it."""
    waiting = _dicts(first_of(raw, layout["turns"])) if "turns" in layout else [raw]
    if not (layout.get("turns_newest_first") and _begins_with_last(layout, waiting)):
        waiting = waiting[::-1]
    while waiting:
        turn = waiting.pop()
        if _is_service(layout, turn):
            continue
        yield turn
        if "below" in layout:
            waiting += reversed(_dicts(turn.get(layout["below"])))
        elif "last_below" in layout:  # an answer that was asked for again
            waiting += _dicts(turn.get(layout["last_below"]))[-1:]


def _begins_with_last(layout: Layout, turns: list[Json]) -> bool:
    """Say whether turns stand the newest first, as far as their times do not deny it."""
    places = layout["said"][0].get("at", [])
    first, last = (first_of(turn, places) for turn in (*turns[:1], *turns[-1:])) if turns else "  "
    return not (type(first) is type(last) and first is not None and first < last)


def _dicts(value: Any) -> list[Json]:
    """Return the objects of a list, or one object alone."""
    return [each for each in (value if isinstance(value, list) else [value]) if type(each) is dict]


def _words(turn: Json, part: Layout) -> str:
    """Return what one part of a turn says."""
    content = first_of(turn, part["content"])
    words = text_of(content)
    for pattern in part.get("drop", []):
        words = re.sub(pattern, "", words, flags=re.DOTALL)
    if part.get("html"):
        words = text_of_html(words)
    front = next((cut for cut in part.get("cut", []) if words.startswith(cut)), "")
    return words[len(front) :]


def _name(turn: Json, part: Layout) -> str | None:
    """Return the name that a turn has, as text: a number of a voice, an address of an account."""
    name = first_of(turn, part.get("name", []))
    if name is None:
        return None
    text = str(name).rsplit("/", 1)[-1] if part.get("address") else str(name)
    return f"{part.get('name_front', '')}{text}"


def _role(turn: Json, part: Layout) -> str | None:
    """Return the role that a turn names, or says in a word of yes or no."""
    role = first_of(turn, part.get("role_at", []))
    if isinstance(role, bool):
        return "user" if role else "assistant"
    return role if isinstance(role, str) else None
