"""Cue lists and rules as data: TOML files, read once, words that belong together on one line."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def read_data(name: str) -> dict[str, Any]:
    """Return the contents of NAME.toml; callers do not change it."""
    return tomllib.loads((files(__name__) / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def words(name: str, key: str) -> frozenset[str]:
    """Return a list of words in NAME.toml as a set; the list may be one string of words."""
    listed = read_data(name)[key]
    return frozenset(listed.split() if isinstance(listed, str) else listed)
