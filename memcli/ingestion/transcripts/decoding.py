"""JSON decoding of what other programs wrote: halves of emoji are put right, not refused."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final

import msgspec

from memcli.ingestion.transcripts.items import Rejected, Source, rejected
from memcli.ingestion.transcripts.lines import read_lines
from memcli.jsonl import Json
from store.errors import BadRecord

NOT_JSON: Final = "one JSON object a line"
HALVES: Final = "records with half an emoji, now U+FFFD"
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
    for line in read_lines(source):
        if torn:
            yield torn
            torn = None
        if isinstance(line, Rejected):
            yield line
        elif line.data and not line.data.isspace():
            found = decode_object(line.data, source, line.number)
            if isinstance(found, Rejected):
                torn = found
            else:
                yield line.number, found
    if torn:
        source.leave_out("lines broken off at the end of a file")


def _json_error(message: str, data: bytes) -> BadRecord:
    """Return msgspec's message as an error with a column, counted in characters."""
    text = data.decode()
    found = _BYTE.search(message)
    if not found:
        truncated = "truncated" in message
        reason = "the JSON ends too early" if truncated else message.removesuffix(" - at `$[...]`")
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
