"""
Everything that a store holds, in open formats: one table of exporters.

A format of another package is a plug-in of the kind `exporters`, asked for by --format NAME only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, Protocol

if TYPE_CHECKING:
    from memcli.exports.contents import Contents


class Exporter(Protocol):
    """
    What writes one format.

    suffix: of its files, with the dot.
    """

    @property
    def suffix(self) -> str:
        """Return the suffix."""

    def write(self, contents: Contents, path: Path) -> Any:
        """Write a new file; what is returned, if it is a text, says in words what it holds."""


class BuiltinExporter(NamedTuple):
    """A format of ours; `writer` is module:function, imported when there is something to write."""

    suffix: str
    writer: str
    # What the function makes: bytes that can go to stdout too, a file, or a folder of files.
    makes: Literal["bytes", "file", "folder"] = "bytes"

    def encode(self, contents: Contents) -> Iterator[bytes]:
        """Return the bytes of a format that makes some."""
        chunks: Iterator[bytes] = self._function()(contents)
        return chunks

    def write(self, contents: Contents, path: Path) -> Any:
        """Write a file, or fill a folder, and return in words what it holds, if it says so."""
        if self.makes != "bytes":
            return self._function()(contents, path)
        with path.open("wb") as file:
            file.writelines(self.encode(contents))
        return None

    def _function(self) -> Callable[..., Any]:
        module, _, function = self.writer.partition(":")
        found: Callable[..., Any] = getattr(import_module(f"memcli.exports.{module}"), function)
        return found


DEFAULT: Final = "jsonl"
# These are of memories alone: tables of the user's own have no place in them.
WITHOUT_TABLES: Final = ("csv", "parquet")
# Of those with one suffix, the first is what it means; `ingest` takes back the first three.
EXPORTERS: Final[dict[str, BuiltinExporter]] = {
    "jsonl": BuiltinExporter(".jsonl", "lines:encode_lines"),
    "csv": BuiltinExporter(".csv", "tabular:encode_csv"),
    "parquet": BuiltinExporter(".parquet", "tabular:write_parquet", "file"),
    "markdown": BuiltinExporter("", "markdown:write_folder", "folder"),
    "duckdb": BuiltinExporter(".duckdb", "database:write_tables", "file"),
    "lancedb": BuiltinExporter("", "lancedb:write_folder", "folder"),
    "graphml": BuiltinExporter(".graphml", "graphml:encode_graph"),
    "cogx": BuiltinExporter(".cogx", "cogx:write_archive", "folder"),
    "cogx-archive": BuiltinExporter(".cogx.tar.gz", "cogx:write_packed", "file"),
    "mcp-memory": BuiltinExporter(".jsonl", "mcp_memory:encode_graph"),
    "html": BuiltinExporter(".html", "html:encode_page"),
    "pairs": BuiltinExporter(".jsonl", "pairs:encode_pairs"),
    "chat": BuiltinExporter(".jsonl", "chat:encode_chats"),
}


# What a format is called in one file, where it is a folder by itself.
PACKED: Final = {"cogx": "cogx-archive"}


def format_of(path: Path | None, asked: str | None = None) -> str:
    """
    Return the format that was asked for, else the one of ours that a file's name asks for.

    JSON Lines by default. The name may ask for one file where the format is a folder.
    """
    name = path.name.lower() if path else ""
    if asked:
        packed = PACKED.get(asked)
        return packed if packed and name.endswith(EXPORTERS[packed].suffix) else asked
    if name.endswith(".db"):
        return "duckdb"
    named = (form for form, one in EXPORTERS.items() if one.suffix and name.endswith(one.suffix))
    return next(named, DEFAULT)
