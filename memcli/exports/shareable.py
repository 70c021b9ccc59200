"""
What of a store may go into other programs: nothing secret, hidden or put away.

A backup is JSON Lines; what is written here is read by others, which know nothing of that.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from memcli.jsonl import Row
from memcli.language.secrets import find_secrets
from memcli.memory.folds import is_fold
from memcli.memory.fragments import FRAGMENT, LEVEL
from memcli.memory.states import State
from store.literals import quoted

if TYPE_CHECKING:
    from memcli.exports.contents import Contents

# What is derived, from below.
LEVELS: Final = (1, 2, 3, 4)
COLUMNS: Final = ("id", "level", "tags", "source_ids")
# A turn of which a part is hidden is left out whole.
HIDDEN: Final = f"""
SELECT id FROM strengths WHERE state = '{State.hidden}'
UNION SELECT unnest(source_ids) FROM memories
WHERE level = {LEVEL} AND list_contains(tags, '{FRAGMENT}')
AND id IN (SELECT id FROM strengths WHERE state = '{State.hidden}')
"""
# Hidden memories, secrets and what secrets were found in.
CLOSED: Final = f"""
{HIDDEN}
UNION SELECT unnest(source_ids) FROM memories WHERE type = 'vault'
UNION SELECT unnest(source_ids) FROM archive WHERE type = 'vault'
"""


def closed_ids(contents: Contents, which: str = CLOSED) -> set[str]:
    """
    Return the ids of what is hidden or holds a secret that was found, and of what cites it.

    which: selects them; HIDDEN is for who takes secrets out of texts.
    """
    snapshot, namespace = contents.snapshot, contents.namespace
    closed = set(snapshot.sql(which, namespace=namespace)["id"].to_pylist())
    for level in LEVELS if closed else ():
        for row in snapshot.rows(COLUMNS, f"level = {level}", ["memories"]):
            # What a person put in the place of others stands in their place.
            if not (is_fold(row) or closed.isdisjoint(row["source_ids"] or ())):
                closed.add(row["id"])
    return closed


def is_shareable(row: Row, closed: set[str]) -> bool:
    """Say whether a memory may be told to others."""
    put_away = row.get("archived") or row["type"] == "vault" or row["id"] in closed
    return not put_away and not find_secrets(row["text"])


def shareable_rows(contents: Contents, columns: list[str], where: str) -> Iterator[Row]:
    """Yield the memories of a condition that may be told, in the order in which they came."""
    closed = closed_ids(contents)
    bound = f" AND namespace = {quoted([contents.namespace])}" if contents.namespace else ""
    for batch in contents.snapshot.scan("memories", columns, f"({where}){bound}"):
        contents.on_rows(batch.num_rows)
        for row in batch.to_pylist():
            if is_shareable(row, closed):
                yield row


def attributed(row: Row) -> str:
    """Return a quotation with who said it: its "I" is nobody without."""
    return f"{row['speaker']}: {row['text']}" if row["speaker"] else str(row["text"])


def shareable_entities(contents: Contents) -> Iterator[Row]:
    """Yield entities, each once, with the other spellings of its name as its aliases."""
    columns = ["id", "namespace", "name", "type", "aliases", "canonical_id", "recorded_at"]
    bound = f"namespace = {quoted([contents.namespace])}" if contents.namespace else None
    rows = contents.snapshot.read("entities", columns, bound).to_pylist()
    by_id = {row["id"]: {**row, "aliases": list(row["aliases"] or ())} for row in rows}
    for row in by_id.values():
        whole = by_id.get(row["canonical_id"] or "")
        if whole and whole is not row:
            whole["aliases"].append(row["name"])
    yield from (row for row in by_id.values() if row["canonical_id"] in (None, row["id"]))
