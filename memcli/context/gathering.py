"""
Context entries: what may go into a block for a prompt, in each section what matters most first.

All of it holds, or says until when it did; is of one namespace and the shared one; and passes the
redactor. A statement, its turn, its fact and its wording are one and told once. Turns around a
relevant one are not added: search weighs them already, and they took the place of evidence.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from memcli.algorithms.mmr import mmr_order
from memcli.context.core import OWN_SECTION, concerning, is_derived, read_core
from memcli.context.earlier import earlier_rows
from memcli.context.endings import ended_in
from memcli.context.facts import BY_QUOTATION, asked_facts, read_facts, read_quotations
from memcli.context.lines import (
    each_once,
    keys_of,
    lesson_entry,
    line_entry,
    task_entry,
    turn_entry,
    without_secrets,
)
from memcli.context.recent_turns import COLUMNS as RECENT
from memcli.context.recent_turns import recent_turns
from memcli.context.rendering import ContextEntry, bulleted
from memcli.context.requests import Request, searched
from memcli.context.shortening import Shortener, with_ends
from memcli.context.summaries import summary_entry, without_lines
from memcli.jsonl import Row
from memcli.language.broad import is_broad, told_words
from memcli.language.time.query_time import asked_time
from memcli.memory import telling
from memcli.memory.answers import open_answers, open_rows
from memcli.memory.filters import Filters
from memcli.memory.folds import folded_into, folds_of
from memcli.memory.fragments import visible_rows
from memcli.memory.holds import holds
from memcli.memory.lessons import LESSON, kind_of, lesson_ids
from memcli.memory.lessons import LEVEL as LESSON_LEVEL
from memcli.memory.periods import PERIODS, period_ids
from memcli.memory.spaces import readable
from memcli.memory.states import State, ids_in_state
from store.literals import literal, quoted

if TYPE_CHECKING:
    from memcli.context.tasks.reading import Tasks
    from memcli.context.tokens import Meter
    from memcli.records import Hit
    from memcli.search.retriever import Retriever
    from store import Snapshot

# Candidates for `relevant`: enough to fill the budget with short ones, within bounds.
TOKENS_PER_CANDIDATE: Final = 8
CANDIDATES: Final = (50, 500)
# What is less likely to answer than this, or than this part of the best, is left out: on locomo-dev
# the evidence lies above it but for one piece in two hundred, and a tenth of all hits below.
LEAST_SCORE: Final = 0.03
LEAST_OF_BEST: Final = 0.12
SHORT_TURN: Final = 60
SUMMARIES: Final = 12
# For a question that asks for the whole, so many lessons.
MOST_LESSONS: Final = 5
OVERVIEWS: Final = (2, 3)
TOLD_WHOLE: Final = "level NOT IN (2, 3)"
COLUMNS: Final = (
    *telling.COLUMNS,
    "context",
    "tags",
    "source_ids",
    "importance",
    "namespace",
    "pinned",
)


class Gathering:
    """The entries of all sections for one request."""

    def __init__(self, retriever: Retriever, request: Request, meter: Meter, limit: int) -> None:
        self.retriever = retriever
        self.snapshot: Snapshot = retriever.snapshot
        self.request = request
        self._meter = meter
        self._now: datetime = request.now or request.asked_at or self.snapshot.commit.time
        self._shortener = Shortener(self.snapshot, request.query, self._now, meter, limit)
        self._spaces = readable(self.snapshot, request.namespace)
        self._rows: dict[str, Row] = {}
        self._learned: list[str] = []
        self._parts: dict[str, str] = {}

    def entries(self) -> list[ContextEntry]:
        """Entries of all sections, without secrets, what is too long shortened."""
        if not self._spaces:
            return []
        # Searching comes first: the encoder loads meanwhile, and nothing else needs it.
        relevant = self._relevant()
        recent = self._recent() if self.request.recent else []
        facts = self._facts() if self.request.profile else []
        standing = [*self._core(), *self._tasks()]
        if not self.request.standing:
            told = {id_ for entry in standing for id_ in entry.item.ids}
            relevant = [entry for entry in relevant if told.isdisjoint(entry.item.ids)]
            standing = []
        aside = [*facts, *self._lessons(), *self._earlier(), *recent]
        found = [*standing, *self._of_bounds(aside), *relevant]
        return self._in_mmr_order(
            each_once(self._shortener.shortened([without_secrets(entry) for entry in found]))
        )

    def bounds_of(self, space: str) -> Filters:
        """What may be told of a namespace, by the place and the person that are asked for."""
        bounds = Filters(namespace=space, present=self._now)
        return bounds.of_names(self.snapshot, self.request.place, self.request.company)

    def _of_bounds(self, entries: list[ContextEntry]) -> list[ContextEntry]:
        """Those of some entries that rest on what is of the place and the person asked for."""
        if not self._is_bounded:
            return entries
        inside = self._within({id_ for entry in entries for id_ in entry.item.ids})
        return [entry for entry in entries if not inside.isdisjoint(entry.item.ids)]

    @property
    def _is_bounded(self) -> bool:
        return self.request.place is not None or self.request.company is not None

    def _within(self, ids: Iterable[str]) -> set[str]:
        """Those of some memories that are of the place and the person asked for."""
        wanted, inside = sorted(ids), set[str]()
        for space in self._spaces:
            # A summary that names it tells of much else.
            bounds = replace(self.bounds_of(space), superseded=True, where=TOLD_WHOLE)
            where = bounds.condition()
            rows = self.snapshot.rows_of(wanted, ["id"], where=where)
            inside |= {row["id"] for row in rows}
        return inside

    # ---------------------------------------------------------------- sections

    def _core(self) -> list[ContextEntry]:
        """What is core, pinned or promoted, as far as it concerns who is asked about."""
        request = self.request
        rows = read_core(self.snapshot, COLUMNS, self._spaces, self._now, self._hidden, request.now)
        if request.standing:  # else all of it was told before another question
            rows = concerning(rows, request.query, self.snapshot, self._spaces)
        if self._is_bounded:
            inside = self._within(row["id"] for row in rows if is_derived(row))
            rows = [row for row in rows if row["id"] in inside or not is_derived(row)]
        rows = open_rows(self.snapshot, rows)
        newer = self._newer(rows)
        return [
            line_entry("core", row, 1.0 / (1 + i), self._now, row["id"] in newer)
            for i, row in enumerate(rows)
        ]

    def _facts(self) -> list[ContextEntry]:
        """What is known of those that the question is about: facts, then their words on it."""
        question = self.request.query
        rows = read_facts(self.snapshot, self._spaces, self._now)
        asked = asked_facts(rows, question, self._now, self._is_broad)
        said = read_quotations(self.snapshot, rows, self._spaces, question, self._now)
        said = [row for row in said if not self._is_told(row)]
        whole = ((BY_QUOTATION, row) for row in self._with_turns(said))
        told = sorted([*asked, *whole], key=lambda one: -one[0])
        if said and not self._is_broad:
            told = [one for one in told if one[0] >= BY_QUOTATION]
        newer = self._newer([row for _, row in told])
        return [
            replace(
                line_entry("profile", row, score, self._now, row["id"] in newer), place=(place,)
            )
            for place, (score, row) in enumerate(told)
        ]

    def _newer(self, rows: Sequence[Row]) -> set[str]:
        """The ids of facts that took the place of others, which ended by them."""
        facts = sorted(row["id"] for row in rows if telling.is_fact(row))
        ended = self.snapshot.rows_of(
            facts, ["superseded_by"], "superseded_by", "valid_to IS NOT NULL"
        )
        return {row["superseded_by"] for row in ended}

    def _with_turns(self, said: Sequence[Row]) -> list[Row]:
        """Quotations with the whole of their turn where that is short: it says of what they are."""
        turns = [row["source_ids"][0] for row in said if len(row["source_ids"] or ()) == 1]
        read = self.snapshot.read_ids("memories", turns, ["id", "level", "text"]).to_pylist()
        rows = visible_rows(self.snapshot, read)
        text_of = {row["id"]: row["text"] for row in rows if len(row["text"].split()) <= SHORT_TURN}
        text_of |= open_answers(self.snapshot, text_of.items())
        texts = [text_of.get((row["source_ids"] or [""])[0], row["text"]) for row in said]
        whole = [{**row, "text": text} for row, text in zip(said, texts, strict=True)]
        return list({row["text"]: row for row in whole}.values())

    def _tasks(self) -> list[ContextEntry]:
        from memcli.context.tasks.reading import items_of

        now = self.request.now or self.snapshot.commit.time
        items = [item for tasks in self._trees for item in items_of(tasks, now)]
        return [task_entry(item, place) for place, item in enumerate(items)]

    @cached_property
    def _trees(self) -> list[Tasks]:
        from memcli.context.tasks.reading import read_tasks

        return [read_tasks(self.snapshot, space) for space in self._spaces]

    @cached_property
    def _given_way(self) -> set[str]:
        """The ids of the turns that the outcomes of finished parts of tasks stand for."""
        from memcli.context.tasks.given_way import given_way

        return set().union(*(given_way(self.snapshot, tasks) for tasks in self._trees))

    def _is_told(self, row: Row) -> bool:
        """Whether the outcome of a task is told in the place of a turn, or of what quotes it."""
        turns = {row["id"]} if row["level"] == 0 else set(row["source_ids"] or ())
        return row["level"] < 2 and bool(turns) and turns <= self._given_way

    def _earlier(self) -> list[ContextEntry]:
        """Summaries, for a question that asks for the whole, in place of what they tell."""
        if not self._is_broad:
            return []
        if told_words(self.request.query):
            hits = self._search(SUMMARIES, level=3)
            found = [*self._periods(hits), *(hit.id for hit in hits)]
        else:
            where = f"level = 3 AND superseded_by IS NULL AND {self._inside}"
            rows = self.snapshot.read("memories", ["id", "happened_at"], where).to_pylist()
            rows.sort(key=lambda row: (str(row["happened_at"]), row["id"]))
            found = [row["id"] for row in rows[: -SUMMARIES - 1 : -1]]
        rows = earlier_rows(self.snapshot, self._spaces, found, self._now)
        rows = [row for row in rows if row["id"] not in self._hidden]
        parts = self.snapshot.read_ids(
            "memories", sorted({id_ for row in rows for id_ in row["told"]}), COLUMNS
        )
        told = {row["id"]: keys_of(row) for row in parts.to_pylist()}
        gone = [row for row in parts.to_pylist() if self._is_told(row) or self._is_over(row)]
        lines = {telling.told_line(row, is_dated) for row in gone for is_dated in (True, False)}
        rows = [{**row, "text": without_lines(row["text"], lines)} for row in rows]
        shown = [row for row in rows if row["text"]]
        wholes = [row for row in shown if kind_of(row["tags"]) in PERIODS]
        return [summary_entry(row, place, told, wholes) for place, row in enumerate(shown)]

    def _periods(self, hits: Sequence[Hit]) -> list[str]:
        """The weeks and months of the time that is asked for; the newest hit says which March."""
        newest = max((hit.happened_at for hit in hits if hit.happened_at), default=None)
        asked = asked_time(self.request.query, self.request.asked_at, newest)
        return period_ids(self.snapshot, self._spaces, [s.interval for s in asked.spans])

    def _is_over(self, row: Row) -> bool:
        """Whether a statement is out of sight, or holds no more, so that no summary tells it."""
        return row["id"] in self._hidden or not holds(row, self._now)

    def _recent(self) -> list[ContextEntry]:
        """The last turns of the session, the newest first."""
        request = self.request
        rows = recent_turns(
            self.snapshot, self._spaces[0], request.session, request.recent, request.now
        )
        # Of a file that was sent alone nothing is said; what it says is found by search.
        gone = self._hidden | self._given_way
        folded = self._folded([row["id"] for row in rows if row["id"] in self._hidden])
        rows = [folded.get(row["id"], row) for row in rows]
        rows = list(map(self._in_part, rows))
        shown = {r["id"]: r for r in rows if r["text"] and r["id"] not in gone}
        return [
            replace(turn_entry("recent", row, 1.0 / (1 + place)), unless=frozenset())
            for place, row in enumerate(open_rows(self.snapshot, list(shown.values())))
        ]

    def _in_part(self, row: Row) -> Row:
        """Row of a turn with the part that search found; else both ends of a text of megabytes."""
        part = self._parts.get(row["id"])
        return with_ends(row) if part is None else {**row, "text": part}

    def _folded(self, ids: Sequence[str]) -> dict[str, Row]:
        """The line that stands for each of some turns, at its place in the session."""
        if not ids:
            return {}
        folds = folded_into(folds_of(self.snapshot, ids))
        lines = sorted({folds[id_]["id"] for id_ in ids if id_ in folds})
        read = self.snapshot.read_ids("memories", lines, RECENT).to_pylist()
        by_id = {row["id"]: row for row in read}
        return {id_: by_id[folds[id_]["id"]] for id_ in ids if id_ in folds}

    def _relevant(self) -> list[ContextEntry]:
        """What search finds above the floor, best first."""
        least, most = CANDIDATES
        hits = self._search(min(most, max(least, self.request.max_tokens // TOKENS_PER_CANDIDATE)))
        best = max((hit.score for hit in hits), default=0.0)
        floor = max(LEAST_SCORE, LEAST_OF_BEST * best)
        # Summaries have a section of their own, and tell what may have ended since.
        told = (hit for hit in hits if hit.level not in OVERVIEWS and hit.type != "vault")
        ids = [hit.id for hit in told if hit.score >= floor]
        rows = self.snapshot.read_ids("memories", ids, [*COLUMNS, "session_id", "seq", "vector"])
        self._parts = {hit.id: hit.text for hit in hits if hit.window}
        read = list(map(self._in_part, rows.to_pylist()))
        self._rows = {row["id"]: row for row in open_rows(self.snapshot, read)}
        self._rows = {i: r for i, r in self._rows.items() if not OWN_SECTION & set(r["tags"] or ())}
        self._rows = {i: row for i, row in self._rows.items() if not self._is_told(row)}
        ended = ended_in(self.snapshot, self._rows, self._now, COLUMNS)
        shown = [hit for hit in hits if hit.id in self._rows]
        self._learned = [hit.id for hit in shown if is_lesson(self._rows[hit.id])]
        return [
            turn_entry("relevant", self._rows[hit.id], hit.score, ended.get(hit.id, ""))
            for hit in shown
            if hit.id not in self._learned
        ]

    def _lessons(self) -> list[ContextEntry]:
        """What was learned of a like task, best first; for a broad question what is worth most."""
        ids = [*self._learned]
        if self._is_broad and self.request.standing:
            ids += lesson_ids(self.snapshot, self._spaces)[:MOST_LESSONS]
        if not ids:
            return []
        rows = self.snapshot.read_ids("memories", ids, [*COLUMNS, "metadata"]).to_pylist()
        by_id = {row["id"]: row for row in open_rows(self.snapshot, rows)}
        kept = [by_id[id_] for id_ in dict.fromkeys(ids) if id_ in by_id]
        return [lesson_entry(row, place) for place, row in enumerate(kept) if self._may_tell(row)]

    def _may_tell(self, row: Row) -> bool:
        """Whether a row holds, and was there at the moment that is asked about."""
        until, moment = self.request.now, row["happened_at"]
        return holds(row, self._now) and not (until and moment and moment > until)

    def _search(self, top_k: int, level: int | None = None) -> list[Hit]:
        """What search finds in what may be seen, best first."""
        query, found = searched(self.request.query), list[Any]()
        besides = self.request.besides
        where = f"session_id IS NULL OR session_id != {literal(besides)}" if besides else None
        for space in self._spaces:
            bounds = replace(self.bounds_of(space), level=level, where=where)
            filters = bounds.as_of_moment(self.request.now)
            found += self.retriever.search(query, top_k, filters, now=self.request.asked_at)
        return sorted(found, key=lambda hit: -hit.score)

    # ---------------------------------------------------------------- lines

    @cached_property
    def _hidden(self) -> set[str]:
        return ids_in_state(self.snapshot, State.hidden)

    @cached_property
    def _is_broad(self) -> bool:
        return is_broad(self.request.query)

    @property
    def _inside(self) -> str:
        return f"namespace IN ({quoted(self._spaces)})"

    # ---------------------------------------------------------------- as a whole

    def _in_mmr_order(self, entries: list[ContextEntry]) -> list[ContextEntry]:
        """Entries, those that are relevant in an order that is also diverse."""
        relevant = [entry for entry in entries if entry.section == "relevant"]
        if not relevant:
            return entries
        vectors = np.array([self._rows[e.item.ids[0]]["vector"] for e in relevant], np.float32)
        costs = self._meter.units([bulleted(entry.item.text) for entry in relevant])
        scores = np.maximum([entry.item.score for entry in relevant], 0.0)
        order = mmr_order(scores, vectors, np.maximum(costs, 1))
        others = [entry for entry in entries if entry.section != "relevant"]
        return [*others, *(relevant[i] for i in order)]


def is_lesson(row: Row) -> bool:
    """Say whether a row is what sessions with agents taught."""
    return row["level"] == LESSON_LEVEL and kind_of(row["tags"]) == LESSON
