"""The contracts of memcli: JSON Schemas of the records, Arrow schemas of the tables, SQL views."""

from __future__ import annotations

from functools import cache
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
    "table",
    "table_row",
    "source",
    "client",
    "trust",
    "setting",
    "finding",
    "help",
    "context",
    "profile",
    "person",
    "receipt",
    "secret",
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
    import json

    schema: dict[str, Any] = json.loads(_text("records", f"{kind}.v1.json"))
    return schema


@cache
def sql(name: str) -> str:
    """Return the text of one of the SQL files, without its `.sql`."""
    return _text("sql", f"{name}.sql")


def _text(folder: str, name: str) -> str:
    # Imported here, as every start of the program imports this package for its version.
    from importlib.resources import files

    return files(__name__).joinpath(folder, name).read_text(encoding="utf-8")
