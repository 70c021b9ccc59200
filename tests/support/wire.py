"""Records as plain JSON values."""

from __future__ import annotations

from typing import Any

import msgspec

from memcli.records import Record


def to_wire(record: Record) -> dict[str, Any]:
    """Return a record as plain JSON values, `kind` and `v` first, absent fields left out."""
    plain: dict[str, Any] = msgspec.to_builtins(record)
    return {"kind": plain["kind"], "v": plain["v"], **plain}
