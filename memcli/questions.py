"""The questions of `query --batch`, and how each is answered."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec

from memcli.records import Query, from_wire
from store.errors import BadRecord

if TYPE_CHECKING:
    from memcli.filters import Filters
    from memcli.retrieval import Hit, Retriever


def read_queries() -> Iterator[Query]:
    """Yield the queries on stdin, plain text or records, as they come."""
    for number, line in enumerate(sys.stdin.buffer, 1):
        try:
            text = line.decode("utf-8").strip()
            if not text:
                continue
            raw = msgspec.json.decode(text) if text.startswith("{") else {"query": text}
            record = from_wire(raw, "query")
        except (msgspec.DecodeError, UnicodeDecodeError, BadRecord) as error:
            raise BadRecord(str(error), path="stdin", line=number) from error
        if not isinstance(record, Query):
            raise BadRecord("not a query record", path="stdin", line=number)
        yield record


def answer(
    retriever: Retriever, query: Query, filters: Filters, top_k: int, everything: bool
) -> list[Hit]:
    """Return the hits of one query; what its record says bounds it further."""
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
    return retriever.search(query.query, top_k, bounds, everything)
