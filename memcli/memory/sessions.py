"""Sessions: whole conversations out of a store, and where they end."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

import numpy as np

from memcli.language.roles import ASSISTANTS
from store.layout import MEMORY_TABLES
from store.literals import quoted

if TYPE_CHECKING:
    from memcli.language.parts import Utterance
    from store import Snapshot

SessionPlace = tuple[str, str]

TURN_COLUMNS: Final = (
    "id namespace text speaker session_id seq happened_at utc_offset valid_to superseded_by"
    " n_words ref context metadata extra vector"
).split()
# Turns of as many sessions as have that many are read at once.
ROWS_AT_ONCE: Final = 20_000
PENDING: Final = """
WITH turns AS (
    SELECT id, namespace, session_id, happened_at FROM memories WHERE level = 0
),
extracted AS (
    SELECT DISTINCT unnest(source_ids) AS id FROM memories WHERE level = 2
    UNION
    SELECT DISTINCT unnest(source_ids) FROM archive WHERE level = 2
),
twice AS (
    SELECT namespace, session_id FROM memories
    WHERE level = 3 AND superseded_by IS NULL AND session_id IS NOT NULL
    GROUP BY namespace, session_id HAVING count(*) > 1
)
SELECT namespace, session_id, count(*) AS turns,
    count(*) FILTER (id NOT IN (SELECT id FROM extracted)) AS pending
FROM turns
GROUP BY namespace, session_id
HAVING pending > 0 OR $1 OR (namespace, session_id) IN (SELECT (namespace, session_id) FROM twice)
ORDER BY namespace, min(happened_at), session_id
"""
Item = TypeVar("Item")


class SessionKey(NamedTuple):
    """Which conversation: sessions of different namespaces may share a name."""

    namespace: str
    session_id: str | None
    turns: int = 0
    pending: int = 0


@dataclass
class Session:
    """One conversation: its turns in order, with their vectors, float16 [n, dimension]."""

    key: SessionKey
    rows: list[dict[str, Any]] = field(default_factory=list)
    vectors: np.ndarray = field(default_factory=lambda: np.zeros((0, 0), np.float16))

    @cached_property
    def open_rows(self) -> list[dict[str, Any]]:
        """The turns with `[secret:kind]` in the place of secrets: what is derived is of them."""
        befores = ["", *(row["text"] for row in self.rows)]
        return [_open_row(row, before) for row, before in zip(self.rows, befores, strict=False)]

    def utterances(self) -> list[Utterance]:
        """Return the turns as the extractor reads them, without secrets."""
        return [as_utterance(row) for row in self.open_rows]

    def gaps_s(self) -> list[float]:
        """Return the seconds since the turn before, float [n]; NaN where unknown."""
        times = [row["happened_at"] for row in self.rows]
        pairs = zip([None, *times], times, strict=False)
        return [(b - a).total_seconds() if a and b else float("nan") for a, b in pairs]


def _open_row(row: dict[str, Any], before: str) -> dict[str, Any]:
    """Return a turn without the secrets in it and in its headings; `before` is the turn before."""
    about = row.get("context") or ""
    from memcli.language.secrets import find_secrets, redact

    found, above = find_secrets(row["text"], before), find_secrets(about)
    changed = {"text": redact(row["text"], found)} if found else {}
    return {**row, **changed, **({"context": redact(about, above)} if above else {})}


def as_utterance(row: dict[str, Any]) -> Utterance:
    """Return a turn as the extractor reads it."""
    from memcli.language.parts import Utterance

    return Utterance(
        id=row["id"],
        text=row["text"],
        speaker=row["speaker"],
        said_at=row["happened_at"],
        utc_offset=row.get("utc_offset"),
        is_assistant=is_assistant(row["speaker"], row["extra"]),
    )


def is_assistant(speaker: str | None, extra: str | None) -> bool:
    """Say whether a turn is an assistant's, by its speaker or by the role in its `extra`."""
    role = json.loads(extra).get("role") if extra and '"role"' in extra else None
    return role in ASSISTANTS or (speaker or "").strip().lower() in ASSISTANTS


def pending_sessions(
    snapshot: Snapshot, namespace: str | None = None, everything: bool = False
) -> list[SessionKey]:
    """
    Return the sessions with turns that no segment has yet, or all, in order of time.

    Those too in which turns of two stores met, each of which has summed up its own.
    """
    rows = snapshot.sql(PENDING, [everything], namespace=namespace).to_pylist()
    return [SessionKey(**row) for row in rows]


def read_sessions(snapshot: Snapshot, keys: Sequence[SessionKey]) -> Iterator[Session]:
    """Yield whole sessions, a bounded number of turns in memory at a time."""
    for group in _groups(keys):
        found: dict[tuple[str, str | None], list[tuple[dict[str, Any], np.ndarray]]] = {}
        for row, vector in _rows(snapshot, group):
            found.setdefault((row["namespace"], row["session_id"]), []).append((row, vector))
        for key in group:
            turns = found.get(key[:2], [])
            turns.sort(key=lambda turn: _order_in_session(turn[0]))
            if turns:
                vectors = np.stack([vector for _, vector in turns])
                yield Session(key, [row for row, _ in turns], vectors)


def _groups(keys: Sequence[SessionKey]) -> Iterator[list[SessionKey]]:
    """Yield sessions of one namespace together, as many as are read at once."""
    for _, some in groupby(keys, key=lambda key: key.namespace):
        yield from portions(some, lambda key: key.turns, ROWS_AT_ONCE)


def portions(items: Iterable[Item], size: Callable[[Item], int], most: int) -> Iterator[list[Item]]:
    """Yield items in order, in lists whose sizes add up to `most` or less, or of a single item."""
    portion: list[Item] = []
    total = 0
    for item in items:
        if portion and total + size(item) > most:
            yield portion
            portion, total = [], 0
        portion.append(item)
        total += size(item)
    if portion:
        yield portion


def _rows(
    snapshot: Snapshot, group: Sequence[SessionKey]
) -> Iterator[tuple[dict[str, Any], np.ndarray]]:
    where = f"level = 0 AND namespace = {quoted([group[0].namespace])} AND ({_named(group)})"
    # Archived turns were said too: without them, the others would be read as another talk.
    for table in MEMORY_TABLES:
        for batch in snapshot.scan(table, TURN_COLUMNS, where):
            vectors = batch["vector"].flatten().to_numpy(zero_copy_only=False)
            rows = batch.drop_columns(["vector"]).to_pylist()
            yield from zip(rows, vectors.reshape(len(rows), -1), strict=True)


def _named(group: Iterable[SessionKey]) -> str:
    names = [key.session_id for key in group]
    known = [name for name in names if name is not None]
    either = [f"session_id IN ({quoted(known)})"] if known else []
    if None in names:
        either.append("session_id IS NULL")
    return " OR ".join(either)


def _order_in_session(row: dict[str, Any]) -> tuple[int, float, str]:
    moment: datetime | None = row["happened_at"]
    return row["seq"] or 0, moment.timestamp() if moment else 0.0, row["id"]


@dataclass
class SessionEnd:
    """Where a session ends so far: the next free place and the turn before it."""

    next_seq: int = 0
    last_id: str | None = None
