"""
Arrivals: the memories of a bundle, those that are new with vectors of this store's encoder.

What was purged is kept back, with what rests on it; what both stores have waits to be merged.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, TypeVar

from memcli.jsonl import Row
from memcli.memory.arrow import records_to_table
from memcli.memory.encoding import encoded_rows
from memcli.memory.ids import IdSet
from memcli.memory.search_columns import search_columns
from memcli.memory.sessions import SessionPlace
from memcli.memory.spool import Spool
from memcli.memory.windows import window_batches, window_spool
from memcli.replication.parts import ARCHIVED, MEMORIES
from schemas import tables
from store.errors import BadBundle
from store.layout import MEMORY_TABLES

if TYPE_CHECKING:
    from pathlib import Path

    from memcli.memory.known_ids import KnownIds
    from memcli.memory.tombstones import Barred
    from memcli.models.encoder import Encoder
    from memcli.replication.bundle import Bundle

ROWS_AT_ONCE: Final = 4_096
# Levels of what has a place in a session.
PLACED: Final = (0, 1, 2)
# What a stranger calls the core of a person is what they say of theirs.
OF_A_STRANGER: Final[Mapping[str, Any]] = {"pinned": None, "importance": None, ARCHIVED: False}
Item = TypeVar("Item")
Admit = Callable[[Sequence[Row]], Sequence[Row]]


@dataclass(frozen=True)
class Terms:
    """What is taken: of one namespace, if any; of a stranger only new memories and their links."""

    namespace: str | None = None
    is_stranger: bool = False


class Arrivals:
    """
    The memories of a bundle.

    new: those that are not here, by table, with their vectors; known: those that are; sessions:
    in which something is new; taken: the ids of what is new.
    """

    def __init__(self, bundle: Bundle, terms: Terms, encoder: Encoder, folder: Path) -> None:
        """`folder`: where they wait, in files without names."""
        self.bundle, self.terms, self.encoder = bundle, terms, encoder
        self.schema = tables.memories(encoder.dimension)
        self.new = {name: Spool(self.schema, folder) for name in MEMORY_TABLES}
        self.windows = window_spool(encoder.dimension, folder)
        self.known = Spool(MEMORIES.schema, folder)
        self.sessions: set[SessionPlace] = set()
        self.taken = IdSet()
        self._cited = IdSet()

    def read(
        self, barred: Barred, admit: Admit, there: KnownIds, progress: Callable[[int], None]
    ) -> None:
        """Read the memories, and encode those that are new; `admit` leaves out what was purged."""
        gone = self._gone(barred, admit)
        for rows in some_of(self._wanted()):
            progress(len(rows))
            left = [without_gone_end(row, barred) for row in rows if row["id"] not in gone]
            known = there.contains([row["id"] for row in left])
            pairs = list(zip(left, known, strict=True))
            self._keep_new([self._own(row) for row, is_known in pairs if not is_known])
            if not self.terms.is_stranger:
                self._keep_known([row for row, is_known in pairs if is_known])

    def _wanted(self) -> Iterator[Row]:
        bound = self.terms.namespace
        rows = self.bundle.rows(MEMORIES)
        return (row for row in rows if bound in (None, row["namespace"]))

    def _gone(self, barred: Barred, admit: Admit) -> AbstractSet[str]:
        """Return what was purged, and what rests on that, in whichever order it comes."""
        gone: set[str] = set()
        before = -1
        while barred and before != len(gone):
            before = len(gone)
            for rows in some_of(self._wanted()):
                admit(rows)
                # What is here without what is gone, and rests on that there.
                gone |= {row["id"] for row in rows if not barred.is_allowed and barred.bars(row)}
            gone |= barred.kept_back.keys()
        return gone

    def _own(self, row: Row) -> Row:
        """Return a new memory as this store takes it."""
        if not self.terms.is_stranger:
            return row
        kind = "semantic" if row["type"] == "core" else row["type"]
        return {**row, **OF_A_STRANGER, "type": kind}

    def _keep_new(self, rows: list[Row]) -> None:
        """Encode memories that are not here, each once."""
        is_first = self.taken.add_new([row["id"] for row in rows])
        rows = [row for row, is_new in zip(rows, is_first, strict=True) if is_new]
        for table in MEMORY_TABLES:
            some = [self._columns(row) for row in rows if row[ARCHIVED] is (table == "archive")]
            if some:
                self.new[table].append(encoded_rows(some, self.encoder, self.schema))
                for batch in window_batches(some, self.encoder):
                    self.windows.append(batch)
        self._note(rows)

    def _columns(self, row: Row) -> Row:
        return {**row, **search_columns(row), "encoder": self.encoder.name}

    def _keep_known(self, rows: list[Row]) -> None:
        """Keep memories that are here too, until they are merged."""
        if rows:
            table = records_to_table(rows, MEMORIES.schema).combine_chunks()
            self.known.append(table.to_batches()[0])
            self._note([], rows)

    def _note(self, new: Sequence[Row], known: Sequence[Row] = ()) -> None:
        """Take note of sessions in which something is new, and of what memories name."""
        self.sessions |= {
            (row["namespace"], row["session_id"])
            for row in new
            if row["session_id"] is not None and row["level"] in PLACED
        }
        for row in (*new, *known):
            ended = [row["superseded_by"]] if row["superseded_by"] else []
            self._cited.add([*(row["source_ids"] or ()), *ended])

    def require_cited(self, there: KnownIds, is_gone: Callable[[str], bool]) -> None:
        """Raise BadBundle where memories name what is neither here nor in the bundle."""
        lost = [id_ for id_ in self._cited.outside(there.contains) if not is_gone(id_)]
        if lost:
            what = f"{self.bundle.name}: memories name {lost[0]}, which is nowhere"
            raise BadBundle(what, "run memcli check on the store that it is of")


def is_gone(id_: str, barred: Barred) -> bool:
    """Say whether what an id names was purged, and may not come back."""
    return bool(barred) and not barred.is_allowed and barred.has_id(id_)


def without_gone_end(row: Row, barred: Barred) -> Row:
    """Return a memory that nothing replaced which was purged."""
    by = row["superseded_by"]
    return {**row, "superseded_by": None} if by and is_gone(by, barred) else row


def some_of(items: Iterable[Item], size: int = ROWS_AT_ONCE) -> Iterator[list[Item]]:
    """Yield items in lists of bounded length."""
    iterator = iter(items)
    while some := list(islice(iterator, size)):
        yield some
