"""Feedback hits: those that were piped in, or those of the queries that returned them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

from memcli.jsonl import Row
from memcli.memory.filters import Filters
from memcli.records import Hit, Record
from memcli.search.weights import weights_for
from store.layout import MEMORY_TABLES
from store.literals import quoted, time_literal

if TYPE_CHECKING:
    from memcli.models.encoder import Encoder
    from store import Snapshot
    from store.reading import TableReader

STATEMENT: Final = 1


@dataclass(frozen=True)
class FeedbackHit:
    """
    One hit as it was shown.

    key: what it is known by, whichever of its memories is named; shares: of each signal.
    """

    id: str
    key: str
    rank: int
    shares: Mapping[str, float]


@dataclass(frozen=True)
class HitList:
    """The hits that one query had in one namespace, best first."""

    namespace: str
    query: str
    hits: tuple[FeedbackHit, ...]


def key_of(memory: Mapping[str, Any]) -> str:
    """Return the id by which a hit is known: of the turn, for a statement that was made of one."""
    sources: Sequence[str] = memory.get("source_ids") or ()
    is_of_turn = memory["level"] == STATEMENT and len(sources) == 1
    return str(sources[0] if is_of_turn else memory["id"])


# ---------------------------------------------------------------- from stdin


def answers_of(records: Iterable[Record], namespace: str | None) -> list[HitList]:
    """Return the answers that hits make up; other records and namespaces are passed over."""
    by_query: dict[tuple[str, str], dict[str, FeedbackHit]] = {}
    for hit in records:
        if isinstance(hit, Hit) and namespace in (None, hit.namespace):
            shown = _feedback_hit(hit)
            by_query.setdefault((hit.namespace, hit.query or ""), {}).setdefault(shown.key, shown)
    return _answers(by_query)


def _feedback_hit(hit: Hit) -> FeedbackHit:
    memory = {"id": hit.id, "level": hit.level, "source_ids": hit.source_ids}
    return FeedbackHit(hit.id, key_of(memory), hit.rank, hit.why)


def _answers(by_query: Mapping[tuple[str, str], Mapping[str, FeedbackHit]]) -> list[HitList]:
    """Return answers in the order of namespace and query, whatever the order they came in."""
    return [
        HitList(space, query, tuple(sorted(hits.values(), key=lambda hit: (hit.rank, hit.id))))
        for (space, query), hits in sorted(by_query.items())
    ]


# ---------------------------------------------------------------- from the store


def members(source: TableReader, keys: Collection[str]) -> dict[str, list[Row]]:
    """Return the memories that are known by some keys, by key: what is read of each, `table`."""
    by_key: dict[str, dict[str, Row]] = {key: {} for key in sorted(keys)}
    columns = ["id", "level", "namespace", "importance", "source_ids"]
    of_turns = f"level = {STATEMENT}"
    for table in MEMORY_TABLES:
        named = source.rows_of(by_key, columns, tables=[table])
        statements = source.rows_of(by_key, columns, "source_ids", of_turns, [table])
        for row in chain(named, statements):
            if (key := key_of(row)) in by_key:
                by_key[key][row["id"]] = {**row, "table": table}
    return {key: [rows[id_] for id_ in sorted(rows)] for key, rows in by_key.items()}


def accesses_of(snapshot: Snapshot, ids: Iterable[str]) -> list[Row]:
    """Return the accesses of memories, oldest first."""
    rows = snapshot.rows_of(sorted(set(ids)), tables=["accesses"])
    return sorted(rows, key=lambda row: (row["accessed_at"], row["query"] or "", row["id"]))


def ask_again(
    snapshot: Snapshot, named: Mapping[str, list[Row]], accesses: list[Row]
) -> list[HitList]:
    """
    Return the answers, on the present store, to the query that last returned each named memory.

    named: the memories of each key. A memory that no query returned brings no answer.
    """
    by_id = {row["id"]: row for rows in named.values() for row in rows}
    last: dict[str, Row] = {}
    for access in accesses:
        if access["query"]:
            last[key_of(by_id[access["id"]])] = access
    asked: dict[tuple[str, str], int] = {}
    for access in last.values():
        place = (by_id[access["id"]]["namespace"], access["query"])
        asked[place] = max(asked.get(place, 0), _size(snapshot, access))
    if not asked:
        return []
    from memcli.memory.encoders import store_encoder

    encoder = store_encoder(snapshot.encoder, snapshot.layout)
    return _answers(
        {
            place: {hit.key: hit for hit in _search(snapshot, encoder, *place, size)}
            for place, size in asked.items()
        }
    )


def _size(snapshot: Snapshot, access: Row) -> int:
    """Return how many hits a query had when it returned a memory."""
    at = f"accessed_at = {time_literal(access['accessed_at'])}"
    where = f"{at} AND query = {quoted([access['query']])}"
    ranks = snapshot.read("accesses", ["rank"], where)["rank"].to_pylist()
    return max([rank for rank in ranks if rank is not None], default=1)


def _search(
    snapshot: Snapshot, encoder: Encoder, namespace: str, query: str, size: int
) -> list[FeedbackHit]:
    from memcli.search.retriever import Retriever

    retriever = Retriever(snapshot, lambda: encoder, weights_for(snapshot.commit, namespace))
    return [
        _feedback_hit(hit) for hit in retriever.search(query, size, Filters(namespace=namespace))
    ]
