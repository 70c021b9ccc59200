"""
Hiding of fragments: a paragraph of a turn goes out of sight, and the rest of the turn stays.

What was made of the paragraph goes along, and the turn is found by what is left of it alone. A
model that edits its own context does so with parts of it (Sculptor, Li et al. 2025).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from memcli.jsonl import Json, Row
from memcli.memory.arrow import json_text
from memcli.memory.encoding import encoded_rows, rows_to_batch
from memcli.memory.fragment_names import named_fragment
from memcli.memory.fragments import (
    FRAGMENT,
    LEVEL,
    along_with,
    fragment_id,
    hidden_fragments,
    is_fragment,
    is_said_in,
    number_of,
    without_fragments,
)
from memcli.memory.search_columns import embedding_text, search_columns
from memcli.memory.selection import read_records
from memcli.memory.states import State, set_state
from memcli.memory.times import parse_time
from memcli.retention.hiding import derived_rows, is_derived_from
from memcli.retention.pinning import states_of
from schemas import tables

if TYPE_CHECKING:
    from datetime import datetime

    import pyarrow as pa

    from memcli.models.encoder import Encoder
    from store import Snapshot, Transaction


@dataclass
class FragmentChanges:
    """
    What hiding or bringing back fragments changes.

    new: rows of fragments that are not kept yet; states: ids by the state that they come to; turns:
    the numbers of the fragments of each turn that are hidden then; records: what is told.
    """

    new: list[Row] = field(default_factory=list)
    states: dict[State, list[str]] = field(default_factory=dict)
    turns: dict[str, set[int]] = field(default_factory=dict)
    records: list[Json] = field(default_factory=list)

    def write(
        self, transaction: Transaction, encoder: Callable[[], Encoder], now: datetime
    ) -> None:
        """Write the changes; turns get search columns of what is left of them."""
        if not self.turns:
            return
        model = encoder()
        if self.new:
            schema = tables.memories(model.dimension)
            rows = [{**row, **search_columns(row), "encoder": model.name} for row in self.new]
            transaction.append_batches("memories", [encoded_rows(rows, model, schema)])
        for state, ids in self.states.items():
            set_state(transaction, ids, state, now)
        for name in ("memories", "archive"):
            table = transaction.read_ids(name, sorted(self.turns))
            if table.num_rows:
                transaction.upsert(name, self._found_anew(table, model), ["id"])

    def _found_anew(self, table: pa.Table, encoder: Encoder) -> pa.Table:
        """Return turns that are found by what of them is in sight, their words as they are."""
        import pyarrow as pa

        rows = table.drop_columns(["vector"]).to_pylist()
        seen = [
            {**row, "text": without_fragments(row["text"], self.turns[row["id"]])} for row in rows
        ]
        vectors = encoder.encode([embedding_text(row) for row in seen])
        made = [
            {**row, **search_columns(part), "text": row["text"], "vector": vector}
            for row, part, vector in zip(rows, seen, vectors, strict=True)
        ]
        return pa.Table.from_batches([rows_to_batch(made, table.schema)])


def hide_fragments(
    snapshot: Snapshot, names: Sequence[str], namespace: str | None, now: datetime
) -> FragmentChanges:
    """Return what puts fragments out of sight; InputNotFound for one that a turn does not have."""
    changes, hidden = FragmentChanges(), hidden_fragments(snapshot)
    for name in names:
        turn, record, number = named_fragment(snapshot, name, namespace)
        if number in hidden.get(turn["id"], ()):
            continue
        along = _said_in(snapshot, turn, record["text"])
        row = _row(turn, record, number, [one["id"] for one in along], now)
        known = read_records(snapshot, [row["id"]], None)
        changes.new += [] if known else [row]
        changes.states.setdefault(State.hidden, []).extend([row["id"], *(r["id"] for r in along)])
        hidden.setdefault(turn["id"], set()).add(number)
        changes.turns[turn["id"]] = hidden[turn["id"]]
        changes.records += [record, *along]
    return changes


def restore_fragments(
    snapshot: Snapshot, names: Sequence[str], namespace: str | None
) -> FragmentChanges:
    """Return what brings fragments back into sight, with what went along and is hidden still."""
    changes, hidden = FragmentChanges(), hidden_fragments(snapshot)
    for name in names:
        turn, record, number = named_fragment(snapshot, name, namespace)
        if number not in hidden.get(turn["id"], ()):
            continue
        kept = read_records(snapshot, [fragment_id(turn["id"], number)], None)
        along = read_records(snapshot, [i for r in kept.values() for i in along_with(r)], None)
        states = states_of(snapshot, along.values())
        back = [r for id_, r in along.items() if states[id_] is State.hidden]
        changes.states.setdefault(State.archived, []).extend(kept)
        changes.states.setdefault(State.active, []).extend(r["id"] for r in back)
        hidden[turn["id"]].discard(number)
        changes.turns[turn["id"]] = hidden[turn["id"]]
        changes.records += [record, *back]
    changes.states = {state: ids for state, ids in changes.states.items() if ids}
    return changes


def names_of(records: Sequence[Json]) -> list[str]:
    """Return the names of fragments that are given as the memories that they are kept as."""
    return ["#".join(map(str, number_of(record))) for record in records if is_fragment(record)]


def _said_in(snapshot: Snapshot, turn: Json, text: str) -> list[Json]:
    """Return the statements that say what a fragment does, and what quotes these, in sight yet."""
    rows = derived_rows(snapshot, [turn["id"]])
    said = [row for row in rows if row["level"] == 1 and is_said_in(row["text"], text)]
    unseen, quotes = {row["id"] for row in said}, [row["text"] for row in said]
    above = [r["id"] for r in rows if r["level"] > 1 and is_derived_from(r, unseen, quotes)]
    found = read_records(snapshot, [*(row["id"] for row in said), *above], None)
    states = states_of(snapshot, found.values())
    return [record for id_, record in found.items() if states[id_] is not State.hidden]


def _row(turn: Json, record: Json, number: int, along: list[str], now: datetime) -> Row:
    """Return the memory that a fragment is kept as while it is out of sight."""
    said: dict[str, Any] = {"number": number, "hidden": along}
    happened = turn.get("happened_at")
    return {
        "id": fragment_id(turn["id"], number),
        "namespace": turn["namespace"],
        "type": turn["type"],
        "level": LEVEL,
        "text": record["text"],
        "tags": [FRAGMENT],
        "speaker": turn.get("speaker"),
        "session_id": turn.get("session_id"),
        "happened_at": parse_time(happened) if happened else None,
        "recorded_at": now,
        "source_ids": [turn["id"]],
        "metadata": json_text({FRAGMENT: said}),
    }
