"""
Turns in YAML: a list of records, or a map with such a list, as people write them for prompts.

Read as the same records in JSON. Needs PyYAML (memcli[documents]). References to what stands
elsewhere (`*name`) are refused: a few lines of them unfold to more than any memory holds.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from functools import cache
from typing import Any, Final

import msgspec

from memcli.ingestion.transcripts.items import BOM, Item, Source, rejected
from memcli.ingestion.transcripts.json_document import LIST_KEYS, read_json
from memcli.ingestion.transcripts.lines import MAX_LINE_BYTES
from store.errors import BadRecord

# A document is read whole, and a tree of it takes some ten times as much.
MAX_BYTES: Final = 4 * MAX_LINE_BYTES
SAYS: Final = r"(?:role|speaker|sender|author|from|name|user)"
WORDS: Final = r"(?:content|text|message|value|body)"
_BEGINS = re.compile(
    rf"\A(?:[ \t]*(?:#[^\n]*)?\n|---[^\n]*\n|[a-z_]+:[^\n]*\n)*?"
    rf"(?:(?:{'|'.join(LIST_KEYS)}):[ \t]*\n(?:[ \t]*#[^\n]*\n)*)?"
    rf"[ ]*-[ ]+\{{?[\"']?(?:{SAYS}|{WORDS}|[a-z_]*(?:id|time|at|date))[\"']?:[ \n]",
    re.IGNORECASE,
)
_SAYS = re.compile(rf"(?m)(?:^[ ]*(?:-[ ]+)?\{{?|,[ ]*)[\"']?{SAYS}[\"']?:[ ]", re.IGNORECASE)
_WORDS = re.compile(rf"(?m)(?:^[ ]*(?:-[ ]+)?\{{?|,[ ]*)[\"']?{WORDS}[\"']?:[ \n|>]", re.IGNORECASE)


def is_yaml(head: bytes) -> bool:
    """Tell turns in YAML: a list whose first items name who speaks, and words."""
    text = head.removeprefix(BOM)[:8192].decode(errors="ignore").replace("\r\n", "\n")
    return all(pattern.search(text) for pattern in (_BEGINS, _SAYS, _WORDS))


def read_yaml(source: Source) -> Iterator[Item]:
    """Yield the turns of a document, as those of the same records in JSON."""
    data = source.stream.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        reason = f"YAML of more than {MAX_BYTES:,} bytes"
        yield rejected(BadRecord(reason, remedy="convert it: yq -o json"), source.path, 0)
        return
    try:
        value = _decoded(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        yield rejected(BadRecord("not UTF-8"), source.path, 0)
        return
    except BadRecord as error:
        yield rejected(error, source.path, 0)
        return
    stream: Any = io.BytesIO(msgspec.json.encode(value, enc_hook=str))
    yield from read_json(source._replace(stream=stream))


@cache
def _loader() -> Any:
    """Return a loader of plain values: times stay texts, and no reference is followed."""
    try:
        import yaml  # type: ignore[import-untyped]
    except ImportError as error:
        remedy = "pip install 'memcli[documents]'; or convert it: yq -o json"
        raise BadRecord("YAML is read by PyYAML", remedy=remedy) from error

    class Loader(yaml.SafeLoader):  # type: ignore[misc]
        """Reads plain values only."""

        def compose_node(self, parent: Any, index: Any) -> Any:
            """Return a node; references are refused."""
            if self.check_event(yaml.AliasEvent):
                raise BadRecord("a reference in YAML", remedy="convert it: yq -o json 'explode(.)'")
            return super().compose_node(parent, index)

    resolvers = yaml.SafeLoader.yaml_implicit_resolvers
    Loader.yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in each if not tag.endswith(":timestamp")]
        for first, each in resolvers.items()
    }
    return Loader


def _decoded(text: str) -> Any:
    """Return the value of a document, of several in one the list of them."""
    loader = _loader()
    import yaml

    try:
        values = [*yaml.load_all(text, Loader=loader)]
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        reason = getattr(error, "problem", None) or "nested too deep"
        raise BadRecord(f"broken YAML: {reason}", line=mark.line + 1 if mark else 0) from error
    return values[0] if len(values) == 1 else values
