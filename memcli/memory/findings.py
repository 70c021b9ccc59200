"""Findings: what `doctor` says of each thing that memcli needs, as records."""

from __future__ import annotations

from typing import Any, Literal

from memcli.jsonl import Json

Status = Literal["ok", "warning", "error"]


def finding(
    area: str, status: Status, what: str, remedy: str | None = None, **details: Any
) -> Json:
    """
    Return a record of kind `finding`.

    remedy: a command that can be run as it stands, or what to do where there is none.
    """
    found = {"area": area, "status": status, "what": what, "remedy": remedy}
    return {"kind": "finding", "v": 1, **found, "details": details or None}
