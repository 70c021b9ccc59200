"""Readings: what a sync found in each file that it read, and what it did in numbers."""

from __future__ import annotations

from dataclasses import dataclass, field

from memcli.ingestion.sync.plan import ToRead
from memcli.jsonl import Row
from memcli.memory.step import Tally


@dataclass
class SyncTally(Tally):
    """What a sync did, in numbers."""

    unchanged: int = 0
    new: int = 0
    changed: int = 0
    moved: int = 0
    gone: int = 0
    refused: int = 0
    memories: int = 0
    replaced: int = 0
    archived: int = 0
    returned: int = 0


@dataclass
class FileReading:
    """
    A file that was read: the ids of its turns in order, and where each note stands in it.

    spoken: how many turns somebody says.
    """

    file: ToRead
    ids: list[str] = field(default_factory=list)
    notes: dict[str, Row] = field(default_factory=dict)
    spoken: int = 0
    is_whole: bool = True

    @property
    def type(self) -> str:
        """What is in the file."""
        if not self.ids:
            return "empty"
        return "mixed" if self.notes and self.spoken else "notes" if self.notes else "transcript"
