"""
JSON Schema of every record of the wire: `python -m memcli.records` writes it.

The types are those of memcli/records.py. A test compares the files with what this gives, so a
change of a record shows in the diff of its schema.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final, get_args, get_type_hints

import msgspec

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
FOLDER: Final = Path(__file__).with_name("records")


def record_schemas(types: Mapping[str, type]) -> dict[str, str]:
    """Return the text of each schema by its file name, for record types by their kind."""
    texts = {}
    for kind, type_ in types.items():
        schema = record_schema(kind, type_)
        texts[f"{kind}.v1.json"] = json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
    return texts


def record_schema(kind: str, type_: type) -> dict[str, Any]:
    """Return the JSON Schema of one record type."""
    (of_type,), parts = msgspec.json.schema_components([type_], ref_template="#/$defs/{name}")
    body = parts.pop(of_type["$ref"].rpartition("/")[2])
    required = ["kind", "v", *(name for name in body["required"] if name not in ("kind", "v"))]
    schema: dict[str, Any] = {
        "$schema": DIALECT,
        "title": kind,
        "description": body["description"],
        "type": "object",
        "required": required,
        "properties": _properties(type_, body["properties"], required),
        # A field that we do not know is kept, and comes out again.
        "additionalProperties": True,
    }
    return {**schema, "$defs": parts} if parts else schema


def _properties(
    type_: type, properties: dict[str, dict[str, Any]], required: list[str]
) -> dict[str, dict[str, Any]]:
    """Return the properties, the required ones first; what is a time says so."""
    times = {name for name, hint in get_type_hints(type_).items() if datetime in _types_in(hint)}
    order = [*required, *(name for name in properties if name not in required)]
    return {
        name: _as_time(properties[name]) if name in times else properties[name] for name in order
    }


def _types_in(hint: Any) -> set[Any]:
    """Return a type, or the types of a union."""
    return {hint, *get_args(hint)}


def _as_time(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a string, or of a string or null, as that of a time."""
    if "anyOf" in schema:
        return {**schema, "anyOf": [_as_time(part) for part in schema["anyOf"]]}
    return {**schema, "format": "date-time"} if schema["type"] == "string" else schema


def write(texts: Mapping[str, str], folder: Path = FOLDER) -> None:
    """Write the schemas, and remove those of records that are no more."""
    folder.mkdir(exist_ok=True)
    for stale in {path.name for path in folder.glob("*.v1.json")} - set(texts):
        (folder / stale).unlink()
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
