"""
Parts of an extraction: whole sessions that are read together, and what is made of them as Arrow.

A part is read alike by one process and by one of many: see `memcli.memory.workers`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from memcli.extraction.derived import DerivedMemories, as_columns
from memcli.memory.encoding import rows_to_batch
from memcli.memory.sessions import SessionKey, portions
from memcli.memory.tombstones import Held

if TYPE_CHECKING:
    import pyarrow as pa

    from memcli.extraction.decisions import Decision
    from memcli.extraction.statements import Refused

# Ten seconds of a core: one that is killed loses no more, and as many are at work as there are.
TURNS_A_PART: Final = 2_000


@dataclass(frozen=True)
class Extracted:
    """
    What is made of one session: rows of `memories`, its last parts among them.

    turns: how many it has; decisions: what a model ruled on memories that were there.
    """

    key: SessionKey
    turns: int
    rows: pa.RecordBatch
    refused: Sequence[Refused] = ()
    decisions: Sequence[Decision] = ()


@dataclass(frozen=True)
class ExtractedPart:
    """What is made of the sessions of a part, and what was kept back of it as purged before."""

    sessions: Sequence[Extracted]
    held: Held = field(default_factory=Held)


def parts_of(keys: Sequence[SessionKey]) -> Iterator[list[SessionKey]]:
    """Yield sessions in parts that are read together."""
    return portions(keys, lambda key: key.turns, TURNS_A_PART)


def as_extracted(derived: DerivedMemories, schema: pa.Schema) -> Extracted:
    """Return what was derived of a session, with its rows as Arrow."""
    rows = rows_to_batch([as_columns(row) for row in derived.rows()], schema)
    return Extracted(derived.session.key, len(derived.session.rows), rows, tuple(derived.refused))
