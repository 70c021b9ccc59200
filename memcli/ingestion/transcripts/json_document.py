"""
One JSON document: an array of records, an object with a "messages" list, or a single record.

The document is read piece by piece: memory is that of one record, however long the list.
"""

from __future__ import annotations

import codecs
import re
from collections import deque
from collections.abc import Iterator, Sequence
from itertools import islice
from json import JSONDecodeError, JSONDecoder
from typing import Any, Final, NamedTuple

from msgspec.structs import replace

from memcli.ingestion.transcripts.date_order import dates_in, is_day_first
from memcli.ingestion.transcripts.decoding import decode_object
from memcli.ingestion.transcripts.fields import ALIASES, to_record
from memcli.ingestion.transcripts.items import Item, Rejected, Source, rejected
from memcli.ingestion.transcripts.jsonl import decode_record
from memcli.ingestion.transcripts.lines import MAX_LINE_BYTES
from memcli.ingestion.transcripts.outline import outline
from memcli.ingestion.transcripts.sources import look_ahead
from memcli.jsonl import Json
from memcli.records import Message
from store.errors import BadRecord

CHUNK_BYTES: Final = 256 * 1024
HEAD_BYTES: Final = 64 * 1024
# Under which names documents have the list of what was said.
LIST_KEYS: Final = tuple(
    """messages chat_history history turns utterances dialogue conversations conversation contents
    segments transcription""".split()
)
# A conversation is read whole; one with much code and many branches has some megabytes.
MAX_DOCUMENT: Final = 256 * 1024 * 1024
SESSION_KEYS: Final = ("session_id", *ALIASES["session_id"])
# How deep a list of turns is looked for.
MAX_DEPTH: Final = 4
REMEDY: Final = 'give an array of records, or an object with a "messages" list'
_SPACE = re.compile(r"[ \t\r\n]*")
# Integers stay texts: Python makes no number of one of thousands of digits, and only the record
# that has it is bad.
_DECODER = JSONDecoder(parse_int=str)


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


def read_documents(source: Source) -> Iterator[tuple[int, Json] | Rejected]:
    """Yield the objects of an array, or the one object, with their lines; each is read whole."""
    line = 1
    try:
        for text, line in read_values(source, MAX_DOCUMENT):
            found = decode_object(text.encode(), source, line)
            yield found if isinstance(found, Rejected) else (line, found)
    except BadRecord as error:
        yield rejected(error, source.path, line)


def read_members(
    source: Source, *keys: str, limit: int = MAX_LINE_BYTES
) -> Iterator[tuple[int, Json] | Rejected]:
    """Yield the objects of the list that a document has under keys, with their lines."""
    window = _Window(source, CHUNK_BYTES, limit)
    try:
        for text, line in _member_texts(window, keys):
            found = decode_object(text.encode(), source, line)
            yield found if isinstance(found, Rejected) else (line, found)
    except BadRecord as error:
        yield rejected(error, source.path, window.line, column=window.column)


def _member_texts(window: _Window, keys: Sequence[str]) -> Iterator[tuple[str, int]]:
    """Yield the texts of the elements of the list under keys, each a key of an object."""
    window.take("{")
    while window.peek() != "}":
        name = JSONDecoder().decode(window.value())
        window.take(":")
        if name != keys[0] or window.peek() != ("[" if len(keys) == 1 else "{"):
            window.value()
        elif len(keys) == 1:
            yield from _element_texts(window)
        else:
            yield from _member_texts(window, keys[1:])
        if window.peek() != "}":
            window.take(",")
    window.take("}")


def read_json(source: Source, chunk_bytes: int = CHUNK_BYTES) -> Iterator[Item]:
    """Yield each record of the document; the rest after broken JSON is one rejection."""
    head, source = look_ahead(source, HEAD_BYTES)
    window = _Window(source, chunk_bytes)
    reader = _DocumentReader(source, window, is_day_first(dates_in(head)))
    place = place_of_turns(outline(head).first)
    try:
        first = window.peek()
        if first == "[":
            yield from reader.elements({})
        elif first == "{" and place:
            yield from reader.members(*place)
        elif first == "{":
            yield from reader.document()
        elif first:
            raise BadRecord("neither a JSON array nor an object", remedy=REMEDY)
        if window.peek():
            raise BadRecord("something follows the end of the document", remedy=REMEDY)
    except BadRecord as error:
        yield rejected(error, source.path, window.line, column=window.column)


class TurnsPlace(NamedTuple):
    """Where a document has turns: the keys of their list, and what stands beside those."""

    keys: tuple[str, ...]
    beside: Json


