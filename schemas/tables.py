"""
Arrow schemas of the tables of a store, format version 1.

The names equal those of the records on the wire. Structured values whose shape the caller
decides (`metadata`, `extra`) are JSON text. Times are microseconds, UTC.
"""

from __future__ import annotations

from typing import Final

import pyarrow as pa

FORMAT_VERSION: Final = 1
TIME = pa.timestamp("us", "UTC")
WORDS = pa.list_(pa.string())
DAYS = pa.list_(pa.int32())

MEMORY_FIELDS: Final = (
    pa.field("id", pa.string(), nullable=False),
    pa.field("namespace", pa.string(), nullable=False),
    pa.field("type", pa.string(), nullable=False),
    pa.field("level", pa.int8(), nullable=False),
    pa.field("text", pa.string(), nullable=False),
    pa.field("context", pa.string()),
    pa.field("keywords", WORDS),
    pa.field("tags", WORDS),
    pa.field("entities", WORDS),
    pa.field("subject", pa.string()),
    pa.field("attribute", pa.string()),
    pa.field("value", pa.string()),
    pa.field("polarity", pa.string()),
    pa.field("speaker", pa.string()),
    pa.field("session_id", pa.string()),
    pa.field("seq", pa.int32()),
    pa.field("happened_at", TIME),
    pa.field("utc_offset", pa.int16()),
    pa.field("valid_from", TIME),
    pa.field("valid_to", TIME),
    pa.field("recorded_at", TIME, nullable=False),
    pa.field("superseded_by", pa.string()),
    pa.field("importance", pa.float32()),
    pa.field("confidence", pa.float32()),
    pa.field("pinned", pa.bool_()),
    pa.field("source_ids", WORDS),
    pa.field("ref", pa.string()),
    pa.field("metadata", pa.string()),
    pa.field("encoder", pa.string(), nullable=False),
    pa.field("extra", pa.string()),
)
# What stores have lacked since they were made: nulls to a reader, added before the next writing.
LATER_COLUMNS: Final = {
    table: tuple(field for field in MEMORY_FIELDS if field.name in ("polarity", "utc_offset"))
    for table in ("memories", "archive")
} | {
    "tombstones": (pa.field("key", pa.string()),),
    "accesses": (
        pa.field("session_id", pa.string()),
        pa.field("times", pa.int32()),
        pa.field("days", DAYS),
    ),
    "windows": (pa.field("keys", pa.string()),),
}
# Half precision: the encoders' int8 weights carry no more, and it halves disk and scan time.
VECTOR_TYPE: Final = pa.float16()
# Turns of more characters have rows in `windows`.
LONGEST_UNPARTED: Final = 1_000


def memories(dimension: int) -> pa.Schema:
    """Return the schema of `memories`; what is derived is never on the wire."""
    derived = (
        pa.field("keys", pa.string()),
        pa.field("derived_keys", pa.string()),
        pa.field("n_words", pa.int32()),
        pa.field("vector", pa.list_(VECTOR_TYPE, dimension)),
    )
    return pa.schema((*MEMORY_FIELDS, *derived))


def memory_record() -> pa.Schema:
    """Return the columns of a memory that are on the wire."""
    return pa.schema(MEMORY_FIELDS)


def entities() -> pa.Schema:
    """Return the schema of `entities`: one row a canonical entity of a namespace."""
    return pa.schema(
        [
            pa.field("id", pa.string(), nullable=False),
            pa.field("namespace", pa.string(), nullable=False),
            pa.field("name", pa.string(), nullable=False),
            pa.field("type", pa.string()),
            pa.field("aliases", WORDS),
            pa.field("canonical_id", pa.string()),
            pa.field("evidence", pa.string()),
            pa.field("recorded_at", TIME, nullable=False),
            pa.field("extra", pa.string()),
        ]
    )


def links() -> pa.Schema:
    """Return the schema of `links`: directed, typed relations between memories or entities."""
    return pa.schema(
        [
            pa.field("source_id", pa.string(), nullable=False),
            pa.field("target_id", pa.string(), nullable=False),
            pa.field("relation", pa.string(), nullable=False),
            pa.field("weight", pa.float32(), nullable=False),
            pa.field("reason", pa.string()),
            pa.field("recorded_at", TIME, nullable=False),
            pa.field("extra", pa.string()),
        ]
    )


def strengths() -> pa.Schema:
    """Return the schema of `strengths`: the state and stored anchors of a memory's retention."""
    return pa.schema(
        [
            pa.field("id", pa.string(), nullable=False),
            pa.field("state", pa.string(), nullable=False),
            pa.field("retention", pa.float32()),
            pa.field("stability_days", pa.float32()),
            pa.field("n_accesses", pa.int32(), nullable=False),
            pa.field("last_access_at", TIME),
            pa.field("recorded_at", TIME, nullable=False),
        ]
    )


