"""
Memories that sum up others: which are wanted, which took the place of which, and how to write them.

The id of one is of its parts, so one whose parts are the same is left as it is. One whose parts
changed stays too, and says what took its place. Nothing here says when it was made but
`recorded_at`, so a run that was killed and begun again ends at the same rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar, Final

from memcli.consolidation.summaries.changes import changed_namespaces
from memcli.extraction.derived import as_columns, common_of, encode, told_of
from memcli.jsonl import Row
from memcli.memory import telling
from memcli.memory.encoding import rows_to_batch
from memcli.memory.ids import content_id
from memcli.memory.known_ids import KnownIds
from memcli.memory.spaces import namespaces
from memcli.memory.states import State, ids_in_state
from memcli.memory.step import NightlyStep
from memcli.memory.watermarks import Watermark
from memcli.memory.writing import link_row, replace_columns, update_columns, write_links
from schemas import tables
from store.layout import MEMORY_TABLES
from store.literals import quoted

if TYPE_CHECKING:
    from memcli.models.encoder import Encoder
    from store import Store, Transaction

Writer = Callable[[str, Sequence[str]], str | None]
PART_COLUMNS: Final = ["id", "source_ids", "superseded_by", "tags"]
NEEDED_COLUMNS: Final = (
    *"keywords tags entities importance n_words session_id seq vector".split(),
    *telling.COLUMNS,
)
MAX_KEYWORDS: Final = 30
# The rows that so many summaries are made of are in memory at once.
DRAFTS_AT_ONCE: Final = 200
UNKNOWN: Final = 0.25
# The kind of which a namespace has one: the newest takes the place of the one before.
RUNNING: Final = "running"
# What a memory out of sight counts in a watermark: more than there are memories.
UNSEEN: Final = 1 << 40
_NEVER: Final = datetime.min.replace(tzinfo=UTC)
# A chain of memories that replaced one another is followed so far.
MAX_SUCCESSORS: Final = 1_000


@dataclass(frozen=True)
class SummaryDraft:
    """
    A memory that sums up its parts.

    `make` gets the rows that it is made of (`needs`, their ids), with vectors and in the order of
    time, and returns its row, without what all rows share. level: where it is not that of its step.
    place: what a namespace has one of, whatever its parts are; it is among the first two tags.
    """

    kind: str
    namespace: str
    parts: tuple[str, ...]
    needs: tuple[str, ...]
    make: Callable[[list[Row]], Row]
    level: int | None = None
    place: str | None = None

    @property
    def id(self) -> str:
        """The id that it has in the store."""
        return content_id(self.kind, self.namespace, *self.parts)


@dataclass
class SummaryPlan:
    """What a run found to write: new rows, and what took the place of which older ones."""

    rows: list[Row] = field(default_factory=list)
    links: list[Row] = field(default_factory=list)
    # Id of a summary to that of its successor; None for one that holds again.
    successors: dict[str, str | None] = field(default_factory=dict)
    # What is counted anew of memories that stay, by id: their metadata.
    counted: dict[str, str] = field(default_factory=dict)
    made: Counter[str] = field(default_factory=Counter)
    superseded: int = 0

    @property
    def is_empty(self) -> bool:
        """Say that there is nothing to write."""
        return not (self.rows or self.successors or self.counted)


class SummaryStep(NightlyStep):
    """
    What the steps share that sum up: reading, finding what changed, writing.

    level: of what is made; kinds: what it is, and what its count is called; write: what a language
    model writes with, if any.
    """

    level: ClassVar[int]
    kinds: ClassVar[Mapping[str, str]]

    def __init__(
        self, store: Store, encoder: Encoder, now: datetime, write: Writer | None = None
    ) -> None:
        super().__init__(store, now)
        self.encoder = encoder
        self.write = self._without_gone(write) if write else None
        self.plan = SummaryPlan()
        self._mark: int | None = None
        self._namespace = ""

    def _without_gone(self, write: Writer) -> Writer:
        """Return a writer that says nothing which was purged: what is told without it stands."""

        def written(title: str, statements: Sequence[str]) -> str | None:
            text = write(title, statements)
            return None if text and self.barred.says(self._namespace, text) else text

        return written

    # ---------------------------------------------------------------- what there is to do

    def begin(self, namespace: str | None, counted: str) -> list[str]:
        """
        Return the namespaces to look at: none when nothing was added or taken away, else those of
        which that may be so.

        counted: the filter for the parts, of which nothing that is written here is one. The
        watermark is how many there are and how many were superseded, which grows with each of
        both, and what was put out of sight.
        """
        total = self.snapshot.total(counted)
        superseded = self.snapshot.total(f"({counted}) AND superseded_by IS NOT NULL")
        superseded += UNSEEN * len(ids_in_state(self.snapshot, State.hidden))
        if total + superseded == self.mark(self.command):
            return []
        inside = total
        if namespace is not None:
            inside = self.snapshot.total(f"({counted}) AND namespace = {quoted([namespace])}")
        # Only what was seen whole is marked as done.
        self._mark = total + superseded if inside == total else None
        if namespace is not None:
            return [namespace]
        names = namespaces(self.snapshot, counted)
        return changed_namespaces(self.store, self.snapshot, self.command, names, self.now)

    def read(self, columns: Sequence[str], where: str) -> list[Row]:
        """Return rows of `memories` and `archive`: what was put aside is a part all the same."""
        return list(self.snapshot.rows(columns, where))

    def read_ids(self, ids: Iterable[str], columns: Sequence[str]) -> list[Row]:
        """Return the rows of either table that have these ids, in the order of their ids."""
        import numpy as np

        some = sorted(set(ids))
        found: list[Row] = []
        for table in MEMORY_TABLES:
            if not some or not self.snapshot.count(table):
                continue
            rows = self.snapshot.read_ids(table, some, list(columns))
            if "vector" in columns and len(rows):
                vectors = rows["vector"].combine_chunks().flatten().to_numpy(zero_copy_only=False)
                whole = vectors.reshape(len(rows), -1).astype(np.float32)
                plain = rows.drop_columns(["vector"]).to_pylist()
                found += [row | {"vector": v} for row, v in zip(plain, whole, strict=True)]
            else:
                found += rows.to_pylist()
        return sorted(found, key=lambda row: str(row["id"]))

    # ---------------------------------------------------------------- what changes

    def reconcile(
        self, namespace: str, kind: str, drafts: Sequence[SummaryDraft], level: int | None = None
    ) -> None:
        """Note which of the drafts are new and which older memories they take the place of."""
        self._namespace = namespace
        drafts = sorted(drafts, key=lambda draft: draft.id)
        known = self._known(namespace, kind, level or self.level)
        wanted = {draft.id: draft for draft in drafts}
        new = [draft for draft in drafts if draft.id not in known]
        for start in range(0, len(new), DRAFTS_AT_ONCE):
            self._make(new[start : start + DRAFTS_AT_ONCE])
        for id_ in sorted(set(wanted) & set(known)):
            if known[id_]["superseded_by"] is not None:
                self.plan.successors[id_] = None
        live = [row for row in known.values() if row["superseded_by"] is None]
        outdated = [row for row in live if row["id"] not in wanted]
        if outdated:
            self._replace(outdated, drafts)

    def _known(self, namespace: str, kind: str, level: int) -> dict[str, Row]:
        """Return the memories of a kind that the store has, by id, in their order."""
        where = f"level = {level} AND namespace = {quoted([namespace])} AND session_id IS NULL"
        rows = self.read(PART_COLUMNS, where)
        return {
            row["id"]: row
            for row in sorted(rows, key=lambda row: str(row["id"]))
            if (row["tags"] or [""])[0] == kind
        }

    def _make(self, drafts: Sequence[SummaryDraft]) -> None:
        needed = {id_ for draft in drafts for id_ in draft.needs}
        rows = {row["id"]: row for row in self.read_ids(needed, NEEDED_COLUMNS)}
        for row in rows.values():
            # Summaries of what states nothing have none.
            row["importance"] = UNKNOWN if row["importance"] is None else row["importance"]
        for draft in drafts:
            below = [rows[id_] for id_ in dict.fromkeys(draft.needs) if id_ in rows]
            self._add(draft, sorted(below, key=_place))

    def _add(self, draft: SummaryDraft, below: list[Row]) -> None:
        row = draft.make(below)
        row["tags"] = [draft.kind, *(tag for tag in row.get("tags") or () if tag != draft.kind)]
        row |= {
            "id": draft.id,
            "namespace": draft.namespace,
            "level": draft.level or self.level,
            "source_ids": list(draft.parts),
            "recorded_at": self.now,
            "encoder": self.encoder.name,
        }
        self.plan.rows.append(row)
        self.plan.made[draft.kind] += 1
        for part in draft.parts:
            self.plan.links += [
                link_row(draft.id, part, "summarizes", 1.0, f"part of the {draft.kind}", self.now),
                link_row(part, draft.id, "part_of", 1.0, f"part of the {draft.kind}", self.now),
            ]

    def _replace(self, outdated: Sequence[Row], drafts: Sequence[SummaryDraft]) -> None:
        """Find for each memory that is out of date what has most of its parts now."""
        successors = self._successors(
            {part for row in outdated for part in row["source_ids"] or ()}
        )
        by_part: dict[str, list[str]] = {}
        for draft in drafts:
            for part in draft.parts:
                by_part.setdefault(part, []).append(draft.id)
        for row in outdated:
            left = [successors[part] for part in row["source_ids"] or () if part in successors]
            votes = Counter(id_ for part in dict.fromkeys(left) for id_ in by_part.get(part, ()))
            # What no summary has any more is left to its last part; without any, it stays.
            successor = self._next(row, drafts)
            if successor is None and votes:
                successor = min(votes, key=lambda id_: (-votes[id_], id_))
            successor = successor or (left[-1] if left else None)
            if successor is not None:
                self.plan.successors[row["id"]] = successor
                self.plan.superseded += 1
                why = "its parts changed"
                link = link_row(successor, row["id"], "supersedes", 1.0, why, self.now)
                self.plan.links.append(link)

    @staticmethod
    def _next(row: Row, drafts: Sequence[SummaryDraft]) -> str | None:
        """Return the id of what has the place of a summary now, with whichever parts."""
        places = (row["tags"] or ())[:2]
        return next((draft.id for draft in drafts if draft.place in places), None)

    def _successors(self, parts: set[str]) -> dict[str, str]:
        """Return for each part what it is now: itself, or what took its place in the end."""
        by: dict[str, str | None] = {}
        asked = parts
        for _ in range(MAX_SUCCESSORS):
            if not asked:
                break
            rows = self.read_ids(asked, ["id", "superseded_by"])
            by.update((row["id"], row["superseded_by"]) for row in rows)
            asked = {row["superseded_by"] for row in rows} - set(by) - {None}
        successors = {}
        for part in sorted(parts & set(by)):
            now, met = part, {part}
            while (following := by[now]) is not None and following in by and following not in met:
                now = following
                met.add(now)
            successors[part] = now
        return successors

    # ---------------------------------------------------------------- writing

    def finish(self) -> None:
        """Give the new rows their vectors."""
        encode(self.plan.rows, self.encoder)

    def counts(self) -> dict[str, Any]:
        """Return the counts of a summary record."""
        made = {name: self.plan.made[kind] for kind, name in self.kinds.items()}
        return {**made, "superseded": self.plan.superseded}

    @property
    def _is_empty(self) -> bool:
        return self.plan.is_empty and self._mark is None

    def _watermarks(self, transaction: Transaction) -> dict[str, int]:
        return {} if self._mark is None else {self.command: self._mark}

    def _write(self, transaction: Transaction) -> None:
        rows = self.plan.rows
        if rows:
            # An import meanwhile may have brought some.
            late = KnownIds(transaction).contains([row["id"] for row in rows])
            rows = [row for row, is_known in zip(rows, late, strict=True) if not is_known]
        if rows:
            schema = tables.memories(self.encoder.dimension)
            batch = rows_to_batch([as_columns(row) for row in rows], schema)
            transaction.append_batches("memories", [batch])
        successors = self.plan.successors.items()
        ends = {id_: {"superseded_by": by} for id_, by in successors}
        update_columns(transaction, ends, now=self.now)
        if self.plan.counted:
            told = {id_: {"metadata": text} for id_, text in self.plan.counted.items()}
            replace_columns(transaction, told)
        write_links(transaction, self.plan.links)
        if Watermark.LINK in transaction.watermarks:
            transaction.watermarks[Watermark.LINK] += sum(row["level"] <= 3 for row in rows)


def _place(row: Row) -> tuple[datetime, int, str]:
    return row["happened_at"] or _NEVER, row["seq"] or 0, row["id"]


def written(write: Writer | None, title: str, statements: Sequence[Row]) -> Row:
    """Text and metadata that a model makes of some statements; nothing where it makes none."""
    text = (
        write(title, [telling.told_line(row) for row in statements])
        if write and statements
        else None
    )
    return {"text": text, "metadata": {"abstractive": True}} if text else {}


def summary_of(write: Writer | None, title: str, statements: Sequence[Row], words: int) -> Row:
    """Text and metadata of a summary: a model's, else the lines of those that tell most, dated."""
    return told_of(statements, words, is_dated=True) | written(write, title, statements)


