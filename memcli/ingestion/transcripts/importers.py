"""
The formats of input, one table: by which extension and first bytes each is known, what reads it.

A format of another package is a plug-in of the kind `importers`, asked for by --from NAME only.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from importlib import import_module
from typing import Any, Final, NamedTuple, Protocol

from memcli.ingestion.transcripts.items import BOM, Item, Source

PARQUET_MAGIC: Final = b"PAR1"
JSON_ARRAY = re.compile(rb"\[\s*(?:[{\]]|$)")
_MARKDOWN = re.compile(rb"(?m)\A---\s*$|^#{1,6} \S|^(?:[-*>] )?\*\*[^*\n]{1,40}(?::\*\*|\*\*:)")
_COLUMN = re.compile(r'"?(\w[\w .-]{0,39})"?')
_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"|[{}\[\]:]', re.DOTALL)


class Importer(Protocol):
    """
    What reads one format of input.

    extensions: of its files, lower-case with the dot: a folder stands for those.
    """

    @property
    def extensions(self) -> Sequence[str]:
        """Return the extensions."""

    def sniff(self, head: bytes) -> bool:
        """Say whether input that begins so may be of this format; `head` may end anywhere."""

    def read(self, source: Source) -> Iterator[Item]:
        """Yield Accepted and Rejected in the order of the input, in bounded memory."""


class BuiltinImporter(NamedTuple):
    """A format of ours; `reader` is module:function, imported when there is something to read."""

    extensions: tuple[str, ...]
    sniff: Callable[[bytes], bool]
    reader: str

    def read(self, source: Source) -> Iterator[Item]:
        """Return the reader's items."""
        module, _, function = self.reader.partition(":")
        read = getattr(import_module(f"memcli.ingestion.transcripts.{module}"), function)
        items: Iterator[Item] = read(source)
        return items


def _start(head: bytes) -> bytes:
    return head.removeprefix(BOM).lstrip()


def _is_parquet(head: bytes) -> bool:
    return head.startswith(PARQUET_MAGIC)


def _is_chatgpt(head: bytes) -> bool:
    """Tell an export of ChatGPT by the tree of messages in its first conversation."""
    keys = first_keys(head)
    return "mapping" in keys and not keys.isdisjoint(("title", "current_node", "create_time"))


def _is_claude(head: bytes) -> bool:
    """Tell an export of claude.ai by the list of messages in its first conversation."""
    return {"uuid", "chat_messages"} <= first_keys(head)


def _is_jsonl(head: bytes) -> bool:
    """Tell whether the first line is a whole JSON object, other than a document with messages."""
    import msgspec

    line = _start(head).partition(b"\n")[0]
    try:
        raw = msgspec.json.decode(line) if line.startswith(b"{") else None
    except (ValueError, RecursionError):
        return False
    return isinstance(raw, dict) and not isinstance(raw.get("messages"), list)


def _is_json(head: bytes) -> bool:
    start = _start(head)
    return start.startswith(b"{") or bool(JSON_ARRAY.match(start))


def _is_csv(head: bytes) -> bool:
    """Tell CSV by a header that names what is said."""
    from memcli.ingestion.transcripts.fields import ALIASES

    header = _start(head).partition(b"\n")[0].decode(errors="replace").rstrip("\r").lower()
    columns = [_COLUMN.fullmatch(name) for name in re.split(r"[,;\t|]", header)]
    names = {name[1] for name in columns if name}
    is_said = not names.isdisjoint(("content", *ALIASES["content"]))
    return len(columns) > 1 and all(columns) and is_said


def _is_markdown(head: bytes) -> bool:
    return bool(_MARKDOWN.search(_start(head)))


def first_keys(head: bytes) -> set[str]:
    """Return the keys of a JSON object, or of the first one in an array, as far as it is there."""
    start = _start(head).removeprefix(b"[").lstrip()
    keys: set[str] = set()
    depth, last = 0, b""
    for token in _TOKEN.findall(start) if start.startswith(b"{") else ():
        if token == b":" and depth == 1:
            keys.add(last.strip(b'"').decode(errors="replace"))
        depth += (token in b"{[") - (token in b"}]")
        last = token
        if not depth:
            break
    return keys


# In the order in which they are tried; of those with one extension, the last is what it means.
IMPORTERS: Final[dict[str, Importer]] = {
    "parquet": BuiltinImporter((".parquet",), _is_parquet, "tabular:read_parquet"),
    "chatgpt": BuiltinImporter((".json",), _is_chatgpt, "accounts:read_chatgpt"),
    "claude": BuiltinImporter((".json",), _is_claude, "accounts:read_claude"),
    "jsonl": BuiltinImporter((".jsonl", ".ndjson"), _is_jsonl, "jsonl:read_jsonl"),
    "json": BuiltinImporter((".json",), _is_json, "json_document:read_json"),
    "csv": BuiltinImporter((".csv", ".tsv"), _is_csv, "tabular:read_csv"),
    "markdown": BuiltinImporter((".md", ".markdown"), _is_markdown, "markdown:read_markdown"),
    "text": BuiltinImporter((".txt", ".log"), lambda head: True, "text:read_text"),
}
EXTENSIONS: Final = tuple(dict.fromkeys(e for one in IMPORTERS.values() for e in one.extensions))


@cache
def importer_of(name: str) -> Any:
    """Return the importer of a name, our own or a plug-in; BadUsage where there is none."""
    from memcli.plugins import find

    return find("importers", name, IMPORTERS)
