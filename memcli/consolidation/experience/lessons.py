"""
Lessons: memories of what several sessions with agents taught, with their evidence and counts.

The parts of a lesson are the turns that tell of it, and those that say what their sessions were
for. One that has new evidence takes the place of
the one before; one that no longer holds has no successor but its last evidence. What a user hid
stays out of sight, however much evidence there is for it later.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from memcli.consolidation.experience.agent_sessions import AgentSession, in_order
from memcli.consolidation.experience.corrections import CorrectionForm, correction_forms
from memcli.consolidation.experience.giving import HelpCount
from memcli.consolidation.experience.remedies import RemedyForm, remedy_forms
from memcli.consolidation.summaries.base import SummaryDraft, between_text, span
from memcli.extraction.derived import open_text
from memcli.jsonl import Row
from memcli.language.data import words as words_of
from memcli.language.verdicts import GOOD
from memcli.language.words import FUNCTION_WORDS, compared_words
from memcli.memory.ids import content_id
from memcli.memory.lessons import LESSON, LEVEL

# Of what the sessions were for, as much is told.
MOST_ASKED: Final = 4
LONGEST_ASKED: Final = 120
MAX_KEYWORDS: Final = 30


@dataclass(frozen=True)
class LearnedLesson:
    """What is to be told, what it is called by, and the sessions and turns that say so."""

    key: str
    kind: str
    text: str
    turns: tuple[Row, ...]
    sessions: tuple[AgentSession, ...]
    times: int

    @property
    def parts(self) -> tuple[str, ...]:
        """The ids of its turns, in order of time."""
        asked = [session.asked for session in self.sessions[-MOST_ASKED:]]
        turns = [*self.turns, *(turn for turn in asked if turn)]
        return tuple(dict.fromkeys(turn["id"] for turn in sorted(turns, key=in_order)))

    def counts(self, help_: HelpCount) -> Row:
        """Return the counts that its memory keeps in its metadata."""
        ended_well = sum(session.outcome() == GOOD for session in self.sessions)
        evidence = {"times": self.times, "sessions": len(self.sessions), "ended_well": ended_well}
        return {"of": self.kind, **evidence, "given": help_.given, "helped": help_.helped}


def find_lessons(sessions: Sequence[AgentSession]) -> list[LearnedLesson]:
    """Return what sessions of one namespace teach; nothing for those that teach nothing."""
    by_id = {session.id: session for session in sessions}
    remedies = (_of_remedy(form, by_id) for form in remedy_forms(sessions))
    corrections = (_of_correction(form, by_id) for form in correction_forms(sessions))
    found = {lesson.key: lesson for lesson in [*remedies, *corrections]}
    return sorted(found.values(), key=lambda lesson: lesson.key)


def _of_remedy(form: RemedyForm, sessions: Mapping[str, AgentSession]) -> LearnedLesson:
    turns = tuple(trial.turn for time in form.times for trial in (time.failed, time.worked))
    own = _sessions(sessions, (time.session for time in form.times))
    return LearnedLesson(form.key, form.kind, form.text, turns, own, len(form.times))


def _of_correction(form: CorrectionForm, sessions: Mapping[str, AgentSession]) -> LearnedLesson:
    turns = tuple(time.turn for time in form.times)
    own = _sessions(sessions, (time.session for time in form.times))
    return LearnedLesson(form.key, "correction", form.text, turns, own, len(form.times))


def _sessions(by_id: Mapping[str, AgentSession], ids: Iterable[str]) -> tuple[AgentSession, ...]:
    return tuple(by_id[id_] for id_ in dict.fromkeys(ids))


# ---------------------------------------------------------------- as memories


@dataclass(frozen=True)
class LessonDraft(SummaryDraft):
    """A lesson to be written: two that the same turns tell of have one memory each."""

    key: str = ""

    @property
    def id(self) -> str:
        """The id that it has in the store."""
        return content_id(LESSON, self.namespace, self.key, *self.parts)


def lesson_draft(lesson: LearnedLesson, namespace: str, help_: HelpCount) -> LessonDraft:
    """Return the draft of a lesson."""
    make: Callable[[list[Row]], Row] = partial(lesson_row, lesson, help_)
    return LessonDraft(LESSON, namespace, lesson.parts, (), make, LEVEL, key=lesson.key)


def lesson_row(lesson: LearnedLesson, help_: HelpCount, needed: Sequence[Row] = ()) -> Row:
    """Return the row of a lesson, without what all summaries share."""
    start, end = span(lesson.turns)
    asked = [open_text(text) for text in _asked(lesson.sessions)]
    n = len(lesson.sessions)
    context = f"Learned in {n} sessions, {between_text(start, end)}."
    if asked:
        context += f" They were for: {' / '.join(asked)}"
    return {
        "type": "procedural",
        "text": lesson.text,
        "context": context,
        "keywords": _keywords([lesson.text, *asked]),
        "importance": None,
        "happened_at": end,
        "valid_from": start,
        "metadata": {LESSON: {"key": lesson.key, **lesson.counts(help_)}},
    }


def _asked(sessions: Sequence[AgentSession]) -> Iterator[str]:
    """Yield what the newest of some sessions were for, in their user's words."""
    for session in sessions[-MOST_ASKED:]:
        text = " ".join(session.asked["text"].split()) if session.asked else ""
        if text:
            yield text if len(text) <= LONGEST_ASKED else text[:LONGEST_ASKED].rstrip() + "..."


def _keywords(texts: Sequence[str]) -> list[str]:
    general = words_of("lessons", "general") | words_of("experience", "common")
    found = (word for text in texts for word in compared_words(text))
    kept = (w for w in found if w not in FUNCTION_WORDS and w not in general and len(w) > 2)
    return list(dict.fromkeys(kept))[:MAX_KEYWORDS]
