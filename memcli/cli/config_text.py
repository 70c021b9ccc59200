"""
Text of a config.toml with one setting changed: comments, order and all else stay as they are.

What comes out is read again: it has to say what went in, but for that one setting.
"""

from __future__ import annotations

import re
from collections.abc import MutableMapping, Sequence
from typing import Any, Final

import tomli

from store.errors import BadUsage

Json = dict[str, Any]
# A table that was put in before another one.
CROWDED: Final = re.compile(r"(\[[\w.]+\]\n[\w]+ = [^\n]*\n)(\[)")


def with_value(text: str, key: Sequence[str], value: Any) -> str:
    """Return the text with a setting, named by its tables and itself, set to a value."""
    import tomlkit

    document = tomlkit.parse(text)
    table: Any = document
    for name in key[:-1]:
        if name not in table:
            table[name] = tomlkit.table()
        table = table[name]
        if not isinstance(table, MutableMapping):
            raise BadUsage(f"{name} is no table in config.toml", "edit it by hand")
    try:
        table[key[-1]] = value
    except (TypeError, ValueError) as error:
        raise BadUsage(
            f"{value!r} cannot stand in config.toml", "see: memcli config list"
        ) from error
    return _checked(tomlkit.dumps(document), changed(tomli.loads(text), key, value))


def without_value(text: str, key: Sequence[str]) -> str:
    """Return the text without a setting; as it is where it has none."""
    import tomlkit

    settings = tomli.loads(text)
    if value_at(settings, key) is None:
        return text
    document = tomlkit.parse(text)
    table: Any = document
    for name in key[:-1]:
        table = table[name]
    del table[key[-1]]
    return _checked(tomlkit.dumps(document), removed(settings, key))


def value_at(settings: Json, key: Sequence[str]) -> Any:
    """Return the value of a setting, None where it has none."""
    value: Any = settings
    for name in key:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def changed(settings: Json, key: Sequence[str], value: Any) -> Json:
    """Return settings with one of them set."""
    first, *rest = key
    inner = settings.get(first)
    below = changed(inner if isinstance(inner, dict) else {}, rest, value) if rest else value
    return {**settings, first: below}


def removed(settings: Json, key: Sequence[str]) -> Json:
    """Return settings without one that is there."""
    first, *rest = key
    if rest:
        return {**settings, first: removed(settings[first], rest)}
    return {name: value for name, value in settings.items() if name != first}


def said(settings: Json) -> Json:
    """Return settings without tables that say nothing."""
    inner = {name: said(v) if isinstance(v, dict) else v for name, v in settings.items()}
    return {name: value for name, value in inner.items() if value != {}}


def _checked(text: str, wanted: Json) -> str:
    """Return a text, new tables parted from the next; BadUsage where it says what it should not."""
    text = CROWDED.sub(r"\1\n\2", text)
    try:
        is_right = said(tomli.loads(text)) == said(wanted)
    except tomli.TOMLDecodeError:
        is_right = False
    if not is_right:
        raise BadUsage("config.toml is written in a way that cannot be changed", "edit it by hand")
    return text
