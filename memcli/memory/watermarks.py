"""
Watermarks: how far each step has worked through a store, as a number that its commits keep.

A step whose watermark is still true has nothing to do, and finds that out without looking.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Watermark(StrEnum):
    """The name of a watermark; `counts` says what its number is."""

    counts: str

    def __new__(cls, name: str, counts: str) -> Watermark:
        """Make a name that says what it counts."""
        member = str.__new__(cls, name)
        member._value_, member.counts = name, counts
        return member

    EXTRACT = "extract", "turns that segments were made of"
    LINK = "link", "statements, segments and summaries that are linked"
    CO_RECALL = "co_recall", "microseconds since 1970 of the newest recall that links tell of"
    MERGE = "merge", "statements that there were when all were compared with one another"
    ENTITIES = "entities", "entities, and microseconds since 1970 of the newest change of one"
    SUMMARIZE = "summarize", "segments and sessions that were summed up, superseded ones twice"
    ABSTRACT = (
        "abstract",
        "turns and statements that lessons were looked for in, superseded ones twice",
    )
    PROFILE = "profile", "statements that profiles were made of, superseded ones twice"
    DECAY_DAY = "decay_day", "the day since 1970 that the states hold for"
    DECAY_RECALLS = "decay_recalls", "recalls that the states follow from"
    DECAY_COMMIT = "decay_commit", "the commit that made the memories that the states follow from"
    DECAY_SETTINGS = "decay_settings", "a fingerprint of the settings of decay"


# How far the commits of another store were taken over, by its id.
PULLED: Final = "pulled"


@dataclass(frozen=True)
class Pulled:
    """The watermarks of a store that is pulled from: its commit, and which of that number."""

    store: str
    namespace: str | None = None

    @property
    def names(self) -> tuple[str, str]:
        """The names of the number and of the mark."""
        bound = "" if self.namespace is None else f" {self.namespace}"
        return f"{PULLED} {self.store}{bound}", f"{PULLED}-mark {self.store}{bound}"

    def read(self, watermarks: Mapping[str, int]) -> tuple[int, int] | None:
        """Return number and mark; None where nothing, or no longer all of it, was taken over."""
        number, mark = (watermarks.get(name, 0) for name in self.names)
        return (number, mark) if number else None

    def has_met(self, watermarks: Mapping[str, int]) -> bool:
        """Say whether anything was ever taken over from the store."""
        own, _ = Pulled(self.store).names
        return any(name == own or name.startswith(own + " ") for name in watermarks)

    def write(self, number: int, mark: int) -> dict[str, int]:
        """Return the watermarks of a commit that was taken over."""
        return dict(zip(self.names, (number, mark), strict=True))


def pulled_stores(watermarks: Mapping[str, int]) -> list[Pulled]:
    """Return the stores that were pulled from, each with the namespace that bounded it."""
    words = (name.split(" ", 2)[1:] for name in sorted(watermarks) if name.startswith(f"{PULLED} "))
    return [Pulled(*parts) for parts in words]


def forget_pulled(watermarks: dict[str, int]) -> None:
    """State that of other stores all is to be taken over anew; that they are known stays."""
    for name in watermarks:
        if name.startswith((f"{PULLED} ", f"{PULLED}-mark ")):
            watermarks[name] = 0
