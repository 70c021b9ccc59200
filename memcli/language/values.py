"""Values of facts, compared: the same thing in other words, and whether one can rival another."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import takewhile
from typing import NamedTuple

from memcli.language.data import words

_WORD = re.compile(r"\w+(?:[:.,]\d+)*")
_POSSESSIVE = re.compile(r"['\u2019](?:s\b)?")


class Value(NamedTuple):
    """
    A value as it is compared: its words without articles, case and plural, in order.

    head: the noun that it is about; is_name: whether it is written as a name, None for numbers.
    """

    key: str
    parts: frozenset[str]
    head: str
    is_name: bool | None


@lru_cache(maxsize=65_536)
def read_value(text: str) -> Value:
    """Value of a fact as it is compared with others; an empty text has no parts."""
    spoken = _WORD.findall(_POSSESSIVE.sub("", text))
    first = next((i for i, word in enumerate(spoken) if not _is_determiner(word)), 0)
    told = spoken[first:]
    kept = [_singular(word.casefold()) for word in told]
    noun = [*takewhile(lambda word: word not in words("values", "prepositions"), kept)] or kept
    has_digit = any(char.isdigit() for char in text)
    is_name = None if has_digit or not told else told[0][:1].isupper()
    return Value(" ".join(kept), frozenset(kept), noun[-1] if noun else "", is_name)


def _is_determiner(word: str) -> bool:
    return word.casefold() in words("values", "determiners")


def _singular(word: str) -> str:
    """Return a plural of the regular kind without its ending."""
    if len(word) > 4 and word.endswith("ies"):
        return f"{word[:-3]}y"
    return word[:-1] if len(word) > 3 and word.endswith("s") and word[-2] not in "sui" else word


def may_mean(one: Value, other: Value) -> bool:
    """Say whether two values can be one thing: "the Panda" and "a Fiat Panda", of one head."""
    nested = one.parts <= other.parts or other.parts <= one.parts
    return one.key == other.key or (bool(one.head) and one.head == other.head and nested)


def are_rivals(one: Value, other: Value) -> bool:
    """Say whether one value takes the place of another: a town does, but not that of a dorm."""
    return not may_mean(one, other) and {one.is_name, other.is_name} != {True, False}