def place_of_turns(raw: Json) -> TurnsPlace | None:
    """
    Return where in a document a list of turns stands that is under none of the usual names.

    The nearest list whose first object has words and who said them or when; not within a turn.
    """
    if any(isinstance(raw.get(key), list) for key in LIST_KEYS):
        return None
    waiting: deque[tuple[tuple[str, ...], Json]] = deque([((), raw)])
    while waiting:
        keys, within = waiting.popleft()
        for key, value in within.items():
            if isinstance(value, list) and value and _is_turn(value[0]):
                found = TurnsPlace((*keys, key), _beside(raw, (*keys, key)))
                return None if _is_turn(within) else found
            if isinstance(value, dict) and len(keys) < MAX_DEPTH:
                waiting.append(((*keys, key), value))
    return None


def _beside(raw: Any, keys: tuple[str, ...]) -> Json:
    """Return what stands beside a list, and beside each object that it is in."""
    found: Json = {}
    for key in keys:
        found |= {name: value for name, value in raw.items() if name != key}
        raw = raw[key]
    return found


def _has_turns(value: object, depth: int = MAX_DEPTH) -> bool:
    """Tell what has a turn in it somewhere."""
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    if _is_turn(value):
        return True
    return depth > 0 and any(_has_turns(each, depth - 1) for each in islice(inside, 100))


def _is_turn(value: object) -> bool:
    """Tell an object that has words, and who said them or when."""
    if not isinstance(value, dict) or value.get("kind", "message") != "message":
        return False
    try:
        record = to_record(value)
    except BadRecord:
        return False
    if not isinstance(record, Message):
        return False
    return bool(record.role or record.name or record.timestamp) and bool(record.content.strip())


class _DocumentReader:
    """Reads the records of one document, each with what the document says of all."""

    def __init__(self, source: Source, window: _Window, day_first: bool) -> None:
        self._source, self._window, self._day_first = source, window, day_first

    def document(self) -> Iterator[Item]:
        """Yield the records of the list of messages of an object, or the object itself."""
        window, start = self._window, self._window.line
        fields: dict[str, str] = {}
        n_lists = 0
        window.take("{")
        while window.peek() != "}":
            key = window.value()
            if not key.startswith('"'):
                raise BadRecord("a key of an object is not a string", remedy=REMEDY)
            window.take(":")
            name = JSONDecoder().decode(key)
            if name in LIST_KEYS and window.peek() == "[":
                n_lists += 1
                yield from self.elements(_told(fields))
            else:
                fields[key] = window.value()
            if window.peek() != "}":
                window.take(",")
        window.take("}")
        if not n_lists:
            text = f"{{{', '.join(f'{key}: {value}' for key, value in fields.items())}}}"
            yield from self._records(text, start, {})

    def members(self, keys: tuple[str, ...], beside: Json) -> Iterator[Item]:
        """Yield the records of the list that stands under some keys."""
        told = _session_in(beside)
        for key, value in beside.items():
            if _has_turns(value):
                self._source.not_read(key, "which has words beside the list of turns")
        for text, line in _member_texts(self._window, keys):
            yield from self._records(text, line, told)

    def elements(self, told: Json) -> Iterator[Item]:
        """Yield the records of an array; `told` is what the document says of all."""
        for text, line in _element_texts(self._window):
            yield from self._records(text, line, told)

    def _records(self, text: str, line: int, told: Json) -> Iterator[Item]:
        """Yield what one value holds; the column of an error would be that of its own text."""
        item = decode_record(text.encode(), self._source, line, self._day_first)
        if isinstance(item, Rejected):
            error = BadRecord(
                item.error.reason, path=self._source.path, line=line, remedy=item.error.remedy
            )
            item = Rejected(error, item.raw)
        elif item and isinstance(item.record, Message) and told and not item.record.session_id:
            item = item._replace(record=replace(item.record, **told))
        if item:
            yield item


def _told(fields: dict[str, str]) -> Json:
    """Return the session that a document names before its messages."""
    decode = _DECODER.decode
    wanted = {key: text for key, text in fields.items() if decode(key) in SESSION_KEYS}
    return _session_in({decode(key): decode(text) for key, text in wanted.items()})


def _session_in(raw: Json) -> Json:
    """Return the session that an object names, as a field of each of its records."""
    values = (raw.get(name) for name in SESSION_KEYS)
    named = [value for value in values if isinstance(value, str | int) and value != ""]
    return {"session_id": str(named[0])} if named else {}


def _element_texts(window: _Window) -> Iterator[tuple[str, int]]:
    """Yield the text of each element of an array, and its line."""
    window.take("[")
    while window.peek() != "]":
        line = window.line
        yield window.value(), line
        if window.peek() != "]":
            window.take(",")
    window.take("]")


class _Window:
    """A sliding piece of a JSON text that knows its place in the file."""

    def __init__(self, source: Source, chunk_bytes: int, limit: int = MAX_LINE_BYTES) -> None:
        self.path = source.path
        self.line, self.column = 1, 1
        self._stream, self._chunk_bytes, self._limit = source.stream, chunk_bytes, limit
        self._decode = codecs.getincrementaldecoder("utf-8-sig")().decode
        self._text, self._at, self._ended = "", 0, False
        self._scan = _DECODER.raw_decode

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
