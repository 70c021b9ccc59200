"""
Evaluation: judged questions through the same search that `query` uses, and baselines.

The baselines answer the same questions over the same memories in the same run, so that a figure
never stands alone: `grep` (how many of the question's words a turn or its speaker's name
contains), `bm25` (over the same), `dense` and `recent` (the newest turns).
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np

from memcli.algorithms.metrics import measure
from memcli.memory.filters import Filters

if TYPE_CHECKING:
    from memcli.memory.workers import Workers
    from memcli.models.encoder import Encoder
    from memcli.records import Judgment
    from memcli.search.queries import QueryOptions
    from memcli.search.reranking.base import Reranker
    from memcli.search.retriever import Retriever
    from store import Snapshot, Store

BASELINES: Final = ("grep", "bm25", "dense", "recent")
# Hits read for one question: enough turns to hold fifty different sessions.
DEPTH: Final = 500
COLUMNS: Final = ("id", "ref", "session_id")
JUDGMENTS_A_PART: Final = 25
# The category of judgments with nothing relevant.
UNANSWERABLE: Final = "nothing relevant"

# A search returns (refs of a hit, its session) for each hit, best first.
Answer = list[tuple[list[str], str | None]]
Search = Callable[["Judgment", Filters], Answer]


def rankings(answer: Answer, judgment: Judgment) -> tuple[list[str], list[str]]:
    """Return what was found and what is relevant, in the unit that the judgment is about."""
    if judgment.relevant_sessions is not None:
        return [session for _, session in answer if session], judgment.relevant_sessions
    return [ref for refs, _ in answer for ref in refs], judgment.relevant or []


def evaluate(
    judgments: Sequence[Judgment],
    search: Search,
    ks: Sequence[int],
    filters: Filters,
    progress: Callable[[int], None],
) -> dict[str, dict[str, float]]:
    """
    Return measures by category, with `all` last: means over judgments, latency in milliseconds.

    `answered` is the share of judgments with any hit. Those without anything relevant have only
    that, as the category UNANSWERABLE: recall says nothing about them.
    """
    rows = []
    for judgment in judgments:
        progress(1)
        rows.append(judged(judgment, search, ks, filters))
    return by_category(rows)


def judged(
    judgment: Judgment, search: Search, ks: Sequence[int], filters: Filters
) -> dict[str, Any]:
    """Return the measures of one judgment, with its category and milliseconds."""
    from dataclasses import replace

    bounds = replace(
        filters,
        namespace=judgment.namespace or filters.namespace,
        before=judgment.before or filters.before,
    ).as_of_moment(filters.as_of)
    started = time.perf_counter()
    answer = search(judgment, bounds)
    elapsed_ms = (time.perf_counter() - started) * 1e3
    found, relevant = rankings(answer, judgment)
    values = measure(found, relevant, ks) if relevant else {}
    category = (judgment.category or "none") if relevant else UNANSWERABLE
    answered = {"answered": float(bool(answer))}
    return {"category": category, "ms": elapsed_ms, **values, **answered}


@dataclass(frozen=True)
class Judging:
    """The task of asking questions of one system: the search of `query`, or a baseline."""

    system: str
    ks: tuple[int, ...]
    filters: Filters
    min_score: float | Literal["auto"] | None = None

    def open(
        self, store: Store, snapshot: Snapshot
    ) -> Callable[[list[Judgment]], list[dict[str, Any]]]:
        """Return what gives the measures of judgments."""
        search = self.search(snapshot)
        return lambda some: [judged(each, search, self.ks, self.filters) for each in some]

    def search(self, snapshot: Snapshot, reranker: Reranker | None = None) -> Search:
        """Return the search of the system over a snapshot."""
        from memcli.memory.encoders import store_encoder
        from memcli.search.queries import QueryOptions
        from memcli.search.retriever import Retriever

        encoder = store_encoder(snapshot.encoder, snapshot.layout)
        if self.system in BASELINES:
            return baseline(self.system, snapshot, encoder)
        asking = QueryOptions(self.filters, min_score=self.min_score, reranker=reranker)
        return memcli_search(Retriever(snapshot, lambda: encoder), asking)


def judged_here(
    snapshot: Snapshot,
    task: Judging,
    judgments: Sequence[Judgment],
    progress: Callable[[int], None],
    reranker: Reranker | None = None,
) -> dict[str, dict[str, float]]:
    """Return the figures of a system, asked in this process: see `evaluate`."""
    search = task.search(snapshot, reranker)
    return evaluate(judgments, search, task.ks, task.filters, progress)


def judged_on(
    workers: Workers,
    snapshot: Snapshot,
    task: Judging,
    judgments: Sequence[Judgment],
    progress: Callable[[int], None],
) -> dict[str, dict[str, float]]:
    """Return the same, asked by workers; what a question takes is as it is there."""
    starts = range(0, len(judgments), JUDGMENTS_A_PART)
    parts = [list(judgments[start : start + JUDGMENTS_A_PART]) for start in starts]
    rows: list[dict[str, Any]] = []
    for made in workers.map(task, snapshot, parts):
        rows += made
        progress(len(made))
    return by_category(rows)


def by_category(rows: list[dict[str, Any]]) -> dict[str, dict[str, float]]:
    """Return the mean of each measure by category, and over all."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        groups.setdefault(row["category"], []).append(row)
    judged = [row for row in rows if row["category"] != UNANSWERABLE]
    last = groups.pop(UNANSWERABLE, [])
    ordered = {name: groups[name] for name in sorted(groups)}
    ordered |= {UNANSWERABLE: last, "all": judged}
    return {name: _summary(group) for name, group in ordered.items() if group}


