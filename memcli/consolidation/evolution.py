"""
Memory evolution: how new memories change old ones (A-MEM, Xu et al. 2025).

A statement may gain the tags and keywords that its new neighbours have, and, where it has no
context, the neighbour that is nearest as one. Its own words never change, turns never change at
all, and what it had before is kept in its metadata. The search keys of what changed are made anew
in the same transaction: in other systems they are stale until the next re-index.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from memcli.jsonl import Row, format_time
from memcli.memory.arrow import json_text
from memcli.memory.encoding import encoded_rows
from memcli.memory.search_columns import search_columns
from memcli.memory.stamps import put_stamps

if TYPE_CHECKING:
    from memcli.models.encoder import Encoder
    from store import Transaction

# Only a neighbour as near as that has something to say about a statement.
LEAST_COSINE: Final = 0.6
LEAST_COSINE_OF_CONTEXT: Final = 0.75
MAX_NEW_KEYWORDS: Final = 3
MAX_KEYWORDS: Final = 12
MAX_TAGS: Final = 6
MAX_HISTORY: Final = 8


class Evolution:
    """Collects how old statements change and writes it in one go."""

    def __init__(self, encoder: Encoder, now: datetime) -> None:
        self.encoder = encoder
        self.now = now
        self.gains: dict[str, dict[str, Any]] = {}
        self._sources: dict[str, list[str]] = {}

    def take_sources(self, sources: Mapping[str, list[str]]) -> None:
        """Note the sources of statements that others were merged into."""
        self._sources.update(sources)

    def take(self, rows: Mapping[str, Row], similar: Sequence[Row]) -> None:
        """Note what the targets of new links gain from their sources."""
        by_target: dict[str, list[Row]] = {}
        for link in similar:
            near = link["weight"] >= LEAST_COSINE
            if near and link["target_id"] in rows and link["source_id"] in rows:
                by_target.setdefault(link["target_id"], []).append(link)
        for target, links in by_target.items():
            gain = gained(rows[target], [rows[link["source_id"]] for link in links])
            best = max(links, key=lambda link: (link["weight"], link["source_id"]))
            if not rows[target]["context"] and best["weight"] >= LEAST_COSINE_OF_CONTEXT:
                gain["context"] = rows[best["source_id"]]["text"]
            if gain:
                self.gains[target] = {**gain, "by": best["source_id"]}

    def write(self, transaction: Transaction, merged: Mapping[str, str]) -> tuple[int, int]:
        """Change the rows; return how many evolved and how many were merged into another."""
        ids = sorted({*self.gains, *self._sources, *merged})
        if ids:
            table = transaction.read_ids("memories", ids)
            schema = table.schema
            rows = [
                self._changed(row, merged) for row in table.drop_columns(["vector"]).to_pylist()
            ]
            import pyarrow as pa

            batches = [encoded_rows(rows, self.encoder, schema)]
            transaction.upsert("memories", pa.Table.from_batches(batches, schema), ["id"])
            put_stamps(transaction, self._registers(merged), by_hand=False, now=self.now)
        return len(self.gains), len(merged)

    def _registers(self, merged: Mapping[str, str]) -> dict[str, set[str]]:
        """Return the columns that change of each memory."""
        names = {id_: {*gain, "metadata"} - {"by"} for id_, gain in self.gains.items()}
        for ids, name in ((self._sources, "source_ids"), (merged, "superseded_by")):
            for id_ in ids:
                names.setdefault(id_, set()).add(name)
        return names

    def _changed(self, row: Row, merged: Mapping[str, str]) -> Row:
        """Return a row as it is to be."""
        gain = self.gains.get(row["id"])
        if gain is not None:
            row = evolved(row, gain, self.now)
        if row["id"] in self._sources:
            row["source_ids"] = self._sources[row["id"]]
        row["superseded_by"] = merged.get(row["id"], row["superseded_by"])
        return {**row, **search_columns(row)}


def gained(row: Row, neighbours: Sequence[Row]) -> dict[str, Any]:
    """
    Return the tags and keywords that a statement gains from its new neighbours.

    A tag needs two of them, so that one odd neighbour cannot change what something is about.
    """
    tags = Counter(tag for other in neighbours for tag in set(other["tags"] or ()))
    new_tags = [t for t, n in tags.most_common() if n > 1 and t not in (row["tags"] or ())]
    own = {word.casefold() for word in row["text"].split()} | set(row["keywords"] or ())
    words = Counter(word for other in neighbours for word in set(other["keywords"] or ()))
    new_words = [w for w, _ in sorted(words.items(), key=lambda w: (-w[1], w[0])) if w not in own]
    gain = {
        "tags": [*(row["tags"] or ()), *new_tags][:MAX_TAGS] if new_tags else None,
        "keywords": [*(row["keywords"] or ()), *new_words[:MAX_NEW_KEYWORDS]][:MAX_KEYWORDS]
        if new_words
        else None,
    }
    return {name: value for name, value in gain.items() if value}


def evolved(row: Row, gain: Mapping[str, Any], now: datetime) -> Row:
    """Return a row with what it gained, its old values in its metadata."""
    names = [name for name in ("tags", "keywords", "context") if name in gain]
    metadata = json.loads(row["metadata"] or "{}")
    before = {name: row[name] for name in names}
    entry = {"at": format_time(now), "by": gain["by"], "before": before}
    metadata["evolved"] = [*metadata.get("evolved", []), entry][-MAX_HISTORY:]
    return {**row, **{name: gain[name] for name in names}, "metadata": json_text(metadata)}
