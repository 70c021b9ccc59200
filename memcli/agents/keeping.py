"""
Keeping: what an open store is told, and told to forget, by the tools of MCP and by programs alike.

`by` is who writes, and stands in the arguments of the commit.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from memcli.memory.step import given_options

if TYPE_CHECKING:
    from memcli.ingestion.notes import NoteFields
    from memcli.ingestion.redacting import Redactor
    from memcli.jsonl import Json, Row
    from memcli.search.resident import ResidentMemory


def new_note(
    text: str, about: NoteFields, memory: ResidentMemory, redactor: Redactor | None = None
) -> Row:
    """Row of a note; BadUsage where nothing is left of it without blocks of recall."""
    from memcli.ingestion.notes import note_rows
    from store.errors import BadUsage

    rows = note_rows([text], about, memory.now, redactor)
    if not rows:
        raise BadUsage("there is nothing to keep in it", "it is empty, or was all recalled before")
    return rows[0]


def keep_note(
    memory: ResidentMemory, row: Row, replaces: Sequence[str], by: str, is_allowed: bool = False
) -> None:
    """
    Write a note that takes the place of what `replaces` names.

    BadUsage for one that was purged before, unless it `is_allowed` to come back.
    """
    from memcli.ingestion.notes import NoteStep
    from store.errors import BadUsage

    ended = [record["id"] for record in memory.select(replaces)]
    step = NoteStep(memory.store, memory.encoder(), [row], memory.now, ended, is_allowed)
    if step.barred.kept_back:
        what = "what it says was purged before and stays gone"
        raise BadUsage(what, "the user can take it again with memcli add --allow")
    step.commit(given_options(by=by, replaces=len(ended) or None))


def archive(memory: ResidentMemory, ids: Sequence[str], by: str) -> list[Json]:
    """Archive memories with what was made of them, and return the records."""
    from memcli.retention.archiving import ArchiveStep

    records = memory.select(ids)
    step = ArchiveStep(memory.store, memory.now, memory.snapshot)
    step.take(records)
    step.commit(given_options(by=by, memories=len(step.named)))
    return list(step.records)


def fold(memory: ResidentMemory, ids: Sequence[str], summary: str, by: str) -> list[Json]:
    """Put a line in the place of memories, and return what went out of sight for it."""
    from memcli.retention.folding import FoldStep

    named = [record["id"] for record in memory.select(ids)]
    step = FoldStep(memory.store, memory.now, memory.encoder(), named, summary)
    step.commit(given_options(by=by, memories=len(named)))
    return list(step.changes.records)
