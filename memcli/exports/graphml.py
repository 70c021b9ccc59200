"""
An export as a graph: memories and entities are nodes, links are edges, in GraphML.

Gephi, yEd, igraph and networkx read it. What a link names that is not there itself, as with
--namespace, is a node without attributes, so that every edge has its two ends.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from memcli.exports.contents import Contents, Part
from memcli.jsonl import Row
from memcli.memory.arrow import batch_to_records

# Attributes by what has them: name and type in GraphML.
NODE: Final = {
    "kind": "string",
    "namespace": "string",
    "type": "string",
    "level": "int",
    "text": "string",
    "name": "string",
    "speaker": "string",
    "session_id": "string",
    "happened_at": "string",
    "importance": "double",
    "archived": "boolean",
}
EDGE: Final = {"relation": "string", "weight": "double"}
HEAD: Final = """<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
"""
# XML has no way at all to write these.
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def encode_graph(contents: Contents) -> Iterator[bytes]:
    """Yield a GraphML file; all memories, archived ones too, all entities and all links."""
    yield (HEAD + _key_elements("node", NODE) + _key_elements("edge", EDGE)).encode()
    yield b'<graph id="memories" edgedefault="directed">\n'
    there: set[str] = set()
    named: set[str] = set()
    for part, batch in contents.batches():
        records = batch_to_records(batch, part.kind)
        if part.kind == "link":
            for record in records:
                named.update((record["source_id"], record["target_id"]))
                yield _edge(record)
        elif part.kind != "strength":
            for record in records:
                there.add(record["id"])
                yield _node(record, part)
    for id_ in sorted(named - there):
        yield f"<node id={_xml_attribute(id_)}/>\n".encode()
    yield b"</graph>\n</graphml>\n"


def _key_elements(of: str, attributes: dict[str, str]) -> str:
    """Return the declarations of attributes."""
    return "".join(
        f'<key id="{of}-{name}" for="{of}" attr.name="{name}" attr.type="{kind}"/>\n'
        for name, kind in attributes.items()
    )


def _node(record: Row, part: Part) -> bytes:
    shown = {**record, "kind": part.kind}
    if part.archived:
        shown["archived"] = True
    return f"<node id={_xml_attribute(record['id'])}>{_data('node', shown, NODE)}</node>\n".encode()


def _edge(record: Row) -> bytes:
    ends = (
        f"source={_xml_attribute(record['source_id'])} target={_xml_attribute(record['target_id'])}"
    )
    return f"<edge {ends}>{_data('edge', record, EDGE)}</edge>\n".encode()


def _data(of: str, record: Row, names: Iterable[str]) -> str:
    """Return the attributes that a record has."""
    present = [(name, record[name]) for name in names if record.get(name) is not None]
    return "".join(f'<data key="{of}-{name}">{_xml_text(value)}</data>' for name, value in present)


def _xml_text(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    # A bare carriage return would be read as a line feed.
    return escape(_UNWRITABLE.sub("\ufffd", str(value)), {"\r": "&#13;"})


def _xml_attribute(value: str) -> str:
    return quoteattr(_UNWRITABLE.sub("\ufffd", value))
