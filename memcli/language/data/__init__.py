"""Cue lists and rules as data: TOML files, read once, words that belong together on one line."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any, Final

import tomli

PACKAGE: Final = Path(__file__).parents[2]


@cache
def read_toml(path: str) -> dict[str, Any]:
    """Return the contents of a file of data that comes with memcli; callers do not change it."""
    return tomli.loads((PACKAGE / path).read_text(encoding="utf-8"))


def read_data(name: str) -> dict[str, Any]:
    """Return the contents of NAME.toml in this folder; callers do not change it."""
    return read_toml(f"language/data/{name}.toml")


@cache
def words(name: str, key: str) -> frozenset[str]:
    """Return a list of words in NAME.toml as a set; the list may be one string of words."""
    listed = read_data(name)[key]
    return frozenset(listed.split() if isinstance(listed, str) else listed)


def any_of(patterns: Iterable[str]) -> re.Pattern[str]:
    """Pattern that finds any of several, each with the flags that stand at its beginning."""
    return re.compile("|".join(map(_scoped, patterns)), re.MULTILINE)


def _scoped(pattern: str) -> str:
    found = re.match(r"\(\?([im]+)\)", pattern)
    return f"(?{found[1]}:{pattern[found.end() :]})" if found else f"(?:{pattern})"
