"""
Recalling: what an open store is asked, by the tools of MCP and by programs in Python alike.

A store that is bound to a namespace is read in it and in `shared`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from memcli.memory.filters import Filters

if TYPE_CHECKING:
    from memcli.context.building import ContextBlock
    from memcli.context.requests import Request
    from memcli.jsonl import Json
    from memcli.records import Hit, Query
    from memcli.search.resident import ResidentMemory
    from memcli.search.retriever import Retriever


def find(
    memory: ResidentMemory,
    question: Query,
    space: str | None,
    limit: int,
    min_score: float | Literal["auto"] | None = None,
    place: str | None = None,
    company: str | None = None,
) -> list[Hit]:
    """
    Hits in a namespace and in `shared`, `limit` of each, best first; without one, in all.

    place, company: only what is of this place, or with this person.
    """
    from memcli.memory.spaces import readable
    from memcli.search.queries import QueryOptions, run_query

    spaces = [None] if space is None else readable(memory.snapshot, space)
    hits: list[Hit] = []
    for one in spaces:
        bounds = Filters(namespace=one).of_names(memory.snapshot, place, company)
        filters = bounds.as_of_moment(memory.present)
        asking = QueryOptions(filters, now=memory.now, min_score=min_score)
        hits += run_query(memory.retriever, question, asking, limit)
    return sorted(hits, key=lambda hit: -hit.score)


def context_block(memory: ResidentMemory, request: Request) -> ContextBlock:
    """ContextBlock of a request, measured in the encoder's tokens."""
    from memcli.context.building import build_context
    from memcli.context.tokens import EncoderMeter

    retriever = _retriever(memory, request.namespace)
    return build_context(retriever, request, EncoderMeter(memory.encoder()))


def surroundings(memory: ResidentMemory, record: Json, around: int) -> list[Json]:
    """A memory and the turns around it, or around those that it was made of."""
    from memcli.memory.lookup import turns_around
    from memcli.memory.selection import read_records

    snapshot = memory.snapshot
    if record["level"] == 0:
        return turns_around(snapshot, record, around) or [record]
    turns = read_records(snapshot, record.get("source_ids") or (), record["namespace"]).values()
    return [record, *(near for turn in turns for near in turns_around(snapshot, turn, around))]


def selected(memory: ResidentMemory, ids: Sequence[str], around: int = 0) -> list[Json]:
    """Memory records by id, beginning of an id or ref, with `around` turns on each side."""
    records = memory.select(ids)
    if not around:
        return records
    near = [record for one in records for record in surroundings(memory, one, around)]
    return list({record["id"]: record for record in near}.values())


def told_of(memory: ResidentMemory, name: str | None, space: str | None) -> list[Json]:
    """Profile records of a person, or of the only one who talks; BadUsage where many do."""
    from memcli.context.profiles.people import Directory
    from memcli.context.profiles.reading import people_to_show, read_profiles
    from memcli.context.profiles.records import profile_records
    from store.errors import BadUsage

    people, is_list = people_to_show(Directory(memory.snapshot, space), name)
    if is_list:
        names = ", ".join(person.name for person in people)
        raise BadUsage("several people talk here", f"name one: {names}")
    return list(
        profile_records(memory.snapshot, read_profiles(memory.snapshot, people, memory.now))
    )


def touch(
    memory: ResidentMemory,
    recalled: Sequence[tuple[str, int]],
    query: str,
    session: str | None = None,
) -> None:
    """Count what was recalled: ids with their ranks; session: for which conversation."""
    if recalled:
        from memcli.search.access_log import record_accesses

        record_accesses(memory.store, recalled, query, memory.now, last=False, session=session)


def _retriever(memory: ResidentMemory, space: str | None) -> Retriever:
    """What searches, with the weights of a namespace."""
    from memcli.search.weights import weights_for

    retriever = memory.retriever
    retriever.weights = weights_for(retriever.snapshot.commit, space)
    return retriever
