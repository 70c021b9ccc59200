"""
Concepts: lessons, habits and procedures that came up again and again, each in one memory.

ArcMemo (Ho et al., 2025) abstracts what solved several problems into concepts that are kept apart
from the problems. Here a lesson is a statement that says how something is done or what helps; the
concept is the most central wording of at least three, of as many conversations. A wrong concept
is worse than none, so what is a plan, a report or has no words of its own makes none. What agents
tried, and what their users said of it, makes lessons of its own (memcli.consolidation.experience).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Final

import numpy as np

from memcli.algorithms.centrality import lexrank
from memcli.algorithms.topics import TopicSettings, distinctive_words, group_topics, shared_words
from memcli.consolidation.experience.learning import Experience
from memcli.consolidation.summaries.base import (
    SummaryDraft,
    SummaryStep,
    Writer,
    between_text,
    frequent_keywords,
    span,
    written,
)
from memcli.consolidation.summaries.keywords import words_of_groups
from memcli.extraction.derived import common_of
from memcli.jsonl import Row
from memcli.language.data import read_data
from memcli.language.data import words as words_of
from memcli.memory.holds import COLUMNS as HOLDS
from memcli.memory.holds import holds
from memcli.memory.lessons import CONCEPT
from memcli.memory.lessons import LESSON as LEARNED
from memcli.memory.telling import told_quotation
from memcli.memory.watermarks import Watermark
from store.literals import quoted

if TYPE_CHECKING:
    from collections.abc import Callable

    from memcli.models.encoder import Encoder

STATEMENTS: Final = "level = 1 AND type <> 'vault'"
# What lessons are learned from: turns, and what was read out of them.
COUNTED: Final = "level IN (0, 1) AND type <> 'vault'"
COLUMNS: Final = (
    *"id namespace text keywords speaker session_id seq happened_at n_words confidence".split(),
    *HOLDS,
)
ALIKE: Final = TopicSettings(threshold=0.65, overlap=0.5, min_words=2)
# What a model is asked for.
TITLE: Final = "In one sentence: the lesson, habit or way of doing things that all of these share."
MIN_WORDINGS: Final = 3
MIN_SESSIONS: Final = 3
# Half of the statements have at least two words in common that few others have.
SHARE: Final = 0.5
MIN_SHARED: Final = 2
WORDS: Final = range(5, 41)
MIN_CONFIDENCE: Final = 0.5
# Wordings whose content words are as alike as this are one.
SAME_WORDING: Final = 0.8

# What is said of how things are done, or of what helps, and what only looks like it.
LESSON, NO_LESSON = (
    re.compile("|".join(read_data("lessons")[name]), re.IGNORECASE) for name in ("says", "no")
)


class ConceptStep(SummaryStep):
    """One call of `abstract`."""

    command = Watermark.ABSTRACT
    level = 4
    kinds: ClassVar = {CONCEPT: "concepts", LEARNED: "lessons"}

    def run(
        self, namespace: str | None = None, progress: Callable[[int], None] = lambda n: None
    ) -> None:
        """Make concepts and lessons that are not there yet; `progress` gets counts of rows."""
        for name in self.begin(namespace, COUNTED):
            rows = self.read(COLUMNS, f"{STATEMENTS} AND namespace = {quoted([name])}")
            lessons = [row for row in rows if holds(row, self.now) and is_lesson(row)]
            groups = find_concepts(lessons, self.encoder)
            self.reconcile(name, CONCEPT, [_draft(group, self.write) for group in groups])
            progress(len(rows) + self._learn(name))
        self.finish()

    def _learn(self, namespace: str) -> int:
        """Make the lessons of a namespace's sessions with agents; return how many those are."""
        learning = Experience(self.snapshot, namespace)
        self.reconcile(namespace, LEARNED, learning.drafts())
        self.plan.counted |= learning.counted()
        return len(learning.sessions)


def _draft(statements: Sequence[Row], write: Writer | None) -> SummaryDraft:
    ids = tuple(row["id"] for row in statements)
    make = partial(concept_row, statements, write=write)
    return SummaryDraft(CONCEPT, statements[0]["namespace"], ids, ids, make)


def is_lesson(row: Row) -> bool:
    """Say whether a statement says how something is done, or what helps, in general."""
    text = row["text"]
    return (
        (row["n_words"] or 0) in WORDS
        and (row["confidence"] is None or row["confidence"] >= MIN_CONFIDENCE)
        and (row["type"] == "procedural" or bool(LESSON.search(text)))
        and not NO_LESSON.search(text)
    )


def find_concepts(lessons: Sequence[Row], encoder: Encoder) -> list[tuple[Row, ...]]:
    """Return the groups of lessons, of one namespace, that are one concept; in order of time."""
    # The facts of one quotation are one wording.
    said = {(row["session_id"], row["seq"], row["text"]): row for row in reversed(lessons)}
    ordered = sorted(said.values(), key=_place)
    told = words_of_groups([row] for row in ordered)
    general = words_of("lessons", "general")
    words = distinctive_words([[w for w in own if w not in general] for own in told])
    if not any(words):
        return []
    vectors = encoder.encode([" ".join(own) for own in words])
    groups: dict[int, list[int]] = {}
    for index, label in enumerate(group_topics(np.asarray(vectors), words, ALIKE).tolist()):
        if label >= 0:
            groups.setdefault(label, []).append(index)
    kept = (_of_one_mind(indices, words) for indices in groups.values())
    return [tuple(ordered[i] for i in some) for some in kept if _says_enough(some, ordered, words)]


def _of_one_mind(indices: Sequence[int], words: Sequence[Sequence[str]]) -> list[int]:
    """Return those of a group that have at least two of the words that half of it has."""
    shared = set(shared_words([words[i] for i in indices], SHARE))
    return [i for i in indices if len(shared & set(words[i])) >= MIN_SHARED]


def _says_enough(
    indices: Sequence[int], lessons: Sequence[Row], words: Sequence[Sequence[str]]
) -> bool:
    """Say whether a group was said often enough, by its wordings and its sessions."""
    sessions = {lessons[i]["session_id"] for i in indices}
    wordings: list[set[str]] = []
    for own in (set(words[i]) for i in indices):
        if all(len(own & other) < SAME_WORDING * len(own | other) for other in wordings):
            wordings.append(own)
    return len(wordings) >= MIN_WORDINGS and len(sessions) >= MIN_SESSIONS


def _place(row: Row) -> tuple[datetime, int, str]:
    return row["happened_at"] or datetime.min.replace(tzinfo=UTC), row["seq"] or 0, row["id"]


def concept_row(
    lessons: Sequence[Row], statements: Sequence[Row], write: Writer | None = None
) -> Row:
    """
    Return the row of a concept: its most central wording, and when and where it came up.

    lessons: its statements without vectors; statements: the same with them, in order of time.
    """
    ranks = lexrank(np.stack([row["vector"] for row in statements]))
    central = statements[int(np.argmax(ranks))]
    shared = common_of(statements)
    start, end = span(statements)
    n_sessions = len({row["session_id"] for row in statements})
    about = ", ".join((shared["tags"] or [])[:3])
    where = f" when talking of {about}" if about else ""
    said = f"Said {len(statements)} times in {n_sessions} conversations{where}"
    confidences = [row["confidence"] for row in lessons if row["confidence"] is not None]
    return {
        **shared,
        "type": "procedural",
        "text": told_quotation(central),
        "context": f"{said}, {between_text(start, end)}.",
        "keywords": frequent_keywords(statements),
        "happened_at": end,
        "valid_from": start,
        "confidence": max(confidences, default=None),
        **written(write, TITLE, statements),
    }
