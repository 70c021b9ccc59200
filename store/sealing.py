"""
Seal of a JSON file: the digest of all that stands before it, by which a flipped bit is known.

It is the last member of the object. A file of an earlier program has none, and is read as it is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from hashlib import blake2b
from typing import Any, Final

DIGEST_BYTES: Final = 16
# Any name: one that is nearly "seal" belongs to a seal that was damaged itself.
TRAILER: Final = re.compile(rb', "([^"]*)": "([0-9a-f]{32})"\}\n')
TRAILER_BYTES: Final = len(b', "seal": "') + 2 * DIGEST_BYTES + len(b'"}\n')


def sealed(record: Mapping[str, Any]) -> bytes:
    """Return a record as one line of JSON that ends with its seal."""
    # A file name among the values need not be text.
    body = json.dumps(record, ensure_ascii=False).encode("utf-8", "replace")[:-1]
    return body + b', "seal": "' + _digest(body) + b'"}\n'


def unsealed(data: bytes) -> dict[str, Any]:
    """Return the record of a file without its seal; ValueError where one of the two is damaged."""
    trailer = TRAILER.fullmatch(data[-TRAILER_BYTES:])
    if trailer and (trailer[1] != b"seal" or trailer[2] != _digest(data[:-TRAILER_BYTES])):
        raise ValueError("what is written and its seal do not fit")
    record = json.loads(data)
    if not isinstance(record, dict):
        raise ValueError("it is no JSON object")
    if (record.pop("seal", None) is None) != (trailer is None):
        raise ValueError("its seal is not where it belongs")
    return record


def is_sealed(data: bytes) -> bool:
    """Say whether a file ends with a seal."""
    return TRAILER.fullmatch(data[-TRAILER_BYTES:]) is not None


def _digest(data: bytes) -> bytes:
    return blake2b(data, digest_size=DIGEST_BYTES).hexdigest().encode()
