"""Wrong values in words: what msgspec says of a value that a setting cannot have."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

# What msgspec calls the types of values, in words.
IN_WORDS: Final[Mapping[str, str]] = {
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "str": "a text",
    "object": "a table",
    "array": "a list",
    "datetime": "a time",
}
_PLACE: Final = re.compile(r" - at `(?:key in )?\$\.?(?P<key>[^`]*)`$")
_EXPECTED: Final = re.compile(r"Expected `(?P<type>[^`]*)`(?P<bounds>.*?)(?:, got `(?P<got>\w+)`)?")
_BOUNDS: Final[Mapping[str, str]] = {
    r" of length >= 1": " that is not empty",
    r" >= (\S+)": r" of \1 or more",
    r" <= (\S+)": r" of \1 or less",
    r" > (\S+)": r" above \1",
}


def in_words(message: str) -> str:
    """
    Return what msgspec says of a wrong setting, in words: which it is, and what it has to be.

    >>> in_words("Expected `bool`, got `str` - at `$.ingest.redact`")
    'ingest.redact has to be true or false, and is a text'
    """
    place = _PLACE.search(message)
    key, said = (place["key"], message[: place.start()]) if place else ("", message)
    if said.startswith("Object contains unknown field "):
        name = said.split("`")[1]
        return f"there is no setting {'.'.join(filter(None, (key, name)))}"
    key = key or "it"
    expected = _EXPECTED.fullmatch(said)
    if expected is None:
        return f"{key}: {said[:1].lower()}{said[1:]}"
    names = (name for name in expected["type"].split(" | ") if name != "null")
    bounds = expected["bounds"]
    for pattern, words in _BOUNDS.items():
        bounds = re.sub(pattern, words, bounds)
    got = expected["got"]
    found = f", and is {IN_WORDS.get(got, got)}" if got else ""
    return f"{key} has to be {' or '.join(IN_WORDS.get(n, n) for n in names)}{bounds}{found}"
