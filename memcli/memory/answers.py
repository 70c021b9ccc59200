"""
Answers: turns that say a secret and nothing else, since the turn before asked for it.

"4471#" is a secret after "what's the gate code?". A turn that is shown alone is judged with the one
before it, which is read from the store where the turn's own look allows that it is such an answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from memcli.language.secrets import find_secrets, may_answer, redact
from memcli.language.secrets.answers import question_of
from memcli.memory.fragments import visible_rows
from memcli.memory.telling import mark_of_id
from store.layout import MEMORY_TABLES
from store.literals import quoted

if TYPE_CHECKING:
    from memcli.jsonl import Row
    from store import Snapshot

PLACE = ("namespace", "session_id", "seq")


def open_answers(snapshot: Snapshot, said: Iterable[tuple[str, str]]) -> dict[str, str]:
    """
    Texts of those turns that answer with a secret, with `[secret ID]` in its place, by id.

    said: ids and texts of what is to be shown; most need no look into the store.
    """
    texts = {id_: text for id_, text in said if may_answer(text)}
    if not texts:
        return {}
    before = _texts_before(snapshot, sorted(texts))
    found = {id_: find_secrets(texts[id_], asked) for id_, asked in before.items()}
    return {id_: redact(texts[id_], some, mark_of_id(id_)) for id_, some in found.items() if some}


def open_rows(snapshot: Snapshot, rows: Sequence[Row]) -> list[Row]:
    """Rows of memories as they may be told: without an answering secret, and what is hidden."""
    rows = visible_rows(snapshot, rows)
    turns = ((row["id"], row["text"]) for row in rows if row["level"] == 0)
    opened = open_answers(snapshot, turns)
    return [{**row, "text": opened[row["id"]]} if row["id"] in opened else row for row in rows]


def _texts_before(snapshot: Snapshot, ids: Sequence[str]) -> dict[str, str]:
    """Texts of the turns before some turns, by the ids of these."""
    places = {
        row["id"]: _place(row)
        for row in snapshot.rows_of(ids, ["id", "level", *PLACE])
        if row["level"] == 0 and None not in _place(row) and row["seq"] > 0
    }
    if not places:
        return {}
    sessions = sorted({session for _, session, _ in places.values()})
    # The turn before may say no more than "sure".
    seqs = sorted({str(seq - back) for *_, seq in places.values() for back in (1, 2)})
    where = f"level = 0 AND session_id IN ({quoted(sessions)}) AND seq IN ({', '.join(seqs)})"
    # What was asked may have faded into the archive since.
    found = snapshot.rows(["text", *PLACE], where, MEMORY_TABLES)
    texts: Mapping[Any, str] = {_place(row): row["text"] for row in found}
    return {
        id_: question_of(texts[space, session, seq - 1], texts.get((space, session, seq - 2), ""))
        for id_, (space, session, seq) in places.items()
        if (space, session, seq - 1) in texts
    }


def _place(row: Row) -> tuple[Any, ...]:
    return tuple(row[name] for name in PLACE)
