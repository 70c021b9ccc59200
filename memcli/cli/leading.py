"""Leading options: those that commands share, taken before the command as after it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

WITH_VALUE: Final = frozenset(
    {"--store", "--key-file", "--namespace", "-n", "--format", "-f", "--at", "--now", "--wait"}
)
FLAGS: Final = frozenset({"--quiet", "-q", "--dry-run", "--no-pager", "--create", "--allow"})
END_OF_OPTIONS: Final = "--"


def options_last(words: Sequence[str]) -> list[str]:
    """
    Return the words after `memcli` with shared options that stand before the command behind it.

    They go to the end, as the command may be a group whose action comes second, but before `--`.
    Where no command follows, they say nothing, and what follows is returned without them.
    """
    place = 0
    while place < len(words):
        name, is_joined, _ = words[place].partition("=")
        if name in WITH_VALUE:
            place += 1 if is_joined else 2
        elif words[place] in FLAGS:
            place += 1
        else:
            break
    leading, rest = list(words[:place]), list(words[place:])
    if not rest or rest[0].startswith("-"):
        return rest
    end = rest.index(END_OF_OPTIONS) if END_OF_OPTIONS in rest else len(rest)
    return rest[:end] + leading + rest[end:]
