"""
Bundles: what of a store goes to another, as one file.

A tar of a manifest and of a part for each kind of record, JSON Lines compressed with zstd, whose
sizes and digests stand in the manifest. The same content gives the same bytes. Whoever reads one
may have got it from anywhere: nothing is unpacked, no path is used, and no more is read than the
manifest says there is.
"""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from hashlib import sha256
from typing import IO, TYPE_CHECKING, Annotated, Any, Final

import msgspec

from memcli.jsonl import Row
from memcli.memory.tombstones import key_name
from memcli.replication.contents import Since
from memcli.replication.parts import LATER_PARTS, PARTS, ReplicaPart, decode_line
from store.errors import BadBundle, BadRecord, UnsupportedVersion
from store.files import io_errors

if TYPE_CHECKING:
    pass

FORMAT: Final = "memcli bundle"
VERSION: Final = 1
MANIFEST: Final = "manifest.json"
SUFFIX: Final = ".jsonl.zst"
BLOCK: Final = tarfile.BLOCKSIZE
AT_ONCE: Final = 1 << 20
MAX_MANIFEST: Final = 1 << 20
# A line is a memory, whose text may be a document.
MAX_LINE: Final = 256 << 20
# Text of a memory shrinks to a third or a tenth; a bomb to a ten-thousandth.
MAX_RATIO: Final = 1_000
AGE: Final = b"age-encryption.org/"
ARMORED: Final = b"-----BEGIN AGE ENCRYPTED FILE-----"
RESEND: Final = "make it or copy it again"
Count = Annotated[int, msgspec.Meta(ge=0, le=1 << 50)]


class PartEntry(msgspec.Struct, frozen=True):
    """A part in a manifest: its records, bytes of these, and bytes and digest in the file."""

    name: str
    rows: Count
    text_bytes: Count
    bytes: Count
    sha256: str


class Point(msgspec.Struct, frozen=True):
    """A commit in a manifest, see `contents.Since`."""

    number: Count
    mark: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{12}$")]


class Manifest(msgspec.Struct, frozen=True):
    """
    What a bundle says of itself.

    store, commit: whose content it is and when; since: only what came after that; namespace: only
    what is in it; encoder: the digest of the one that questions of verdicts were encoded with;
    keys: those of tombstones, in hexadecimal, by name.
    """

    format: str
    version: int
    store: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{16}$")]
    commit: Point
    encoder: str
    parts: list[PartEntry]
    since: Point | None = None
    namespace: str | None = None
    keys: dict[str, str] = {}

    @property
    def point(self) -> Since:
        """The commit that it is of: who takes it over knows all until then."""
        return Since(self.store, self.commit.number, self.commit.mark)


