"""
Merging rows that two stores have, see `algorithms.replication`: what changes here.

Each function reads what this store has of some rows and returns those that are to be written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

import msgspec

from memcli.algorithms.mentions import UNKNOWN_TYPES
from memcli.algorithms.replication import (
    NameDecision,
    Stamp,
    joined_decision,
    joined_latest,
    joined_link,
    joined_row,
    joined_stamps,
    joined_state,
    least,
)
from memcli.jsonl import Row
from memcli.memory.entities import BY_USER, MERGE_FIELDS, evidence_of, with_aliases, with_evidence
from memcli.memory.stamps import ENTITY, STATE, read_stamps, stamp_row
from memcli.memory.states import read_strengths
from memcli.replication.parts import ARCHIVED, MEMORIES, STRENGTHS
from store.commits import QuestionVerdict

if TYPE_CHECKING:
    from store.reading import TableReader

Stamps = Mapping[str, Mapping[str, Stamp]]
DECISION: Final = (*MERGE_FIELDS, "never")
# Each store settles these itself.
SETTLED: Final = ("seq", ARCHIVED)
_to_json = msgspec.json.Encoder(order="sorted").encode


def changed_memories(reader: TableReader, rows: Sequence[Row], stamps: Stamps) -> dict[str, Row]:
    """Return the columns that change of memories that the store has, by id."""
    ids = [row["id"] for row in rows]
    columns = [name for name in MEMORIES.columns if name not in SETTLED]
    known = {row["id"]: row for row in reader.rows_of(ids, columns)}
    own = read_stamps(reader, ids)
    changes: dict[str, Row] = {}
    for row in rows:
        before = known.get(row["id"])
        if before is None:
            continue
        other = {name: row[name] for name in columns}
        after = joined_row(before, other, own.get(row["id"], {}), stamps.get(row["id"], {}))
        differing = {name: value for name, value in after.items() if value != before[name]}
        if differing:
            changes[row["id"]] = differing
    return changes


def changed_states(reader: TableReader, rows: Sequence[Row], stamps: Stamps) -> list[Row]:
    """Return the rows of `strengths` that are new or change."""
    ids = sorted({row["id"] for row in rows})
    known, own = read_strengths(reader, ids), read_stamps(reader, ids)
    found = []
    for row in {row["id"]: row for row in rows}.values():
        before = known.get(row["id"])
        if before is not None:
            one, other = (each.get(row["id"], {}).get(STATE) for each in (own, stamps))
            row = joined_state(before, {n: row[n] for n in STRENGTHS.columns}, one, other)
        if row != before:
            found.append(row)
    return found


def changed_stamps(reader: TableReader, stamps: Stamps) -> list[Row]:
    """Return the rows of `stamps` that are new or change."""
    own = read_stamps(reader, sorted(stamps))
    rows = []
    for id_, registers in sorted(stamps.items()):
        before = own.get(id_, {})
        after = joined_stamps(before, registers)
        rows += [stamp_row(id_, n, s) for n, s in sorted(after.items()) if before.get(n) != s]
    return rows


def changed_entities(
    known: Sequence[Row], rows: Sequence[Row], own: Stamps, stamps: Stamps
) -> list[Row]:
    """
    Return the rows of `entities` that are new or change; known: all that the store has.

    What a store has seen of a name, by which rules resolve it, is not taken over: its own `link`
    sees it in what came.
    """
    before = {row["id"]: row for row in known}
    table = dict(before)
    for row in rows:
        id_ = row["id"]
        other = with_evidence(row, {"seen": None})
        mine = table.get(id_)
        stamped = stamps.get(id_, {}).get(ENTITY)
        table[id_] = (
            other if mine is None else _joined(mine, other, own.get(id_, {}).get(ENTITY), stamped)
        )
    after = with_aliases(list(table.values()))
    return [row for row in after if row != before.get(row["id"])]


def _joined(one: Row, other: Row, stamp: Stamp | None, other_stamp: Stamp | None) -> Row:
    """Return what two rows of one name come to, but for its other names."""
    won = joined_decision(_decision(one, stamp), _decision(other, other_stamp))
    canonical, *told = msgspec.json.decode(won.content)
    row = with_evidence(one, dict(zip(DECISION, told, strict=True)))
    return {
        **row,
        "canonical_id": canonical,
        "name": least((one["name"], other["name"])),
        "type": least((one["type"], other["type"]), (None, *UNKNOWN_TYPES)),
        "extra": least((one["extra"], other["extra"])),
        "recorded_at": won.recorded_at,
    }


def _decision(row: Row, stamp: Stamp | None) -> NameDecision:
    evidence = evidence_of(row)
    told = [row["canonical_id"], *(evidence.get(name) for name in DECISION)]
    by_user = evidence.get("by") == BY_USER
    return NameDecision(by_user, stamp, row["recorded_at"], _to_json(told).decode())


def changed_links(reader: TableReader, rows: Iterable[Row]) -> tuple[list[Row], list[Row]]:
    """Return the links that are new, and those that change."""
    some = {_ends(row): row for row in rows}
    sources = sorted({source for source, *_ in some})
    there = reader.rows_of(sources, None, "source_id", "relation != 'next'", ["links"])
    known = {_ends(row): row for row in there}
    new = [row for key, row in some.items() if key not in known]
    pairs = (
        (known[key], joined_link(known[key], row)) for key, row in some.items() if key in known
    )
    return new, [after for before, after in pairs if after != before]


def _ends(row: Row) -> tuple[str, str, str]:
    return row["source_id"], row["target_id"], row["relation"]


def joined_verdicts(
    known: Mapping[str, Sequence[QuestionVerdict]], rows: Iterable[Row], most: int
) -> dict[str, list[QuestionVerdict]]:
    """Return what was said of the hits of questions, at most so many of each namespace."""
    together = {space: list(given) for space, given in known.items()}
    for row in rows:
        given = QuestionVerdict(row["question"], row["id"], row["helped"], row["at"])
        together.setdefault(row["namespace"], []).append(given)
    return {
        space: joined_latest(given, lambda v: (v.question, v.id), _rank, most)
        for space, given in sorted(together.items())
        if given
    }


def _rank(verdict: QuestionVerdict) -> tuple[object, ...]:
    return verdict.at, verdict.question, verdict.id, verdict.helped
