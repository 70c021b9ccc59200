"""Names that are seen, and the table of entities that they make."""

from __future__ import annotations

from datetime import UTC, datetime

from memcli.algorithms.mentions import Mention
from memcli.algorithms.resolution import Alias
from memcli.memory.entities import canonical_of, entity_id, upsert_rows

NOW = datetime(2025, 3, 1, tzinfo=UTC)
LATER = datetime(2025, 4, 1, tzinfo=UTC)
NAMES = "Liz|Elizabeth|Elizabeth Brandt|Elizabeth Sand|Lizzie|Bear|Brandt|zoé|Zoe".split("|")


def seen(name, type_="person", **more):
    return Mention("n", name, type_, **{"count": 1, "first_at": NOW, "last_at": NOW, **more})


def after(rows, changes):
    """The table once the changes are written."""
    table = {row["id"]: row for row in rows} | {row["id"]: row for row in changes}
    return list(table.values())


def told(rows, mentions=(), aliases=()):
    stated = [Alias("n", *pair) for pair in aliases]
    return after(rows, upsert_rows(rows, mentions, stated, NOW))


def meaning(rows):
    """The canonical name of each name that has another."""
    names = {row["id"]: row["name"] for row in rows}
    roots = canonical_of(rows)
    return {names[id_]: names[root] for id_, root in roots.items() if id_ != root}


def id_of(name):
    return entity_id("n", name)


def a_family():
    return told([], [seen("Liz"), seen("Elizabeth Brandt"), seen("Bear")])