class Bundle:
    """A bundle that is open for reading, each part as often as it is wanted."""

    def __init__(self, name: str, file: IO[bytes]) -> None:
        """Look through an open file, plain bundle or none; BadBundle where it is not sound."""
        self.name = name
        self.file = file
        self._places: dict[str, int] = {}
        with ExitStack() as unsound:
            unsound.callback(file.close)
            with io_errors(f"read {name}"), self._blamed():
                self.manifest = self._read_manifest()
                self._find_parts()
            unsound.pop_all()

    @contextmanager
    def _blamed(self) -> Iterator[None]:
        """Name the file in what is wrong with it."""
        try:
            yield
        except BadBundle as error:
            raise BadBundle(f"{self.name}: {error.what}", error.remedy) from error

    def _read_manifest(self) -> Manifest:
        self.file.seek(0)
        block = self.file.read(BLOCK)
        if len(block) < BLOCK:
            raise BadBundle("it is no bundle, or cut short", RESEND)
        size = _size_of(block, MANIFEST)
        if size > MAX_MANIFEST:
            raise BadBundle("it is no bundle: its manifest is too long", RESEND)
        data = _whole(self.file, size)
        _whole(self.file, -size % BLOCK)
        return _manifest(data)

    def _find_parts(self) -> None:
        """Note where each part is, once its bytes are what the manifest says."""
        names = [part.name for part in PARTS]
        before = [part.name for part in PARTS if part not in LATER_PARTS]
        if [entry.name for entry in self.manifest.parts] not in (names, before):
            raise BadBundle("its manifest does not name the parts of a bundle", RESEND)
        for entry in self.manifest.parts:
            if _size_of(_whole(self.file, BLOCK), entry.name + SUFFIX) != entry.bytes:
                raise BadBundle(f"{entry.name} is not as long as its manifest says", RESEND)
            if entry.text_bytes > MAX_RATIO * (entry.bytes + BLOCK):
                raise BadBundle(f"{entry.name} would be too large", "it is not of memcli's making")
            self._places[entry.name] = self.file.tell()
            if _digest(self.file, entry.bytes) != entry.sha256:
                raise BadBundle(f"{entry.name} is damaged", RESEND)
            _whole(self.file, -entry.bytes % BLOCK)

    def rows(self, part: ReplicaPart) -> Iterator[Row]:
        """Yield the rows of a part; BadBundle for what is none, or more than was announced."""
        entries = {entry.name: entry for entry in self.manifest.parts}
        if part.name not in entries and part in LATER_PARTS:
            return
        entry = entries[part.name]
        number = 0
        with self._blamed():
            for number, line in enumerate(self._lines(entry), 1):
                try:
                    yield decode_line(part, line)
                except BadRecord as error:
                    what = f"{part.name}, line {number}: {error.reason}"
                    raise BadBundle(what, "it is not of memcli's making") from error
            if number != entry.rows:
                raise BadBundle(f"{part.name} has {number:,} of {entry.rows:,} records", RESEND)

    def verify(self) -> None:
        """Read all of it; BadBundle for the first thing that is wrong."""
        for part in PARTS:
            for _ in self.rows(part):
                pass

    def _lines(self, entry: PartEntry) -> Iterator[bytes]:
        """Yield the lines of a part, no more than its manifest says."""
        import pyarrow as pa

        limit = min(MAX_LINE, entry.text_bytes) + 1
        window = _Piece(self.file, self._places[entry.name], entry.bytes)
        left = entry.text_bytes
        rest = b""
        try:
            with pa.CompressedInputStream(pa.PythonFile(window, mode="r"), "zstd") as packed:
                while data := packed.read(AT_ONCE):
                    left -= len(data)
                    *lines, rest = (rest + data).split(b"\n")
                    if left < 0 or len(rest) > limit:
                        raise BadBundle(f"{entry.name} is longer than its manifest says", RESEND)
                    yield from lines
        except (OSError, pa.ArrowException) as error:
            raise BadBundle(f"{entry.name} is damaged: {error}", RESEND) from error
        if rest or left:
            raise BadBundle(f"{entry.name} is shorter than its manifest says", RESEND)

    def close(self) -> None:
        """Let go of the file."""
        self.file.close()

    def __enter__(self) -> Bundle:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _Piece(io.RawIOBase):
    """A piece of a file, read from its own place, and left open in the end."""

    def __init__(self, file: IO[bytes], start: int, size: int) -> None:
        self._file, self._place, self._end = file, start, start + size

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        left = self._end - self._place
        self._file.seek(self._place)
        data = self._file.read(left if size < 0 else min(size, left))
        self._place += len(data)
        return data


def _size_of(block: bytes, name: str) -> int:
    """Return the size of a member by its header; BadBundle unless it is the one of a name."""
    try:
        info = tarfile.TarInfo.frombuf(block, "utf-8", "strict")
    except (tarfile.HeaderError, ValueError) as error:
        raise BadBundle(f"there is no {name} where it should be", RESEND) from error
    if info.name != name or info.type != tarfile.REGTYPE or info.size < 0:
        raise BadBundle(f"there is no {name} where it should be", RESEND)
    return int(info.size)


def _whole(file: IO[bytes], size: int) -> bytes:
    data = file.read(size)
    if len(data) < size:
        raise BadBundle("it is cut short", RESEND)
    return data


def _digest(file: IO[bytes], size: int) -> str:
    digest = sha256()
    while size:
        data = _whole(file, min(size, AT_ONCE))
        digest.update(data)
        size -= len(data)
    return digest.hexdigest()


def _manifest(data: bytes) -> Manifest:
    """Return a manifest after checking it."""
    try:
        said = msgspec.json.decode(data, type=dict[str, Any])
        if said.get("format") != FORMAT:
            raise BadBundle("it is no bundle", "memcli bundle create makes one")
        if said.get("version") != VERSION:
            what = f"it is a bundle of version {said.get('version')!r}"
            raise UnsupportedVersion(what, "this memcli reads version 1; update it")
        manifest = msgspec.convert(said, Manifest)
        _require_keys(manifest.keys)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise BadBundle(f"its manifest is damaged: {error}", RESEND) from error
    return manifest


def _require_keys(keys: Mapping[str, str]) -> None:
    """Raise ValueError for a key of another name than its own."""
    for name, key in keys.items():
        if key_name(bytes.fromhex(key)) != name:
            raise ValueError("a key is not the one of its name")


def is_encrypted(start: bytes) -> bool:
    """Say whether a file that begins so is encrypted with age."""
    return start.startswith((AGE, ARMORED))
