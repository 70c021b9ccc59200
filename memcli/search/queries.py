"""Queries and their options, and how each is answered."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Final, Literal

from msgspec import structs

from memcli.records import Hit, Query
from memcli.search.around import with_surroundings
from memcli.search.weights import calibration, weights_for
from store.errors import BadUsage

if TYPE_CHECKING:
    from memcli.memory.filters import Filters
    from memcli.search.reranking.base import Reranker
    from memcli.search.retriever import Retriever
    from store import Snapshot

AUTO: Final = "auto"


@dataclass(frozen=True)
class QueryOptions:
    """
    How questions are asked: what every one of them shares.

    now: when they are asked, where the filters do not say so.
    min_score: hits with less are left out; AUTO leaves out all hits of a question that the store
    hardly answers.
    """

    filters: Filters
    everything: bool = False
    now: datetime | None = None
    min_score: float | Literal["auto"] | None = None
    reranker: Reranker | None = None


def run_query(retriever: Retriever, query: Query, asking: QueryOptions, top_k: int) -> list[Hit]:
    """Return the hits of one query; what its record says bounds it further."""
    filters = asking.filters
    bound, asked = filters.namespace, query.namespace
    if not query.query.strip() or (bound and asked and bound != asked):
        return []
    bounds = replace(
        filters,
        namespace=bound or asked,
        level=filters.level if query.level is None else query.level,
        session=query.session_id or filters.session,
        name=query.name or filters.name,
        since=query.since or filters.since,
        until=query.until or filters.until,
        before=query.before or filters.before,
    ).as_of_moment(filters.as_of)
    hits = run_text_query(retriever, query.query, replace(asking, filters=bounds), top_k)
    measure = retriever.candidates.timings.measure
    places, parts = retriever.places, retriever.hidden_fragments
    shown = (retriever.snapshot, hits, bounds, asking.everything, places, parts)
    return measure("around", lambda: with_surroundings(*shown))


def run_text_query(retriever: Retriever, text: str, asking: QueryOptions, top_k: int) -> list[Hit]:
    """Return the hits of a question, by the weights of its namespace."""
    filters = asking.filters
    retriever.weights = weights_for(retriever.snapshot.commit, filters.namespace)

    def search(size: int) -> list[Hit]:
        return retriever.search(text, size, filters, asking.everything, now=asking.now)

    if asking.reranker is None:
        return above(search(top_k), asking.min_score)
    said: dict[str, str] = {}

    def open_search(size: int) -> list[Hit]:
        return _opened(retriever.snapshot, search(size), said)

    hits = asking.reranker.best(text, top_k, open_search)
    return above([structs.replace(hit, text=said[hit.id]) for hit in hits], asking.min_score)


def _opened(snapshot: Snapshot, hits: list[Hit], said: dict[str, str]) -> list[Hit]:
    """Return hits as a reranker may see them, answers without their secrets; note what was said."""
    said.update((hit.id, hit.text) for hit in hits)
    from memcli.memory.answers import open_answers

    opened = open_answers(snapshot, ((hit.id, hit.text) for hit in hits if hit.level == 0))
    return [structs.replace(hit, text=opened.get(hit.id, hit.text)) for hit in hits]


def above(hits: list[Hit], least: float | Literal["auto"] | None) -> list[Hit]:
    """Return the hits that are good enough; with AUTO all or none, by what is sure."""
    if least is None or not hits:
        return hits
    if least == AUTO:
        sureness = max(hit.signals.get("answerable", hit.score) for hit in hits)
        return hits if sureness >= calibration().threshold else []
    return [hit for hit in hits if hit.score >= least]


def parse_min_score(text: str | None) -> float | Literal["auto"] | None:
    """Return the value of --min-score; BadUsage unless it is `auto` or between 0 and 1."""
    if text is None or text == AUTO:
        return AUTO if text else None
    try:
        least = float(text)
    except ValueError:
        least = -1.0
    if not 0.0 <= least <= 1.0:
        raise BadUsage(f"--min-score {text}: neither auto nor a number from 0 to 1", "try auto")
    return least
