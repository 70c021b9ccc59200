"""Foreign files: what cannot be read, known by how it begins, and what to do with it instead."""

from __future__ import annotations

import os
from functools import cache
from typing import Any, Final

from memcli.ingestion.transcripts.items import BOM
from memcli.language.data import read_toml
from store.errors import BadRecord

LOOKED_AT: Final = 8192


@cache
def _rules() -> dict[str, Any]:
    """Return the rules of the file of data."""
    return read_toml("ingestion/transcripts/foreign.toml")


@cache
def _code() -> frozenset[str]:
    """Return the extensions of source code."""
    return frozenset(_rules()["code"]["extensions"].split())


def is_code(path: str) -> bool:
    """Tell source code by its extension."""
    return os.path.splitext(path)[1].lower() in _code()


def refuse_foreign(path: str, head: bytes) -> None:
    """Raise BadRecord for a file of another program that holds no text to be read."""
    named = _rules()["names"].get(os.path.splitext(path)[1].lower())
    if named and b"\0" not in head:
        raise BadRecord(f"{named[0]}, which is not read", path=path, remedy=named[1])
    if is_code(path):
        code = _rules()["code"]
        raise BadRecord(f"{code['what']}, which is not read", path=path, remedy=code["remedy"])
    head = head[:LOOKED_AT]
    start = head.removeprefix(BOM).lstrip().lower()
    for rule in _rules()["file"]:
        if _begins(rule, head, start):
            what = f"{rule['what']}, {rule.get('but', 'not text')}"
            raise BadRecord(what, path=path, remedy=rule["remedy"])


def _begins(rule: dict[str, Any], head: bytes, start: bytes) -> bool:
    """Tell whether a file begins as a rule has it; start: what it says first, in lower case."""
    at = int(rule.get("at", 0))
    return (
        head[at:].startswith(bytes.fromhex(rule.get("magic", "")))
        and start.startswith(rule.get("start", "").lower().encode())
        and rule.get("inside", "").encode() in head
    )
