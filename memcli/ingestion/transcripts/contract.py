"""What an importer of another package has to hold to, for its own tests: check_importer."""

from __future__ import annotations

import io

from memcli.ingestion.transcripts.importers import Importer
from memcli.ingestion.transcripts.items import STDIN, Accepted, Item, Rejected, Source


class _Slow(io.RawIOBase):
    """Gives a few bytes at a time, as a slow pipe does."""

    def __init__(self, data: bytes) -> None:
        self._rest = memoryview(data)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        part = self._rest[: min(7, len(buffer))]
        self._rest = self._rest[len(part) :]
        buffer[: len(part)] = part
        return len(part)


def check_importer(importer: Importer, sample: bytes) -> None:
    """
    Raise AssertionError, with a sentence, where an importer breaks its contract.

    sample: a whole input with one record at least. It is known by its head, read the same each time
    and however slowly it comes; broken off anywhere it makes rejections and no exceptions.
    """
    for extension in importer.extensions:
        assert extension == extension.lower(), "extensions are lower-case"
        assert extension.startswith("."), "extensions have their dot"
    assert importer.sniff(sample[:65_536]) is True, "sniff knows the head of the sample"
    assert isinstance(importer.sniff(b""), bool), "sniff says True or False, of nothing too"
    items = _items(importer, io.BytesIO(sample))
    records = [item for item in items if isinstance(item, Accepted)]
    assert records, "the sample has a record"
    assert all(item.line >= 0 for item in records), "lines count from 1, 0 where there are none"
    assert items == _items(importer, io.BytesIO(sample)), "the same input has the same records"
    slow = _items(importer, io.BufferedReader(_Slow(sample), 16))
    assert _records(items) == _records(slow), "a slow pipe makes no difference"
    for end in {0, 1, len(sample) // 3, len(sample) // 2, len(sample) - 1}:
        _items(importer, io.BytesIO(sample[:end]))


def _items(importer: Importer, stream: io.BufferedIOBase) -> list[Item]:
    """Return what an importer reads of a stream."""
    items = list(importer.read(Source(STDIN, stream)))  # type: ignore[arg-type]
    for item in items:
        assert isinstance(item, Accepted | Rejected), "read yields Accepted and Rejected"
    return items


def _records(items: list[Item]) -> list[object]:
    return [item.record for item in items if isinstance(item, Accepted)]
