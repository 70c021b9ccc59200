"""
Faults of rows: what can be wrong with what is in the tables, and the statements that find it.

All rows of few are looked at in one statement, over what it needs of them in memory where that is
no text. Of many, each statement looks at a part of the rows, those whose keys have one remainder:
as one, a million and a half memories took 1.9 GB.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from store.layout import MEMORY_TABLES
from store.problems import Severity
from store.sql import names_in, run_sql

if TYPE_CHECKING:
    from store.snapshot import Snapshot

# Rows of one kind that a statement holds at a time: 200 bytes each.
ROWS_AT_ONCE: Final = 2_000_000
# Ids that are read at once of what it finds.
IDS_A_BATCH: Final = 10_000
# Rows of all tables of a store that is looked at in one statement: to make the tables known takes
# longer than most of the faults of a small one.
FEW_ROWS: Final = 200_000
# What the statements need of each table but for windows, which are compared with texts.
COLUMNS: Final = {
    "memories": (
        "id", "level", "namespace", "session_id", "seq", "source_ids", "superseded_by",
        "valid_from", "valid_to",
    ),
    "archive": ("id",),
    "entities": ("id",),
    "links": ("source_id", "target_id", "relation"),
    "strengths": ("id", "state"),
}  # fmt: skip
PART: Final = re.compile(r"\{([a-z_, ]+)\}")
EVERYTHING: Final = """
WITH everything AS {materialized} (SELECT id FROM memories UNION ALL SELECT id FROM archive),
ends AS {materialized} (SELECT id FROM everything UNION ALL SELECT id FROM entities)
"""


class Fault(NamedTuple):
    """
    What can be wrong with rows of a table: what is said of so many, what finds their ids.

    statement: SQL; `{columns}` in it stands for rows of this part alone, by what these hold.
    """

    table: str
    what: str
    statement: str
    severity: Severity = "error"
    remedy: str = "undo the step that did it"


FAULTS: Final = (
    Fault(
        "memories",
        "ids stand more than once",
        "SELECT id FROM everything WHERE {id} GROUP BY id HAVING count(*) > 1",
    ),
    Fault(
        "memories",
        "turns share a place in their session",
        """SELECT min(id) AS id FROM memories
        WHERE level = 0 AND seq IS NOT NULL AND {namespace, session_id, seq}
        GROUP BY namespace, session_id, seq HAVING count(*) > 1""",
    ),
    Fault(
        "links",
        "links start or end nowhere",
        """SELECT source_id || ' -> ' || target_id AS id FROM links
        WHERE {source_id} AND source_id NOT IN (SELECT id FROM ends WHERE {id})
        UNION SELECT source_id || ' -> ' || target_id AS id FROM links
        WHERE {target_id} AND target_id NOT IN (SELECT id FROM ends WHERE {id})""",
    ),
    Fault(
        "links",
        "links stand more than once",
        # By 64 bits first, for all three texts of four million links take 800 MB.
        """SELECT min(source_id) AS id FROM links
        WHERE hash(source_id, target_id, relation) IN (
            SELECT number FROM (
                SELECT hash(source_id, target_id, relation) AS number FROM links
                WHERE {source_id, target_id, relation}
            ) GROUP BY number HAVING count(*) > 1
        )
        GROUP BY source_id, target_id, relation HAVING count(*) > 1""",
    ),
    Fault(
        "memories",
        "memories cite sources that do not exist",
        """SELECT DISTINCT id FROM (SELECT id, unnest(source_ids) AS source FROM memories)
        WHERE {source} AND source NOT IN (SELECT id FROM everything WHERE {id})""",
    ),
    Fault(
        "memories",
        "memories are superseded by what does not exist",
        """SELECT id FROM memories
        WHERE superseded_by IS NOT NULL AND {superseded_by}
        AND superseded_by NOT IN (SELECT id FROM everything WHERE {id})""",
    ),
    # Stores of before have such of sessions in which a turn came late.
    Fault(
        "memories",
        "segments and summaries end before they begin",
        """SELECT id FROM memories
        WHERE level IN (2, 3) AND superseded_by IS NULL AND valid_from > valid_to""",
        "warning",
        "it does no harm but to questions of that time; a session that grows is summed up anew",
    ),
    Fault(
        "windows",
        "windows are of turns that do not exist",
        """SELECT DISTINCT id FROM windows
        WHERE {id} AND id NOT IN (SELECT id FROM everything WHERE {id})""",
        remedy="run memcli reembed --encoder with the name of the store's",
    ),
    Fault(
        "windows",
        "turns have windows with gaps, or beyond their ends",
        """SELECT windows.id AS id FROM windows JOIN
        (SELECT id, length(text) AS size FROM memories WHERE level = 0
        UNION ALL SELECT id, length(text) FROM archive WHERE level = 0) AS turns USING (id)
        WHERE {id} GROUP BY windows.id HAVING max(stop) > any_value(size)
        OR sum(stop - start) < any_value(size)""",
        remedy="run memcli reembed --encoder with the name of the store's",
    ),
    Fault(
        "strengths",
        "strengths are of memories that do not exist",
        """SELECT DISTINCT id FROM strengths
        WHERE {id} AND id NOT IN (SELECT id FROM everything WHERE {id})""",
    ),
    Fault(
        "strengths",
        "strengths stand more than once",
        "SELECT id FROM strengths WHERE {id} GROUP BY id HAVING count(*) > 1",
    ),
    # What came in archived has no strength yet.
    Fault(
        "strengths",
        "memories are archived by state or by table, not by both",
        """SELECT DISTINCT id FROM strengths
        WHERE state = 'archived' AND {id} AND id IN (SELECT id FROM memories WHERE {id})
        UNION
        SELECT DISTINCT id FROM strengths
        WHERE state != 'archived' AND {id} AND id IN (SELECT id FROM archive WHERE {id})""",
    ),
)


def found_faults(snapshot: Snapshot) -> Iterator[tuple[Fault, list[str]]]:
    """Yield the faults that rows of a snapshot have, with the ids of those rows."""
    rows = sum(state.rows for state in snapshot.commit.tables.values())
    find = _together if rows <= FEW_ROWS else _one_by_one
    found = find(snapshot)
    yield from ((FAULTS[number], ids) for number, ids in sorted(found.items()) if ids)


def _together(snapshot: Snapshot) -> dict[int, list[str]]:
    """Return the ids that each fault has, by its number, in one statement."""
    kinds = (
        f"SELECT {number} AS fault, id FROM ({in_part(fault.statement, 1, 0)})"
        for number, fault in enumerate(FAULTS)
        if fault.table in MEMORY_TABLES or snapshot.count(fault.table)
    )
    statement = EVERYTHING.replace("{materialized}", "MATERIALIZED") + " UNION ALL ".join(kinds)
    found: dict[int, list[str]] = {}
    for row in run_sql(_sources(snapshot, statement), statement).to_pylist():
        found.setdefault(row["fault"], []).append(str(row["id"]))
    return found


def _sources(snapshot: Snapshot, statement: str) -> dict[str, Any]:
    """
    Return the tables that a statement names: in memory, each read once, if it needs no texts.

    The statement goes through some tables many times: over few rows that took two thirds of a
    check, for each time Lance began a scan.
    """
    names = names_in(statement)
    if "windows" in names:
        return snapshot.sql_sources(names=names)
    return {
        name: snapshot.read(name, columns)
        for name, columns in COLUMNS.items()
        if name in names and snapshot.has(name)
    }


def _one_by_one(snapshot: Snapshot) -> dict[int, list[str]]:
    """Return the ids that each fault has, by its number, a part of the rows after the other."""
    return {
        number: list(dict.fromkeys(_ids(snapshot, fault))) for number, fault in enumerate(FAULTS)
    }


def _ids(snapshot: Snapshot, fault: Fault) -> Iterator[str]:
    if not (rows := snapshot.count(fault.table)):
        return
    head = EVERYTHING.replace("{materialized}", "")
    most = max(rows, sum(map(snapshot.count, MEMORY_TABLES)))
    parts = -(-most // ROWS_AT_ONCE)
    for part in range(parts):
        statement = head + in_part(fault.statement, parts, part)
        for batch in snapshot.sql_batches(statement, [], IDS_A_BATCH):
            yield from map(str, batch["id"].to_pylist())


def in_part(statement: str, parts: int, part: int) -> str:
    """Return a statement of one of so many parts of the rows."""
    condition = "true" if parts == 1 else rf"hash(\1) % {parts} = {part}"
    return PART.sub(condition, statement)
