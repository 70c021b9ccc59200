"""
Values on the command line that Click reads as something else.

`--llm --store DIR` names no model, though Click takes "--store" for it; what is written with an
equals sign is meant: `--name=--store`. `-1` is a number, though it begins as an option does.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

END_OF_OPTIONS: Final = "--"
PLAIN: Final = tuple(
    (re.compile(said), plain)
    for said, plain in (
        (r"Value error, ", ""),
        (r"Input should be a valid integer\b.*", "a whole number is wanted"),
        (r"Input should be a valid number\b.*", "a number is wanted"),
        (r"Input should be greater than or equal to (\S+)", r"\1 or more is wanted"),
        (r"Input should be less than or equal to (\S+)", r"\1 or less is wanted"),
    )
)
NEGATIVE: Final = re.compile(r"-[0-9]+(\.[0-9]+)?")


def in_plain_words(message: str) -> str:
    """Return what Typer says of a value, which it says as pydantic does, for who typed it."""
    for pattern, plain in PLAIN:
        message = pattern.sub(plain, message)
    return message


def forgotten_value(params: Sequence[Any], words: Sequence[str]) -> tuple[str, str] | None:
    """Return the option that stands without its value, and the option in the place of that."""
    options = _by_name(params)
    waiting = ""
    for word in words:
        if waiting:
            if word.startswith("--") and word in options:
                return waiting, word
            waiting = ""
        elif word == END_OF_OPTIONS:
            return None
        elif word.startswith("-") and word in options and _takes_value(options[word]):
            waiting = word
    return None


def numbers_apart(params: Sequence[Any], words: Sequence[str]) -> list[str]:
    """
    Return words with those from the first negative number on behind `--`, so that it is a value.

    Options and their values stay before it; a number that is an option's value stays with that.
    """
    options = _by_name(params)
    kept: list[str] = []
    apart: list[str] = []
    is_value = False
    for place, word in enumerate(words):
        if word == END_OF_OPTIONS and not is_value:
            apart += words[place + 1 :] if apart else []
            return [*kept, word, *apart] if apart else list(words)
        is_option = not is_value and word in options
        is_number = NEGATIVE.fullmatch(word) or (apart and _is_plain(word))
        if is_number and not (is_value or is_option):
            apart.append(word)
            continue
        kept.append(word)
        is_value = is_option and _takes_value(options[word])
    return [*kept, END_OF_OPTIONS, *apart] if apart else list(words)


def _by_name(params: Sequence[Any]) -> Mapping[str, Any]:
    return {name: one for one in params for name in (*one.opts, *one.secondary_opts)}


def _is_plain(word: str) -> bool:
    """Say whether a word is neither an option nor something that begins as one."""
    return word == "-" or not word.startswith("-")


def _takes_value(option: Any) -> bool:
    return option.nargs == 1 and not (option.is_flag or option.count)
