"""
MCP memory export: the graph of the MCP memory server, memory.jsonl.

An entity is a line with what is known of it, statements and facts that hold now; a fact whose
value is an entity too is a relation. Turns stay out: the server reads all of its file at once.
Nothing secret, hidden or archived is in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import msgspec

from memcli.exports.shareable import attributed, shareable_entities, shareable_rows
from memcli.jsonl import Row
from memcli.language.names.forms import name_key
from memcli.memory.holds import holding

if TYPE_CHECKING:
    from memcli.exports.contents import Contents

COLUMNS: Final = (
    "id type level text entities subject attribute value polarity speaker source_ids"
).split()
UNKNOWN: Final = "unknown"


def encode_graph(contents: Contents) -> Iterator[bytes]:
    """Yield one line for each entity, then one for each relation."""
    types, spelled = _names(contents)
    observed: dict[str, dict[str, None]] = {}
    relations: dict[tuple[str, str, str], None] = {}
    where = f"level = 1 AND {holding(datetime.now(UTC))}"
    for row in shareable_rows(contents, COLUMNS, where):
        names = [spelled.get(name_key(name), name) for name in _about(row)]
        if relation := _relation(row, spelled):
            relations[relation] = None
        elif names:
            for name in dict.fromkeys(names):
                observed.setdefault(name, {})[attributed(row)] = None
    ends = {name for first, _, last in relations for name in (first, last)}
    contents.counts["graph"] = len({*observed, *ends}) + len(relations)
    for name in sorted({*observed, *ends}):
        texts = [*observed.get(name, {})]
        entity = {"type": "entity", "name": name, "entityType": types.get(name, UNKNOWN)}
        yield msgspec.json.encode({**entity, "observations": texts}) + b"\n"
    for first, way, last in relations:
        relation_ = {"type": "relation", "from": first, "to": last, "relationType": way}
        yield msgspec.json.encode(relation_) + b"\n"


def _names(contents: Contents) -> tuple[dict[str, str], dict[str, str]]:
    """Return the types of entities by their names, and their names by every spelling."""
    types: dict[str, str] = {}
    spelled: dict[str, str] = {}
    for entity in shareable_entities(contents):
        types[entity["name"]] = entity["type"] or UNKNOWN
        for spelling in (entity["name"], *entity["aliases"]):
            spelled.setdefault(name_key(spelling), entity["name"])
    return types, spelled


def _about(row: Row) -> list[str]:
    """Return whom a statement is about: its subject, else who said it and who is named in it."""
    named = [row["subject"]] if row["subject"] else [row["speaker"], *(row["entities"] or ())]
    return [name for name in named if name]


def _relation(row: Row, spelled: Mapping[str, str]) -> tuple[str, str, str] | None:
    """Return the relation that a fact is between two entities, if it is one."""
    subject, value = (spelled.get(name_key(row[key] or "")) for key in ("subject", "value"))
    if not (subject and value and row["attribute"]):
        return None
    negative = "not_" if row["polarity"] == "negative" else ""
    return subject, f"{negative}{row['attribute'].replace(' ', '_')}", value
