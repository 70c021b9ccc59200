"""Text of prompts and answers: JSON amid prose, fences, tokens."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Final

from memcli.models.llm.base import Schema
from store.errors import InvalidAnswer

__all__ = [
    "as_utf8",
    "estimated_tokens",
    "parse_json",
    "shortened",
    "tokens_of",
    "with_schema",
]

CHARACTERS_PER_TOKEN: Final = 4
MAX_QUOTED: Final = 300
# Places in an answer at which JSON is looked for: bounds the work on hostile text.
MAX_STARTS: Final = 64

_FENCED = re.compile(r"```[A-Za-z0-9]*[ \t]*\n(.*?)```", re.DOTALL)
_JSON_START = re.compile(r"[{\[]")


def parse_json(text: str) -> object:
    """
    Return the JSON in a model's answer: the whole of it, in a fence, or amid prose.

    Of several objects or arrays the longest counts. What a reasoning model thought aloud is
    skipped. Raises InvalidAnswer where there is none.
    """
    answer = text.rpartition("</think>")[2]
    for candidate in (text, answer, *(found[1] for found in _FENCED.finditer(answer))):
        with suppress(ValueError, RecursionError):
            return _DECODER.decode(candidate.strip("\ufeff \t\r\n"))
    longest = max(_embedded(answer), key=lambda found: found[0], default=None)
    if longest is None:
        raise InvalidAnswer("the model's answer holds no JSON")
    return longest[1]


def _embedded(text: str) -> Iterator[tuple[int, object]]:
    """Yield the length and value of each object or array that stands in a text."""
    position = 0
    for _ in range(MAX_STARTS):
        start = _JSON_START.search(text, position)
        if not start:
            return
        position = start.end()
        with suppress(ValueError, RecursionError):
            value, position = _DECODER.raw_decode(text, start.start())
            yield position - start.start(), value


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is not JSON")


# Models do write line breaks inside strings, which strict JSON forbids.
_DECODER = json.JSONDecoder(strict=False, parse_constant=_no_constant)


def estimated_tokens(text: str) -> int:
    """Return about how many tokens a text is, at four characters each (as for English)."""
    return tokens_of(len(text))


def tokens_of(characters: int) -> int:
    """Return about how many tokens so many characters are."""
    return math.ceil(characters / CHARACTERS_PER_TOKEN)


def with_schema(system: str, schema: Schema) -> str:
    """Put a schema into a prompt, for models that can only be asked to keep to it."""
    return f"{system}\n\nAnswer with JSON of this schema only:\n{json.dumps(schema)}"


def as_utf8(text: str) -> bytes:
    """Encode a text; half a surrogate pair, which UTF-8 cannot hold, becomes a question mark."""
    return text.encode("utf-8", "replace")


def shortened(text: str) -> str:
    """Return a text in one line of at most MAX_QUOTED characters."""
    line = " ".join(text.split())
    return line if len(line) <= MAX_QUOTED else line[: MAX_QUOTED - 3] + "..."
