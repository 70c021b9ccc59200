"""Record on the wire: what records of all kinds share."""

from __future__ import annotations

from typing import Any, Literal

import msgspec


class Record(msgspec.Struct, kw_only=True, omit_defaults=True, tag_field="kind"):
    """What all records share: `kind` is the tag, `v` the version of its shape."""

    v: Literal[1]
    extra: dict[str, Any] | None = None
