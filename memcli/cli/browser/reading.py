"""Reading for the screen: hits of a question, what stands around one, its sources and history."""

from __future__ import annotations

from dataclasses import replace
from threading import Lock
from typing import TYPE_CHECKING, Final

import msgspec

from memcli.jsonl import Json
from memcli.memory.filters import Filters
from memcli.memory.states import State, read_strengths
from store.errors import InputNotFound

if TYPE_CHECKING:
    from memcli.search.resident import ResidentMemory

HITS: Final = 50
# Turns on each side of a hit, and how many more each time that is asked for.
AROUND: Final = 3
WIDER: Final = 10


class ScreenReader:
    """What the screen shows of a resident memory; one question at a time, from any thread."""

    def __init__(self, memory: ResidentMemory, bounds: Filters | None = None) -> None:
        """`bounds` are those of what is found, beside the namespace of the memory."""
        self.memory, self.bounds = memory, bounds or Filters()
        self._lock = Lock()

    @property
    def commit(self) -> int:
        """Number of the newest commit."""
        return self.memory.store.head().number

    def find(self, question: str, everything: bool = False) -> list[Json]:
        """Return the hits of a question, or without one the newest turns; each with its state."""
        with self._lock:
            bounds = replace(
                self.bounds,
                namespace=self.memory.namespace,
                superseded=everything or self.bounds.superseded,
            ).as_of_moment(self.memory.present)
            asked = bool(question.strip())
            found = self._hits(question, bounds, everything) if asked else self._newest(bounds)
            return self._with_states(found, everything)

    def _hits(self, question: str, bounds: Filters, everything: bool) -> list[Json]:
        from memcli.records import Query
        from memcli.search.queries import QueryOptions, run_query

        memory = self.memory
        asking = QueryOptions(bounds, everything, memory.now)
        hits = run_query(memory.retriever, Query(v=1, query=question), asking, HITS)
        return [msgspec.to_builtins(hit) for hit in hits]

    def _newest(self, bounds: Filters) -> list[Json]:
        from memcli.memory.selection import read_records

        snapshot, namespace = self.memory.snapshot, self.memory.namespace
        level = 0 if bounds.level is None else bounds.level
        where = replace(bounds, level=level).condition()
        order = "ORDER BY happened_at DESC NULLS LAST, recorded_at DESC, seq DESC, id"
        query = f"SELECT id FROM memories WHERE {where} {order} LIMIT {HITS}"
        ids = snapshot.sql(query, namespace=namespace)["id"].to_pylist()
        return [*read_records(snapshot, ids, namespace).values()]

    def _with_states(self, records: list[Json], everything: bool) -> list[Json]:
        """Add `pinned` and `state`; what is hidden only where everything is asked for."""
        snapshot = self.memory.snapshot
        ids = [record["id"] for record in records]
        states = {id_: row["state"] for id_, row in read_strengths(snapshot, ids).items()}
        columns = ["id", "pinned"]
        pinned = {row["id"] for row in snapshot.rows_of(ids, columns, where="pinned = true")}
        found = [
            {**record, "state": states.get(record["id"]), "pinned": record["id"] in pinned}
            for record in records
        ]
        return [one for one in found if everything or one["state"] != State.hidden]

    def whole(self, id_: str) -> Json:
        """Return all of a memory, with its state; InputNotFound where it is gone."""
        from memcli.memory.selection import read_records

        with self._lock:
            record = read_records(self.memory.snapshot, [id_], self.memory.namespace).get(id_)
            if record is None:
                raise InputNotFound(f"{id_} is gone", "another process removed it")
            return self._with_states([record], True)[0]

    def around(self, record: Json, window: int = AROUND) -> list[Json]:
        """Return the turns around a turn, or around the first of those a memory was made of."""
        from memcli.memory.lookup import turns_around
        from memcli.memory.selection import read_records

        with self._lock:
            snapshot = self.memory.snapshot
            if record["level"]:
                ids = (record.get("source_ids") or [])[:1]
                turns = read_records(snapshot, ids, record["namespace"]).values()
                record = next((turn for turn in turns if turn["level"] == 0), record)
            return turns_around(snapshot, record, window)

    def sources(self, record: Json) -> tuple[list[Json], list[Json]]:
        """Return what a memory was made of, and what was made of it."""
        from memcli.memory.selection import read_records

        with self._lock:
            snapshot, namespace = self.memory.snapshot, record["namespace"]
            of = read_records(snapshot, record.get("source_ids") or [], namespace).values()
            rows = snapshot.rows_of([record["id"]], ["id"], on="source_ids")
            made = read_records(snapshot, sorted(row["id"] for row in rows), namespace).values()
            return [*of], sorted(made, key=lambda one: (one["level"], one["id"]))

    def history(self, record: Json) -> list[Json]:
        """Return the versions of a memory, oldest first."""
        from memcli.memory.history import histories

        with self._lock:
            return [*histories(self.memory.store, [record["id"]], self.memory.namespace)]
