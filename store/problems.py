"""Problems that are found with a store."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final, Literal

# So many ids of rows with the same fault are named.
MAX_IDS: Final = 10


@dataclass
class Problem:
    """Something that is wrong, and what to do about it."""

    severity: Literal["error", "warning"]
    what: str
    remedy: str
    table: str | None = None
    ids: list[str] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """Return it as a record."""
        fields = {"severity": self.severity, "what": self.what, "remedy": self.remedy}
        record = {"kind": "problem", "v": 1, **fields, "table": self.table, "ids": self.ids}
        return {name: value for name, value in record.items() if value}