def episode_row(
    statements: Sequence[Row],
    context: str,
    between: tuple[datetime | None, datetime | None],
    first: Sequence[str] = (),
) -> Row:
    """Columns of a summary of what happened between two moments, but for its text."""
    start, end = between
    return {
        **common_of(statements),
        "type": "episodic",
        "context": context,
        "keywords": frequent_keywords(statements, first),
        "happened_at": end,
        "valid_from": start,
        "valid_to": end,
    }


def frequent_keywords(statements: Sequence[Row], first: Sequence[str] = ()) -> list[str] | None:
    """Return the keywords that some statements share, after those that are to come first."""
    counts = Counter(word for row in statements for word in row["keywords"] or ())
    words = [*first, *(word for word, _ in counts.most_common(MAX_KEYWORDS))]
    return list(dict.fromkeys(words))[:MAX_KEYWORDS] or None


def span(rows: Sequence[Row]) -> tuple[datetime | None, datetime | None]:
    """Return the first and the last moment of some parts; None where none has any."""
    starts = [row.get("valid_from") or row["happened_at"] for row in rows]
    ends = [row["happened_at"] for row in rows]
    known = [s for s in starts if s], [e for e in ends if e]
    return min(known[0], default=None), max(known[1], default=None)


def day_text(moment: datetime) -> str:
    """Write a date as in `5 January 2026`, whatever the locale."""
    return f"{moment.day} {MONTHS[moment.month - 1]} {moment.year}"


def between_text(start: datetime | None, end: datetime | None) -> str:
    """Write a span of days: `on 5 January 2026`, or `5 January 2026 to 7 March 2026`."""
    if start is None or end is None:
        return "at unknown times"
    first, last = day_text(start), day_text(end)
    return f"on {first}" if first == last else f"{first} to {last}"


MONTHS: Final = (
    "January February March April May June July August September October November December".split()
)
