"""
Blocks between tags, found in time that grows with the text.

They are what a pattern with `.*?` between the tags finds; but that looks for the end from each tag
that nothing closes: a text of a few hundred kilobytes, made for it, takes minutes.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import Final, NamedTuple

_SPACE: Final = re.compile(r"\s*")
_CLOSING: Final = re.compile(r"</([\w-]+)>")


class Block(NamedTuple):
    """What stands between two tags: text[start:end] with them, its tag, and the words within."""

    start: int
    end: int
    tag: str
    words: str


def blocks_between(text: str, opening: re.Pattern[str]) -> Iterator[Block]:
    """
    Yield the blocks of a text from an opening tag, whose name is group 1, to the next closing one.

    A tag that nothing closes is none.
    """
    places: dict[str, list[int]] = {}
    for closing in _CLOSING.finditer(text):
        places.setdefault(closing[1].lower(), []).append(closing.start())
    at = 0
    for tag in opening.finditer(text):
        name = tag[1].lower()
        ends = places.get(name, [])
        nearest = bisect_left(ends, tag.end())
        if tag.start() < at or nearest == len(ends):
            continue
        end = ends[nearest]
        at = end + len(f"</{name}>")
        yield Block(tag.start(), at, name, text[tag.end() : end])


def without_blocks(text: str, opening: re.Pattern[str]) -> str:
    """Return a text without the blocks that opening tags begin, nor the space behind them."""
    kept, at = list[str](), 0
    for block in blocks_between(text, opening):
        kept.append(text[at : block.start])
        space = _SPACE.match(text, block.end)
        at = space.end() if space else block.end
    return "".join([*kept, text[at:]])
