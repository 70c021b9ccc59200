"""
One JSON document: an array of records, an object with a "messages" list, or a single record.

The document is read piece by piece: memory is that of one record, however long the list.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from json import JSONDecodeError, JSONDecoder
from typing import Final

from memcli.ingestion.transcripts.items import Accepted, Item, Rejected, Source, rejected
from memcli.ingestion.transcripts.jsonl import decode_record
from memcli.ingestion.transcripts.lines import MAX_LINE_BYTES
from store.errors import BadRecord

CHUNK_BYTES: Final = 256 * 1024
LIST_KEY: Final = "messages"
REMEDY: Final = 'give an array of records, or an object with a "messages" list'
_SPACE = re.compile(r"[ \t\r\n]*")


def read_values(source: Source, limit: int) -> Iterator[tuple[str, int]]:
    """
    Yield the text of each element of an array, or of the one object, and its line.

    limit: characters of one value. BadRecord, with its place, for what is broken.
    """
    window = _Window(source, CHUNK_BYTES, limit)
    try:
        if window.peek() == "[":
            yield from _element_texts(window)
        elif window.peek():
            line = window.line
            yield window.value(), line
        if window.peek():
            raise BadRecord("something follows the end of the document", remedy=REMEDY)
    except BadRecord as error:
        item = rejected(error, source.path, window.line, column=window.column)
        raise item.error from error


def read_json(source: Source, chunk_bytes: int = CHUNK_BYTES) -> Iterator[Item]:
    """Yield each record of the document; the rest after broken JSON is one rejection."""
    window = _Window(source, chunk_bytes)
    try:
        first = window.peek()
        if first == "[":
            yield from _elements(window)
        elif first == "{":
            yield from _document(window)
        elif first:
            raise BadRecord("neither a JSON array nor an object", remedy=REMEDY)
        if window.peek():
            raise BadRecord("something follows the end of the document", remedy=REMEDY)
    except BadRecord as error:
        yield rejected(error, source.path, window.line, column=window.column)


def _document(window: _Window) -> Iterator[Item]:
    """Yield the records of the "messages" list of an object, or the object itself."""
    start = window.line
    fields: list[str] | None = []
    window.take("{")
    while window.peek() != "}":
        key = window.value()
        if not key.startswith('"'):
            raise BadRecord("a key of an object is not a string", remedy=REMEDY)
        window.take(":")
        if JSONDecoder().decode(key) == LIST_KEY and window.peek() == "[":
            yield from _elements(window)
            fields = None
        elif fields is not None:
            fields.append(f"{key}: {window.value()}")
        else:
            window.value()
        if window.peek() != "}":
            window.take(",")
    window.take("}")
    if fields is not None:
        yield _value_item(f"{{{', '.join(fields)}}}", window.path, start)


def _elements(window: _Window) -> Iterator[Item]:
    """Yield the records of an array."""
    for text, line in _element_texts(window):
        yield _value_item(text, window.path, line)


def _element_texts(window: _Window) -> Iterator[tuple[str, int]]:
    """Yield the text of each element of an array, and its line."""
    window.take("[")
    while window.peek() != "]":
        line = window.line
        yield window.value(), line
        if window.peek() != "]":
            window.take(",")
    window.take("]")


def _value_item(text: str, path: str, line: int) -> Item:
    """Return what one value holds; the column of an error would be that of its own text."""
    item = decode_record(text.encode(), path, line)
    if isinstance(item, Accepted):
        return item
    error = BadRecord(item.error.reason, path=path, line=line, remedy=item.error.remedy)
    return Rejected(error, item.raw)


class _Window:
    """A sliding piece of a JSON text that knows its place in the file."""

    def __init__(self, source: Source, chunk_bytes: int, limit: int = MAX_LINE_BYTES) -> None:
        self.path = source.path
        self.line, self.column = 1, 1
        self._stream, self._chunk_bytes, self._limit = source.stream, chunk_bytes, limit
        self._decode = codecs.getincrementaldecoder("utf-8-sig")().decode
        self._text, self._at, self._ended = "", 0, False
        self._scan = JSONDecoder().raw_decode

    def peek(self) -> str:
        """Return the next character that is not white space, "" at the end."""
        while True:
            space = _SPACE.match(self._text, self._at)
            self._advance(space.end() if space else self._at)
            if self._at < len(self._text) or not self._more():
                return self._text[self._at : self._at + 1]

    def take(self, wanted: str) -> None:
        """Pass over a character; BadRecord where another one stands."""
        found = self.peek()
        if found != wanted:
            what = repr(found) if found else "the end of the file"
            raise BadRecord(f"expected {wanted!r}, found {what}", remedy=REMEDY)
        self._advance(self._at + 1)

    def value(self) -> str:
        """Pass over one JSON value and return its text."""
        self.peek()
        while True:
            end = self._value_end()
            # A number may go on in the next piece, also where `1e-` makes it end at 1.
            if end is not None and (end + 2 < len(self._text) or not self._more()):
                text = self._text[self._at : end]
                self._advance(end)
                return text

    def _value_end(self) -> int | None:
        """Return where the value ends, None where the window had to grow."""
        try:
            return self._scan(self._text, self._at)[1]
        except RecursionError as error:
            raise BadRecord("nested too deep", remedy=REMEDY) from error
        except JSONDecodeError as error:
            if len(self._text) - self._at > self._limit:
                raise BadRecord(f"broken, or longer than {self._limit:,}") from error
            if self._more():
                return None
            self._advance(error.pos)
            reason = error.msg if self.peek() else "it ends too early"
            raise BadRecord(f"broken JSON: {reason}", remedy=REMEDY) from error
        except ValueError as error:  # an integer of thousands of digits
            raise BadRecord("a number is out of range") from error

    def _advance(self, to: int) -> None:
        """Move on within the window, counting lines and columns."""
        newlines = self._text.count("\n", self._at, to)
        if newlines:
            self.line += newlines
            self.column = to - self._text.rindex("\n", self._at, to)
        else:
            self.column += to - self._at
        self._at = to

    def _more(self) -> bool:
        """Let go of what was passed and add a piece; False at the end of the file."""
        if self._ended:
            return False
        grow = max(self._chunk_bytes, len(self._text) - self._at)
        piece = self._stream.read(grow)
        self._ended = not piece
        try:
            text = self._decode(piece, self._ended)
        except UnicodeDecodeError as error:
            raise BadRecord("not UTF-8", remedy="convert the file with iconv") from error
        self._text = self._text[self._at :] + text
        self._at = 0
        return True
