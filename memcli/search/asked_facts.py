"""
Asked facts: the facts that hold and say the attribute of somebody that a question asks for.

The words of such a question are no evidence: "where does Mara live?" is answered by "we moved
into the mill", and a turn about live music shares a word with it. So the facts are looked up by
what they are of, and they and the turns that say so lead.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from memcli.language.asked_attributes import asked_attributes, named_subjects
from memcli.language.facts.attributes import is_relation
from memcli.language.words import compared_words
from memcli.memory.holds import holding
from memcli.search.prefilters import both
from store.literals import quoted

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from memcli.jsonl import Row
    from store import Snapshot
    from store.held import Place

FACTS: Final = "level = 1 AND type != 'vault'"
COLUMNS: Final = ("_rowid", "namespace", "session_id", "seq", "subject", "polarity", "happened_at")
# Of several that hold, the newest.
MOST: Final = 20
_YES_OR_NO: Final = frozenset("is are am was were does do did has have".split())


def asked_facts(
    snapshot: Snapshot, table: str, question: str, where: str | None, moment: datetime
) -> dict[int, Place | None]:
    """Return the row ids of the facts that answer, each with the place of the turn that says so."""
    attributes = asked_attributes(question)
    if not attributes or not snapshot.commit.watermarks:
        return {}
    of_them = f"{FACTS} AND attribute IN ({quoted(sorted(attributes))}) AND {holding(moment)}"
    rows = snapshot.read(table, COLUMNS, both(where, of_them)).to_pylist()
    answers = sorted(_answering(rows, question, attributes), key=_newest_first)[:MOST]
    return {row["_rowid"]: _place(row) for row in answers}


def _answering(rows: Iterable[Row], question: str, attributes: frozenset[str]) -> list[Row]:
    """Return the facts of whom the question asks: not of Mara where it is of Mara's brother."""
    asked = compared_words(question)
    some = [row for row in rows if row["polarity"] != "negative" or asked[0] in _YES_OR_NO]
    whose = {word for word in asked if is_relation(word)} - attributes
    named = named_subjects({row["subject"] for row in some if row["subject"]}, question)
    of_whom = {name for name in named if set(filter(is_relation, compared_words(name))) == whose}
    return [row for row in some if row["subject"] in of_whom]


def _newest_first(row: Row) -> tuple[float, int]:
    said = row["happened_at"]
    return -said.timestamp() if said else 0.0, row["_rowid"]


def _place(row: Row) -> Place | None:
    if row["session_id"] is None or row["seq"] is None:
        return None
    return row["namespace"], row["session_id"], row["seq"]
