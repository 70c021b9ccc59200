"""
Folds: one line of the user's own that stands for several memories, which are out of sight.

A fold is a memory of level 4 with the tag `fold`: it cites what it stands for, and its metadata
says what went out of sight with it, so that unfolding brings back that and nothing else; and the
words that were said there, by which the line is found too.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from memcli.jsonl import Json, Row
from memcli.memory.states import State, ids_in_state

if TYPE_CHECKING:
    from store.reading import TableReader

FOLD: Final = "fold"
LEVEL: Final = 4
# The place of the words in what the metadata says of a fold.
WORDS: Final = "words"
COLUMNS: Final = ("id", "level", "text", "tags", "source_ids", "metadata", "happened_at")


def is_fold(row: Mapping[str, Any]) -> bool:
    """Say whether a row or record of a memory is a fold."""
    return row["level"] == LEVEL and FOLD in (row.get("tags") or ())


def folds_of(source: TableReader, ids: Sequence[str]) -> list[Row]:
    """Return the folds that stand for any of some memories, archived ones left out."""
    where = f"level = {LEVEL}"
    rows = source.rows_of(ids, COLUMNS, "source_ids", where, ["memories"])
    return list({row["id"]: row for row in rows if is_fold(row)}.values())


def put_away(metadata: str | Mapping[str, Any] | None) -> list[str]:
    """Return the ids that a fold put out of sight, by its metadata as text or as an object."""
    read = json.loads(metadata) if isinstance(metadata, str) else metadata or {}
    said = read.get(FOLD)
    ids = said.get("hidden") if isinstance(said, dict) else None
    return [id_ for id_ in ids if isinstance(id_, str)] if isinstance(ids, list) else []


def folded_words(metadata: str | Mapping[str, Any] | None) -> str:
    """Return the words of what a fold stands for, by its metadata; none for what is no fold."""
    if not metadata or (isinstance(metadata, str) and f'"{FOLD}"' not in metadata):
        return ""
    read = json.loads(metadata) if isinstance(metadata, str) else metadata
    said = read.get(FOLD)
    words = said.get(WORDS) if isinstance(said, dict) else None
    return words if isinstance(words, str) else ""


def folded_into(folds: Iterable[Row]) -> dict[str, Row]:
    """Return the fold that stands for each memory, by its id."""
    return {id_: fold for fold in folds for id_ in fold["source_ids"] or ()}


def with_folds(source: TableReader, records: Sequence[Json]) -> list[Json]:
    """Return memory records with `folded_into`, the id of the fold that stands for each, if any."""
    hidden = ids_in_state(source, State.hidden)
    away = [record["id"] for record in records if record["id"] in hidden]
    folds = folded_into(folds_of(source, away)) if away else {}
    return [
        {**record, "folded_into": folds[record["id"]]["id"]} if record["id"] in folds else record
        for record in records
    ]
