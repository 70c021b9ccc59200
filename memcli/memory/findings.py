"""Findings: what `doctor` says of each thing that memcli needs, as records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Literal

from memcli.jsonl import Json
from store.errors import MemcliError

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


def guarded(area: str, findings: Iterable[Json]) -> Iterator[Json]:
    """Yield findings; what keeps an area from being looked over is one of them, and no failure."""
    try:
        yield from findings
    except MemcliError as error:
        yield finding(area, "error", error.what, error.remedy)
    except OSError as error:
        yield finding(area, "error", str(error), "check owner, mode and disk")
