"""What is said about memories in a bundle: names, links, states, stamps, and verdicts on hits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from functools import cached_property
from typing import TYPE_CHECKING

from memcli.algorithms.replication import Stamp
from memcli.ingestion.new_entities import MENTIONS, NewEntities
from memcli.jsonl import Row
from memcli.memory.arrow import records_to_table
from memcli.memory.stamps import APART, PLACE, read_stamps, stamp_of, write_stamps
from memcli.memory.states import State, write_strengths
from memcli.replication.arrivals import Arrivals, is_gone, some_of
from memcli.replication.merging import (
    changed_entities,
    changed_links,
    changed_stamps,
    changed_states,
    joined_verdicts,
)
from memcli.replication.parts import (
    ENTITIES,
    LINKS,
    STAMPS,
    STRENGTHS,
    VERDICTS,
    ReplicaPart,
    as_stored,
)
from memcli.search.verdicts import MOST_KEPT
from schemas import tables
from store.layout import MEMORY_TABLES

if TYPE_CHECKING:
    from memcli.memory.known_ids import KnownIds
    from memcli.memory.tombstones import Barred
    from store import Transaction


class AboutMemories:
    """What a bundle says of memories that are here; each writing returns how much was new."""

    def __init__(self, arrivals: Arrivals, barred: Barred) -> None:
        self.arrivals, self.barred = arrivals, barred
        self.bundle, self.terms = arrivals.bundle, arrivals.terms
        self._names: AbstractSet[str] = frozenset()

    def is_gone(self, id_: str) -> bool:
        """Say whether what an id names was purged, and may not come back."""
        return is_gone(id_, self.barred)

    @cached_property
    def _stamp_rows(self) -> list[Row]:
        return [] if self.terms.is_stranger else list(self.bundle.rows(STAMPS))

    @cached_property
    def stamps(self) -> dict[str, dict[str, Stamp]]:
        """The stamps of the other store, by id and register."""
        found: dict[str, dict[str, Stamp]] = {}
        for row in self._stamp_rows:
            if row["register"] not in APART:
                found.setdefault(row["id"], {})[row["register"]] = stamp_of(row)
        return found

    @cached_property
    def places(self) -> dict[str, int]:
        """The first places of turns whose sessions the other store has settled."""
        rows = self._stamp_rows
        return {row["id"]: int(row["value"] or 0) for row in rows if row["register"] == PLACE}

    def of_known(self, part: ReplicaPart, there: KnownIds) -> Iterator[Row]:
        """Yield the rows of a part whose memories are here; a stranger says nothing of them."""
        for some in some_of(() if self.terms.is_stranger else self.bundle.rows(part)):
            known = there.contains([row["id"] for row in some])
            kept = [row for row, is_known in zip(some, known, strict=True) if is_known]
            yield from as_stored(part, kept)

    # ---------------------------------------------------------------- names and links

    def write_names(self, transaction: Transaction) -> int:
        """Write names that are new or decided otherwise."""
        known = transaction.table("entities").read().to_pylist()
        rows: list[Row] = []
        if not self.terms.is_stranger:
            wanted = [row for row in self.bundle.rows(ENTITIES) if self._is_wanted(row)]
            rows = self._without_orphans(as_stored(ENTITIES, wanted), {r["id"] for r in known})
        own = read_stamps(transaction, [row["id"] for row in rows])
        changed = changed_entities(known, rows, own, self.stamps)
        if changed:
            transaction.upsert("entities", records_to_table(changed, tables.entities()), ["id"])
        self._names = {row["id"] for row in (*known, *rows)}
        return len(changed)

    def _is_wanted(self, row: Row) -> bool:
        return self.terms.namespace in (None, row["namespace"]) and not self.is_gone(row["id"])

    def _without_orphans(self, rows: list[Row], known: AbstractSet[str]) -> list[Row]:
        """Return names without those that only what was purged has mentioned."""
        if not self.barred:
            return rows
        new = NewEntities(self.is_gone)
        for row in rows:
            if row["id"] not in known:
                new.add(row)
        for link in self.bundle.rows(LINKS):
            if link["relation"] == MENTIONS:
                new.note(link["target_id"], not self.is_gone(link["source_id"]))
        mine = [self._without_gone_name(row) for row in rows if row["id"] in known]
        return [*mine, *new.rows]

    def _without_gone_name(self, row: Row) -> Row:
        return {**row, "canonical_id": None} if self.is_gone(row["canonical_id"] or "") else row

    def write_links(self, transaction: Transaction, there: KnownIds) -> int:
        """Write the links whose ends are here; after the names."""
        n_links = 0
        for some in some_of(self.bundle.rows(LINKS)):
            known = [self._are_here([row[end] for row in some], there) for end in LINKS.key[:2]]
            rows = [row for row, *both in zip(some, *known, strict=True) if all(both)]
            new, changed = changed_links(transaction, as_stored(LINKS, self._own(rows)))
            changed = [] if self.terms.is_stranger else changed
            n_links += len(new) + len(changed)
            if new:
                transaction.append("links", records_to_table(new, tables.links()))
            if changed:
                table = records_to_table(changed, tables.links())
                transaction.upsert("links", table, list(LINKS.key))
        return n_links

    def _own(self, rows: list[Row]) -> list[Row]:
        """Return links that may be taken: of a stranger, those that start at what is new."""
        if not self.terms.is_stranger:
            return rows
        ids = self.arrivals.taken.contains([row["source_id"] for row in rows])
        return [row for row, is_theirs in zip(rows, ids, strict=True) if is_theirs]

    def _are_here(self, ids: list[str], there: KnownIds) -> list[bool]:
        known = there.contains(ids)
        return [
            bool(is_known) or id_ in self._names for id_, is_known in zip(ids, known, strict=True)
        ]

    # ---------------------------------------------------------------- what was changed

    def write_states(self, transaction: Transaction, there: KnownIds) -> int:
        """Write the states that win, and put memories into the tables that they call for."""
        n_states = 0
        for some in some_of(self.of_known(STRENGTHS, there)):
            changed = changed_states(transaction, some, self.stamps)
            n_states += len(changed)
            if changed:
                write_strengths(transaction, changed)
                _put_in_place(transaction, {row["id"]: row["state"] for row in changed})
        return n_states

    def write_stamps(self, transaction: Transaction, there: KnownIds) -> None:
        """Write the stamps that win, of what is here; after all that they are merged by."""
        ids = sorted(self.stamps)
        pairs = zip(ids, self._are_here(ids, there), strict=True)
        here = {id_: self.stamps[id_] for id_, is_here in pairs if is_here}
        write_stamps(transaction, changed_stamps(transaction, here))

    def write_verdicts(self, transaction: Transaction, there: KnownIds) -> int:
        """Take over what was said of hits, where the questions are encoded as they are here."""
        if self.terms.is_stranger or self.bundle.manifest.encoder != transaction.encoder.sha256:
            return 0
        bound = self.terms.namespace
        rows = [row for row in self.of_known(VERDICTS, there) if bound in (None, row["namespace"])]
        before = transaction.verdicts
        known = {(space, v.question, v.id, v.at) for space, some in before.items() for v in some}
        transaction.verdicts = joined_verdicts(before, rows, MOST_KEPT)
        return sum(
            (space, v.question, v.id, v.at) not in known
            for space, some in transaction.verdicts.items()
            for v in some
        )


def _put_in_place(transaction: Transaction, states: Mapping[str, str]) -> None:
    """Put memories into the tables that their states call for."""
    hot, cold = MEMORY_TABLES
    for source, target, is_archived in ((hot, cold, True), (cold, hot, False)):
        ids = sorted(i for i, state in states.items() if (state == State.archived) is is_archived)
        there = [row["id"] for row in transaction.rows_of(ids, ["id"], tables=[source])]
        if there:
            transaction.move(source, target, there)