def _summary(rows: list[dict[str, Any]]) -> dict[str, float]:
    names = [name for name in rows[0] if name not in ("category", "ms")]
    summary = {"n": float(len(rows))}
    summary |= {name: float(np.mean([row[name] for row in rows])) for name in names}
    p50, p95 = np.percentile([row["ms"] for row in rows], [50, 95])
    return {**summary, "p50_ms": float(p50), "p95_ms": float(p95)}


def memcli_search(retriever: Retriever, asking: QueryOptions) -> Search:
    """Return the search of `query`, asked in some way."""
    from dataclasses import replace

    from memcli.search.queries import run_text_query

    def search(judgment: Judgment, filters: Filters) -> Answer:
        hits = run_text_query(retriever, judgment.query, replace(asking, filters=filters), DEPTH)
        return [(hit.refs, hit.session_id) for hit in hits]

    return search


def baseline(name: str, snapshot: Snapshot, encoder: Encoder) -> Search:
    """Return one of the baselines over a snapshot."""
    make = {"grep": _grep, "bm25": _bm25, "dense": _dense, "recent": _recent}[name]
    return make(snapshot, encoder)


def _answer(rows: Any) -> Answer:
    """Return the rows of an Arrow table as an answer."""
    refs, sessions = rows["ref"].to_pylist(), rows["session_id"].to_pylist()
    ids = rows["id"].to_pylist()
    return [([ref or id_], s) for ref, id_, s in zip(refs, ids, sessions, strict=True)]


def _bm25(snapshot: Snapshot, encoder: Encoder) -> Search:
    def search(judgment: Judgment, filters: Filters) -> Answer:
        where = filters.condition()
        return _answer(snapshot.match(judgment.query, DEPTH, COLUMNS, where))

    return search


def _dense(snapshot: Snapshot, encoder: Encoder) -> Search:
    def search(judgment: Judgment, filters: Filters) -> Answer:
        vector = encoder.encode([judgment.query])[0]
        return _answer(snapshot.nearest(vector, DEPTH, COLUMNS, filters.condition()))

    return search


def _recent(snapshot: Snapshot, encoder: Encoder) -> Search:
    def search(judgment: Judgment, filters: Filters) -> Answer:
        rows = snapshot.read("memories", [*COLUMNS, "happened_at"], filters.condition())
        newest_first = rows.sort_by([("happened_at", "descending")])
        return _answer(newest_first.slice(0, DEPTH))

    return search


def _grep(snapshot: Snapshot, encoder: Encoder) -> Search:
    cache: dict[str | None, tuple[Any, list[set[str]]]] = {}

    def search(judgment: Judgment, filters: Filters) -> Answer:
        where = filters.condition()
        if where not in cache:
            rows = snapshot.read("memories", [*COLUMNS, "text", "speaker"], where)
            pairs = zip(rows["text"].to_pylist(), rows["speaker"].to_pylist(), strict=True)
            cache.clear()
            cache[where] = rows, [_lower_words(f"{name} {text}") for text, name in pairs]
        rows, contents = cache[where]
        wanted = _lower_words(judgment.query)
        counts = np.array([len(wanted & words) for words in contents])
        return _answer(rows.take(np.argsort(-counts, kind="stable")[:DEPTH]))

    return search


def _lower_words(text: str) -> set[str]:
    """Return the lower-case words of a text."""
    return set(re.findall(r"\w+", text.lower()))


def as_rows(results: dict[str, dict[str, dict[str, float]]]) -> Iterator[dict[str, Any]]:
    """Yield one row for each system and category, rounded for reading."""
    for system, categories in results.items():
        for category, values in categories.items():
            rounded = {k: round(v, 2 if k.endswith("_ms") else 4) for k, v in values.items()}
            yield {"system": system, "category": category, **rounded, "n": int(values["n"])}
