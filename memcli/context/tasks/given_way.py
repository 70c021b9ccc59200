"""
Turns that have given way to an outcome: what was said while a finished part was being done.

HiAgent puts the summary of a finished subgoal in the place of what was done for it; here too: where
a context tells the outcome, it does not tell the turns as well.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from memcli.context.tasks.reading import Tasks, open_lines
from memcli.jsonl import Json
from memcli.memory.times import parse_time
from store.literals import literal, time_literal

if TYPE_CHECKING:
    from store import Snapshot


def given_way(snapshot: Snapshot, tasks: Tasks) -> set[str]:
    """
    Return the ids of the turns in whose place a context tells the outcomes of finished parts.

    Those are the turns that an outcome cites, or its task does, and those of the session that it
    was ended with, from when the task was added until it ended; the same for all below it. One that
    says nothing of what came of it stands for nothing.
    """
    shown = [id_ for id_, _ in open_lines(tasks) if not tasks.tree.is_open(id_)]
    told = [id_ for id_ in shown if _about(tasks, id_).get("result")]
    below = [x for id_ in told for x in tasks.tree.subtree(id_) if not tasks.tree.is_open(x)]
    ids = dict.fromkeys(below)
    cited = {source for id_ in ids for source in _cited(tasks, id_)}
    known = cited - tasks.records.keys() - {o["id"] for o in tasks.outcomes.values()}
    return known | _said_in_session(snapshot, tasks, ids)


def _about(tasks: Tasks, id_: str) -> Json:
    """Return what the outcome of a task says beside its text."""
    return tasks.outcomes.get(id_, {}).get("metadata") or {}


def _cited(tasks: Tasks, id_: str) -> list[str]:
    outcome = tasks.outcomes.get(id_, {})
    return [*(tasks.records[id_].get("source_ids") or ()), *(outcome.get("source_ids") or ())]


def _said_in_session(snapshot: Snapshot, tasks: Tasks, ids: Iterable[str]) -> set[str]:
    """Return the turns of the sessions that tasks were ended with, while each was open."""
    found: set[str] = set()
    for id_ in ids:
        record, session = tasks.records[id_], _about(tasks, id_).get("session")
        if session is None or "valid_to" not in record:
            continue
        since, until = (time_literal(parse_time(record[e])) for e in ("valid_from", "valid_to"))
        where = (
            f"level = 0 AND session_id = {literal(session)}"
            f" AND namespace = {literal(record['namespace'])}"
            f" AND happened_at >= {since} AND happened_at <= {until}"
        )
        found.update(row["id"] for row in snapshot.rows(["id"], where, ["memories"]))
    return found
