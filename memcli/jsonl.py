"""
JSON Lines: the one place that writes to stdout.

A reader that closes the pipe (`memcli export | head -1`) is a success, and ends the process with
status 0 whatever was still to come. SIGPIPE keeps Python's default, for its system default would
kill a writer in the middle of a commit.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Final, TypeAlias

import msgspec

from store.errors import StoreIOError

# An object of JSON, and a row of a table as plain values.
Json: TypeAlias = dict[str, Any]
Row: TypeAlias = dict[str, Any]

# Control codes of both ranges, and marks that turn the direction of what follows.
_COMMANDS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_encoder = msgspec.json.Encoder()
STDOUT_REMEDY: Final = "check what it goes to"


def format_time(moment: datetime) -> str:
    """Return RFC 3339 in UTC with `Z`, with a fraction only when there is one; naive is UTC."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def encode(record: dict[str, Any]) -> bytes:
    """Return a record as one line of JSON, absent fields left out, times with Z."""
    values = {
        name: format_time(value) if isinstance(value, datetime) else value
        for name, value in record.items()
        if value is not None
    }
    return _encoder.encode(values) + b"\n"


def write(records: Iterable[dict[str, Any]]) -> None:
    """Write records to stdout, one a line."""
    write_bytes(encode(record) for record in records)


def write_bytes(chunks: Iterable[bytes], drawn: bool = False) -> None:
    """
    Write to stdout; a closed pipe ends the process with success, a full disk is an error.

    What could command a terminal is escaped there, unless the text was drawn for one.
    """
    is_seen = not drawn and sys.stdout.isatty()
    try:
        for chunk in chunks:
            sys.stdout.buffer.write(_harmless(chunk) if is_seen else chunk)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        end_quietly()
    except OSError as error:
        redirect_stdout()
        raise StoreIOError(f"cannot write to stdout: {error.strerror}", STDOUT_REMEDY) from error


def _harmless(chunk: bytes) -> bytes:
    r"""Return UTF-8 text with control and direction marks as `\u009b`, which JSON reads back."""
    text = chunk.decode("utf-8", "surrogateescape")
    escaped = _COMMANDS.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
    return escaped.encode("utf-8", "surrogateescape")


def end_quietly() -> None:
    """End the process with success after its reader has gone."""
    redirect_stdout()
    raise SystemExit(0)


def redirect_stdout() -> None:
    """Point stdout at nothing, so that Python's own flush at exit cannot fail."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def close_stdout() -> None:
    """Let the reader see the end of the output while this process still has work to do."""
    write_bytes([])
    redirect_stdout()
