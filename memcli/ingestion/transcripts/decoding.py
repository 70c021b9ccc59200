"""JSON decoding of what other programs wrote: halves of emoji are put right, not refused."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any, Final

import msgspec

from memcli.ingestion.transcripts.items import Rejected, Source, rejected
from memcli.ingestion.transcripts.lines import read_lines
from memcli.jsonl import Json
from store.errors import BadRecord

NOT_JSON: Final = "one JSON object a line"
HALVES: Final = "records with half an emoji, now U+FFFD"
ENDS_EARLY: Final = "the JSON ends too early"
TORN: Final = "lines broken off in a log"
# Where another object may begin in a line, and at how many such places it is looked for.
_BEGINS = re.compile(rb'\{"')
MAX_PLACES: Final = 200
# What Windows-1252 has where Latin-1 has controls does not come into it: the writer used Latin-1.
_MOJIBAKE = re.compile("[\u00c2-\u00f4][\u0080-\u00bf]")
_HALF = re.compile("[\ud800-\udfff]")
_BYTE = re.compile(r" \(byte (\d+)\)$")
_DECODER = msgspec.json.Decoder()


def decode_json(data: bytes | str, source: Source | None = None) -> Any:
    """Return a JSON value; a lone half of a surrogate pair in it becomes U+FFFD, and is counted."""
    try:
        return _DECODER.decode(data)
    except msgspec.DecodeError:
        text = data.decode() if isinstance(data, bytes) else data
        if "\\ud" not in text.lower():
            raise
        try:
            value = json.loads(text)
        except ValueError:
            value = None
        if value is None:
            raise
    if source:
        source.mend(HALVES)
    return _whole(value)


def _whole(value: Any) -> Any:
    """Return a value whose texts have no halves of surrogate pairs."""
    if isinstance(value, str):
        return _HALF.sub("\ufffd", value)
    if isinstance(value, list):
        return [_whole(each) for each in value]
    if isinstance(value, dict):
        return {_whole(key): _whole(each) for key, each in value.items()}
    return value


def decode_object(data: bytes, source: Source, line: int) -> Json | Rejected:
    """Return the JSON object that some bytes hold, or why there is none."""
    try:
        raw = decode_json(data, source)
    except msgspec.DecodeError as error:
        return rejected(_json_error(str(error), data), source.path, line, data)
    except RecursionError:
        return rejected(BadRecord("nested too deep", remedy=NOT_JSON), source.path, line, data)
    if type(raw) is dict:
        return raw
    return rejected(BadRecord("not a JSON object", remedy=NOT_JSON), source.path, line, data)


def read_objects(source: Source) -> Iterator[tuple[int, Json] | Rejected]:
    """
    Yield the object of each line that is not blank, with the number of the line.

    A last line that has no end and is no JSON is being written, or was torn: it is left out.
    """
    torn: Rejected | None = None
    for found in _decoded_lines(source):
        if torn:
            yield torn
        torn = found if isinstance(found, Rejected) and _is_text(found.raw) else None
        if not torn:
            yield found
    if torn:
        source.leave_out("lines broken off at the end of a file")


def read_log(source: Source) -> Iterator[tuple[int, Json] | Rejected]:
    """
    Yield the objects of a log as `read_objects` does; who wrote it may be killed within a line.

    Half a line is left out wherever it stands, and what follows it on the same line is read.
    """
    for found in _decoded_lines(source):
        if not isinstance(found, Rejected):
            yield found
            continue
        whole = after_a_torn_part(found.raw)
        if whole is None and not _is_torn(found):
            yield found
            continue
        source.leave_out(TORN)
        if whole is not None:
            yield found.error.line, _whole(json.loads(whole))


def _is_text(raw: bytes) -> bool:
    """Tell a line that was read, and is no JSON, from one that is not UTF-8 or too long."""
    try:
        return bool(raw.decode())
    except UnicodeDecodeError:
        return False


def _is_torn(line: Rejected) -> bool:
    """Tell a line that ends within an object, or within a letter."""
    try:
        line.raw.decode()
    except UnicodeDecodeError as error:
        return error.end == len(line.raw)
    return line.error.reason == ENDS_EARLY


def _decoded_lines(source: Source) -> Iterator[tuple[int, Json] | Rejected]:
    """Yield the object of each line that is not blank, or why there is none."""
    for line in read_lines(source):
        if isinstance(line, Rejected):
            yield line
        elif line.data and not line.data.isspace():
            found = decode_object(line.data, source, line.number)
            yield found if isinstance(found, Rejected) else (line.number, found)


def after_a_torn_part(line: bytes) -> bytes | None:
    """Return the whole object that a line ends with, behind the beginning of another one."""
    places = (found.start() for found in _BEGINS.finditer(line, 1))
    for at in islice(places, MAX_PLACES):
        try:
            if type(json.loads(line[at:])) is dict:
                return line[at:]
        except (ValueError, RecursionError):
            continue
    return None


def _json_error(message: str, data: bytes) -> BadRecord:
    """Return msgspec's message as an error with a column, counted in characters."""
    text = data.decode()
    found = _BYTE.search(message)
    if not found:
        truncated = "truncated" in message
        reason = ENDS_EARLY if truncated else message.removesuffix(" - at `$[...]`")
        return BadRecord(reason, column=len(text) + 1 if truncated else 0, remedy=NOT_JSON)
    # Of what follows the object, msgspec gives the byte after the first.
    offset = int(found[1]) - ("trailing" in message)
    column = len(data[:offset].decode(errors="ignore")) + 1
    return BadRecord(message[: found.start()], column=column, remedy=NOT_JSON)


def mended(text: str) -> str:
    """Return a text without mojibake: UTF-8 that was written as if its bytes were Latin-1."""
    if not _MOJIBAKE.search(text):
        return text
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text
