"""
Overview: what a page for a person tells of a store, as plain values.

Turns, and the lines that stand for folded ones, newest first to be kept where there are too many;
statements and facts that hold, and facts that ended as such; summaries of conversations; people,
topics, and a graph of who and what is named together. Secrets are `[secret ID]`; what is hidden,
and what tells of it, is left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import combinations
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from memcli.algorithms.graph_layout import force_layout
from memcli.exports.shareable import HIDDEN, closed_ids, shareable_entities
from memcli.jsonl import Json, Row
from memcli.language.names.forms import name_key
from memcli.language.secrets import find_secrets
from memcli.memory import telling
from memcli.memory.folds import FOLD, LEVEL, is_fold
from memcli.memory.holds import holds
from memcli.memory.telling import is_fact, told_fact, without_secrets

if TYPE_CHECKING:
    from memcli.exports.contents import Contents

COLUMNS: Final = tuple(dict.fromkeys((
    *telling.COLUMNS, "namespace", "session_id", "seq", "importance", "pinned", "source_ids",
    "entities", "tags", "keywords",
)))  # fmt: skip
# Rows, and characters of text, of each level at most: a page is read by a browser at once.
MOST_ROWS: Final = 20_000
MOST_CHARACTERS: Final = {0: 4_000_000, 1: 1_500_000, 3: 1_000_000, LEVEL: 1_000_000}
CALLED: Final = {0: "turns", 1: "statements", 3: "conversations", LEVEL: "folds"}
LONGEST_TEXT: Final = 4_000
MOST_NODES: Final = 60
MOST_EDGES: Final = 240
# Of one memory, more names than this are a list, and say nothing of who belongs together.
MOST_TOGETHER: Final = 8
ORDERS: Final = {
    0: "happened_at DESC NULLS LAST, recorded_at DESC, seq DESC",
    1: "pinned DESC NULLS LAST, importance DESC NULLS LAST, happened_at DESC NULLS LAST",
    3: "happened_at DESC NULLS LAST",
    LEVEL: "happened_at DESC NULLS LAST",
}
Key = tuple[str, str]


class Overview:
    """What there is to tell of a store at a moment; `left_out` counts what had no room."""

    def __init__(self, contents: Contents, now: datetime | None = None) -> None:
        self.contents, self.now = contents, now or datetime.now(UTC)
        self.hidden = closed_ids(contents, HIDDEN)
        self.left_out: dict[str, int] = {}
        # Whatever was a secret where it was said is one where it is quoted without that.
        self.secrets: set[str] = set()
        folds = f"list_contains(tags, '{FOLD}')"
        self.turns = sorted([*self._read(0), *self._read(LEVEL, folds)], key=_in_time)
        self.statements = [row for row in self._read(1) if self._is_told(row)]
        self.summaries = [row for row in self._read(3) if row["session_id"] is not None]
        self.names = _Names(contents)

    def to_json(self) -> Json:
        """Return all of it as a record, what often comes again by its place in a list."""
        speakers = _Listed()
        sessions = _Listed()
        spaces = _Listed()
        turns = self._turns(speakers, sessions, spaces)
        summaries = self._summaries(sessions, spaces)
        facts = [self._statement(row, sessions, spaces) for row in self.statements]
        return {
            "now": int(self.now.timestamp()),
            "left_out": self.left_out,
            "turns": turns,
            "statements": facts,
            "summaries": summaries,
            "graph": self._graph(),
            "speakers": speakers.values(),
            "sessions": [list(key) for key in sessions.values()],
            "namespaces": spaces.values(),
        }

    # ---------------------------------------------------------------- reading

    def _read(self, level: int, kind: str = "true") -> list[Row]:
        """
        Rows of a level that may be told, as many as there is room for; in order of time.

        kind: a condition on the rows.
        """
        where = f"level = {level} AND type != 'vault' AND text != '' AND {kind}"
        query = f"SELECT {', '.join(COLUMNS)} FROM memories WHERE {where}"
        query += f" ORDER BY {ORDERS[level]}, id LIMIT {MOST_ROWS}"
        snapshot, namespace = self.contents.snapshot, self.contents.namespace
        rows = snapshot.sql(query, namespace=namespace).to_pylist()
        self.contents.on_rows(len(rows))
        counted = f"SELECT count(*) AS n FROM memories WHERE {where}"
        total = snapshot.sql(counted, namespace=namespace)["n"][0].as_py()
        kept = list(self._within(rows, MOST_CHARACTERS[level]))
        if total > len(rows) or len(kept) < len(rows):
            self.left_out[CALLED[level]] = total - len(kept)
        return sorted((row for row in kept if row["id"] not in self.hidden), key=_in_time)

    def _within(self, rows: Iterable[Row], room: int) -> Iterator[Row]:
        """Yield rows until there is no room for more, without their secrets."""
        for row in rows:
            row["whole"] = row["text"]
            self.secrets.update(row["text"][s.start : s.end] for s in find_secrets(row["text"]))
            row["text"] = shortened(self._opened(row["text"], row["id"]))
            room -= len(row["text"])
            if room < 0:
                return
            yield row

    def _opened(self, text: str, id_: str) -> str:
        """Text with `[secret ID]` for each secret that is known."""
        text = without_secrets(text, id_)
        for secret in sorted((s for s in self.secrets if s in text), key=len, reverse=True):
            text = text.replace(secret, f"[secret {id_[: telling.SHORT_ID]}]")
        return text

    def _is_told(self, row: Row) -> bool:
        """Say whether a statement holds, or is a fact that did."""
        return holds(row, self.now) or is_fact(row)

    # ---------------------------------------------------------------- records

    def _turns(self, speakers: _Listed, sessions: _Listed, spaces: _Listed) -> list[list[Any]]:
        return [
            [
                row["id"],
                speakers.place(row["speaker"]),
                sessions.place((spaces.place(row["namespace"]), row["session_id"])),
                _seconds(row["happened_at"]),
                row["text"],
                1 if row["pinned"] else 0,
                len(row["source_ids"]) if is_fold(row) else 0,
            ]
            for row in self.turns
        ]

    def _summaries(self, sessions: _Listed, spaces: _Listed) -> list[list[Any]]:
        return [
            [
                sessions.place((spaces.place(row["namespace"]), row["session_id"])),
                row["text"],
                row["tags"] or [],
            ]
            for row in self.summaries
        ]

    def _statement(self, row: Row, sessions: _Listed, spaces: _Listed) -> Json:
        fact = is_fact(row)
        # The words of a fact are read whole: where a secret stood, its value is one.
        plain = {**row, "text": row["whole"]}
        space = spaces.place(row["namespace"])
        text = told_fact(plain, self.now) if fact else row["text"]
        record = {
            "id": row["id"],
            "text": self._opened(text, row["id"]),
            "said": row["text"] if fact else None,
            "who": self._person(row),
            "space": space,
            "about": telling.group_of(row["attribute"]) if fact else telling.OTHER,
            "fact": 1 if fact else None,
            "t": _seconds(row["happened_at"]),
            "ended": None if holds(row, self.now) else 1,
            "pinned": 1 if row["pinned"] else None,
            "tags": row["tags"] or None,
            "of": (row["source_ids"] or [None])[0],
        }
        return {name: value for name, value in record.items() if value is not None}

    def _person(self, row: Row) -> str | None:
        name = row["subject"] or row["speaker"]
        return self.names.told(row["namespace"], name) if name else None

    # ---------------------------------------------------------------- the graph

    def _graph(self) -> Json:
        """Nodes with their places, and edges by how often two are named together."""
        counts, together = self._counted()
        nodes = [key for key, _ in counts.most_common(MOST_NODES)]
        place = {key: i for i, key in enumerate(nodes)}
        pairs = [(pair, n) for pair, n in together.most_common() if {*pair} <= place.keys()]
        pairs = pairs[:MOST_EDGES]
        edges = np.array([[place[a], place[b]] for (a, b), _ in pairs], dtype=np.int64)
        weights = np.array([n for _, n in pairs], dtype=np.float64)
        places = force_layout(len(nodes), edges.reshape(-1, 2), weights)
        return {
            "nodes": [
                [
                    self._opened(key[1], ""),
                    self.names.types[key],
                    counts[key],
                    round(x, 3),
                    round(y, 3),
                ]
                for key, (x, y) in zip(nodes, places.tolist(), strict=True)
            ],
            "edges": [[place[a], place[b], n] for (a, b), n in pairs],
        }

    def _counted(self) -> tuple[Counter[Key], Counter[tuple[Key, Key]]]:
        """How often entities are named, and two of them in one statement or one conversation."""
        counts: Counter[Key] = Counter()
        together: Counter[tuple[Key, Key]] = Counter()
        for row in (*self.statements, *self.summaries):
            names = [*(row["entities"] or ()), row["subject"], row["value"], row["speaker"]]
            keys = {key for name in names if (key := self.names.key(row["namespace"], name))}
            counts.update(keys)
            if len(keys) <= MOST_TOGETHER:
                together.update(combinations(sorted(keys), 2))
        return counts, together


class _Names:
    """Names of entities by each of their spellings, in each namespace, and their types."""

    def __init__(self, contents: Contents) -> None:
        self.types: dict[Key, str] = {}
        self._keys: dict[Key, Key] = {}
        for entity in shareable_entities(contents):
            key = (entity["namespace"], entity["name"])
            self.types[key] = entity["type"] or "other"
            for spelling in (entity["name"], *entity["aliases"]):
                self._keys.setdefault((entity["namespace"], name_key(spelling)), key)

    def key(self, namespace: str, name: str | None) -> Key | None:
        """What an entity is known by; None for what is none."""
        return self._keys.get((namespace, name_key(name))) if name else None

    def told(self, namespace: str, name: str) -> str:
        """Name of a person as it is told."""
        key = self.key(namespace, name)
        return key[1] if key else telling.called(name)


class _Listed:
    """Values by their place in a list of them."""

    def __init__(self) -> None:
        self._places: dict[Any, int] = {}

    def place(self, value: Any) -> int:
        """Place of a value, a new one at the end."""
        return self._places.setdefault(value, len(self._places))

    def values(self) -> list[Any]:
        """All values in their order."""
        return list(self._places)


def shortened(text: str) -> str:
    """Text, or the beginning of a long one, which says so."""
    more = len(text) - LONGEST_TEXT
    return f"{text[:LONGEST_TEXT]} … ({more:,} more characters)" if more > 0 else text


def _seconds(moment: datetime | None) -> int | None:
    return None if moment is None else int(moment.timestamp())


def _in_time(row: Row) -> tuple[bool, float, int, str]:
    moment = row["happened_at"]
    return moment is None, moment.timestamp() if moment else 0.0, row["seq"] or 0, row["id"]
