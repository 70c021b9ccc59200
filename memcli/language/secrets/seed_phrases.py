"""Seed phrases: twelve or more words on a line that only a wallet puts one behind the other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from memcli.language.secrets.values import is_seed

# Lines of 12, 15, 18, 21 or 24 words of three to eight letters, as the words of wallets are.
_LINE = re.compile(
    r"(?:^|[:\n(])[ \t]{0,8}((?:[a-z]{3,8} ){11,23}[a-z]{3,8})"
    r"(?=[ \t]{0,8}(?:$|[\n.,;)\u2014\u2013]))"
)
LENGTHS: Final = (12, 15, 18, 21, 24)


def bare_seed_phrases(text: str) -> Iterator[tuple[int, int]]:
    """Yield where seed phrases stand without a word that says so."""
    for line in _LINE.finditer(text):
        if line[1].count(" ") + 1 in LENGTHS and is_seed(line[1]):
            yield line.span(1)
