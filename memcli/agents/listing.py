"""
Tool list: what `tools/list` says, from the tools as data and the record schemas.

A model reads all of it in every prompt, so an output schema names the fields that matter, as
schemas/records has them.
"""

from __future__ import annotations

from functools import cache
from typing import Final

from memcli.jsonl import Json
from memcli.language.data import read_toml
from schemas import record_schema

TOLD: Final = ("type", "items", "description")
HINTS: Final = {
    None: {"readOnlyHint": True},
    "adds": {"destructiveHint": False},
    "removes": {"destructiveHint": True},
}


@cache
def specifications(read_only: bool = False) -> dict[str, Json]:
    """Tools as tools.toml has them, by name, in its order; with read_only, those that only read."""
    tools = read_toml("agents/data/tools.toml")["tools"]
    return {tool["name"]: tool for tool in tools if not (read_only and "writes" in tool)}


def tool_list(read_only: bool = False) -> list[Json]:
    """Tools as a client lists them."""
    return [_listed(tool) for tool in specifications(read_only).values()]


def _listed(tool: Json) -> Json:
    return {
        "name": tool["name"],
        "description": tool["description"],
        "inputSchema": _input_schema(tool),
        "outputSchema": output_schema(tool["output"]),
        "annotations": HINTS[tool.get("writes")],
    }


def _input_schema(tool: Json) -> Json:
    """Schema of the arguments; what is taken as well, or put right, is not told."""
    properties = {
        name: {key: value for key, value in about.items() if key in TOLD}
        for name, about in tool["arguments"].items()
    }
    required = {"required": tool["required"]} if tool["required"] else {}
    return {"type": "object", "properties": properties, **required}


def output_schema(output: Json) -> Json:
    """Schema of what a tool gives: fields of a record, or a list of such."""
    known = record_schema(output["record"])
    one: Json = {
        "type": "object",
        "properties": {name: _short(known["properties"][name]) for name in output["fields"]},
    }
    if "list" not in output:
        return one
    listed = {"type": "array", "items": one}
    return {"type": "object", "properties": {output["list"]: listed}}


def given_fields(tool: str) -> list[str]:
    """Fields of the records that a tool gives."""
    output = specifications()[tool]["output"]
    return [*output["fields"], *output.get("more", ())]


def _short(schema: Json) -> Json:
    """Type alone of a field: one that is absent is left out, so null is none of them."""
    branches = schema.get("anyOf", [schema])
    kept = next(branch for branch in branches if branch.get("type") != "null")
    return {key: kept[key] for key in ("type", "items") if key in kept}
