"""The contracts of memcli: JSON Schemas of the records, Arrow schemas of the tables, SQL views."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any, Final

RECORD_KINDS: Final = (
    "message",
    "memory",
    "link",
    "hit",
    "query",
    "judgment",
    "commit",
    "problem",
    "error",
    "summary",
    "entity",
    "strength",
    "source",
    "context",
    "profile",
    "person",
    "row",
)

# Columns of a table of memories that are computed from the others and never on the wire.
DERIVED_COLUMNS: Final = frozenset({"keys", "derived_keys", "n_words", "vector"})

__all__ = ["DERIVED_COLUMNS", "RECORD_KINDS", "record_schema", "sql"]


@cache
def record_schema(kind: str) -> dict[str, Any]:
    """Return the JSON Schema of a record kind; KeyError when there is no such kind."""
    if kind not in RECORD_KINDS:
        raise KeyError(kind)
    text = files(__name__).joinpath("records", f"{kind}.v1.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


@cache
def sql(name: str) -> str:
    """Return the text of one of the SQL files, without its `.sql`."""
    return files(__name__).joinpath("sql", f"{name}.sql").read_text(encoding="utf-8")