def sources() -> pa.Schema:
    """Return the schema of `sources`: one row a file that `sync` follows."""
    return pa.schema(
        [
            pa.field("id", pa.string(), nullable=False),
            pa.field("namespace", pa.string(), nullable=False),
            pa.field("path", pa.string(), nullable=False),
            pa.field("origin", pa.string(), nullable=False),
            pa.field("session_id", pa.string()),
            pa.field("type", pa.string(), nullable=False),
            pa.field("state", pa.string(), nullable=False),
            pa.field("reason", pa.string()),
            pa.field("size", pa.int64(), nullable=False),
            pa.field("modified_at", TIME),
            pa.field("hash", pa.string()),
            pa.field("memory_ids", WORDS),
            pa.field("left_ids", WORDS),
            pa.field("first_seen_at", TIME, nullable=False),
            pa.field("last_seen_at", TIME, nullable=False),
        ]
    )


def tombstones() -> pa.Schema:
    """
    Return the schema of `tombstones`: what was purged, as keyed hashes of which no text comes.

    kind: id, content or fact, or lifted for what was allowed again; turn: the hash of the id of
    the turn that said it; key: which key the hash was made with, null for that of this store.
    """
    return pa.schema(
        [
            pa.field("hash", pa.string(), nullable=False),
            pa.field("kind", pa.string(), nullable=False),
            pa.field("turn", pa.string()),
            pa.field("recorded_at", TIME, nullable=False),
            pa.field("key", pa.string()),
        ]
    )


def stamps() -> pa.Schema:
    """
    Return the schema of `stamps`: when and where something of a memory or an entity was changed.

    register: the column that was changed, `state`, `entity` for the decision on a name, or `place`
    for the place that a turn had first, which is `value`.
    """
    return pa.schema(
        [
            pa.field("id", pa.string(), nullable=False),
            pa.field("register", pa.string(), nullable=False),
            pa.field("recorded_at", TIME, nullable=False),
            pa.field("store", pa.string(), nullable=False),
            pa.field("by_hand", pa.bool_(), nullable=False),
            pa.field("value", pa.string()),
        ]
    )


def windows(dimension: int) -> pa.Schema:
    """
    Return the schema of `windows`: parts of long turns, each with a vector and words of its own.

    id: of the turn; start, stop: which of its characters; keys: the words that full-text search
    finds the part by.
    """
    return pa.schema(
        [
            pa.field("id", pa.string(), nullable=False),
            pa.field("namespace", pa.string(), nullable=False),
            pa.field("start", pa.int32(), nullable=False),
            pa.field("stop", pa.int32(), nullable=False),
            pa.field("vector", pa.list_(VECTOR_TYPE, dimension)),
            pa.field("keys", pa.string()),
        ]
    )


def vault() -> pa.Schema:
    """
    Return the schema of `vault`: one row a secret, known by its name in its namespace.

    sealed: the value and the words that it was said in, encrypted by the user's key; it is bound to
    the row's id, namespace and name.
    """
    return pa.schema(
        [
            pa.field("id", pa.string(), nullable=False),
            pa.field("namespace", pa.string(), nullable=False),
            pa.field("name", pa.string(), nullable=False),
            pa.field("sealed", pa.binary(), nullable=False),
            pa.field("recorded_at", TIME, nullable=False),
        ]
    )


def accesses() -> pa.Schema:
    """
    Return the schema of `accesses`: one row for each memory that a query returned.

    session_id: the conversation for which it was asked, where that is known. times, days: of a row
    in which all earlier recalls of a memory are folded how many these are, and the days since 1970
    on which they were, oldest first; null for one recall.
    """
    return pa.schema(
        [
            pa.field("id", pa.string(), nullable=False),
            pa.field("accessed_at", TIME, nullable=False),
            pa.field("query", pa.string()),
            pa.field("rank", pa.int32()),
            pa.field("session_id", pa.string()),
            pa.field("times", pa.int32()),
            pa.field("days", DAYS),
        ]
    )


def table_schemas(dimension: int) -> dict[str, pa.Schema]:
    """Return every table of a store by name, for vectors of `dimension` components."""
    return {
        "memories": memories(dimension),
        "archive": memories(dimension),
        "entities": entities(),
        "links": links(),
        "strengths": strengths(),
        "sources": sources(),
        "tombstones": tombstones(),
        "stamps": stamps(),
        "windows": windows(dimension),
        "vault": vault(),
        "accesses": accesses(),
    }
