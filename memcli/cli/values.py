"""
Values that are forgotten: `--llm --store DIR` names no model, though Click takes "--store" for it.

What is written with an equals sign is meant: `--name=--store`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

END_OF_OPTIONS: Final = "--"


def forgotten_value(params: Sequence[Any], words: Sequence[str]) -> tuple[str, str] | None:
    """Return the option that stands without its value, and the option in the place of that."""
    options = {name: one for one in params for name in (*one.opts, *one.secondary_opts)}
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


def _takes_value(option: Any) -> bool:
    return option.nargs == 1 and not (option.is_flag or option.count)
