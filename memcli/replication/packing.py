"""
Packing: writing of bundles.

The same content gives the same bytes: parts are in the order of their keys, and no member of the
tar tells of the machine or the moment.
"""

from __future__ import annotations

import io
import tarfile
import tempfile
from hashlib import sha256
from typing import IO, TYPE_CHECKING, Any

import msgspec

from memcli.replication.bundle import (
    AT_ONCE,
    BLOCK,
    FORMAT,
    MANIFEST,
    SUFFIX,
    VERSION,
    Manifest,
    PartEntry,
    Point,
)
from memcli.replication.contents import ReplicaContents, mark_of
from memcli.replication.parts import PARTS, ReplicaPart, encode_rows
from store.files import io_errors

if TYPE_CHECKING:
    from pathlib import Path

    from store.commits import Commit


def manifest_of(contents: ReplicaContents, parts: list[PartEntry]) -> Manifest:
    """Return the manifest of a bundle with some parts."""
    head, earlier = contents.snapshot.commit, contents.earlier
    return Manifest(
        FORMAT,
        VERSION,
        contents.store.id,
        _point(head),
        head.encoder.sha256,
        parts,
        None if earlier is None else _point(earlier.commit),
        contents.namespace,
        contents.keys(),
    )


def _point(commit: Commit) -> Point:
    return Point(commit.number, mark_of(commit))


def write_bundle(contents: ReplicaContents, out: IO[bytes], folder: Path) -> Manifest:
    """
    Write a bundle to an open file, which need not be one that can be gone back in.

    folder: where its parts lie until then, without a name.
    """
    with io_errors("write the bundle"), tempfile.TemporaryFile(dir=folder) as body:
        entries = [_write_part(contents, part, body) for part in PARTS]
        manifest = manifest_of(contents, entries)
        text = msgspec.json.format(msgspec.json.encode(manifest), indent=1) + b"\n"
        _write_member(out, MANIFEST, text)
        body.seek(0)
        for entry in entries:
            out.write(member_header(entry.name + SUFFIX, entry.bytes))
            _copy(body, out, entry.bytes)
            out.write(bytes(-entry.bytes % BLOCK))
        out.write(bytes(2 * BLOCK))
        out.flush()
    return manifest


def _write_part(contents: ReplicaContents, part: ReplicaPart, body: IO[bytes]) -> PartEntry:
    """Add a part to a file and return its entry."""
    import pyarrow as pa

    rows = n_bytes = 0
    sink = _Hashed(body)
    with pa.CompressedOutputStream(pa.PythonFile(sink, mode="w"), "zstd") as packed:
        for line in encode_rows(contents.rows(part)):
            packed.write(line)
            rows, n_bytes = rows + 1, n_bytes + len(line)
    return PartEntry(part.name, rows, n_bytes, sink.written, sink.digest.hexdigest())


class _Hashed(io.RawIOBase):
    """A file that is written through, digested on the way, and left open in the end."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.digest, self.written = sha256(), 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._file.write(data)
        self.digest.update(data)
        self.written += len(data)
        return len(data)


def member_header(name: str, size: int) -> bytes:
    """Return the header of a member: nothing in it tells of this machine or moment."""
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, 0o600
    return info.tobuf(tarfile.GNU_FORMAT)


def _write_member(out: IO[bytes], name: str, data: bytes) -> None:
    out.write(member_header(name, len(data)) + data + bytes(-len(data) % BLOCK))


def _copy(source: IO[bytes], target: IO[bytes], size: int) -> None:
    """Copy so many bytes."""
    while data := source.read(min(size, AT_ONCE)):
        target.write(data)
        size -= len(data)
