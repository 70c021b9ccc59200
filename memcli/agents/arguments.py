"""Tool arguments: what a model gave, under the names and with the types that a tool has."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final

from memcli.jsonl import Json
from store.errors import BadUsage

MOST_CHARACTERS: Final = 100_000


def read_arguments(given: Mapping[str, Any], specification: Json) -> Json:
    """
    Arguments of a call by their own names.

    specification: the tool's `arguments` and `required`, as tools.toml has them. Another name of an
    argument stands for it where that itself was not given; null is as if not given; a number in
    quotes is that number, and one text is a list of one. Raises BadUsage, worded for the model.
    """
    arguments: Json = specification["arguments"]
    values = {name: value for name, value in given.items() if value is not None}
    read: Json = {}
    for name, about in arguments.items():
        found = next((key for key in (name, *about.get("aliases", ())) if key in values), None)
        if found is not None and (found == name or found not in arguments):
            read[name] = _value(values.pop(found), name, about)
    _refuse_unread(values, arguments)
    missing = [name for name in specification["required"] if read.get(name) in (None, "", [])]
    if missing:
        raise BadUsage(f"{missing[0]} is missing", f"arguments are {', '.join(arguments)}")
    return read


def _refuse_unread(values: Mapping[str, Any], arguments: Json) -> None:
    """Raise BadUsage for an argument that no name of ours stands for: it must not be ignored."""
    taken = {alias for about in arguments.values() for alias in about.get("aliases", ())}
    unknown = sorted(set(values) - set(arguments) - taken)
    if unknown:
        raise BadUsage(f"unknown argument {unknown[0]}", f"arguments are {', '.join(arguments)}")


def _value(value: Any, name: str, about: Json) -> Any:
    """Value of the type that an argument has."""
    kind = about["type"]
    if kind == "integer":
        return _number(value, name, about)
    if kind == "array":
        parts = value if isinstance(value, list) else str(value).replace(",", " ").split()
        return [_text(part, name) for part in parts]
    return _text(value, name)


def _number(value: Any, name: str, about: Json) -> int:
    number = None
    with suppress(ValueError, TypeError):
        number = None if isinstance(value, bool) else int(value)
    if number is None or number < about["minimum"]:
        raise BadUsage(f"{name} is no number of {about['minimum']:,} or more", "leave it out")
    return min(number, int(about.get("maximum", number)))


def _text(value: Any, name: str) -> str:
    if isinstance(value, dict | list | bool):
        raise BadUsage(f"{name} is no text", "give it as one")
    text = str(value).strip()
    if len(text) > MOST_CHARACTERS:
        raise BadUsage(f"{name} has {len(text):,} characters", f"{MOST_CHARACTERS:,} are the most")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise BadUsage(f"{name} has half of a character", "leave it out") from error
    return text
