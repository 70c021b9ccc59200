"""Learning: what the sessions of one namespace teach, and how often what they taught helped."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Final

from memcli.consolidation.experience.agent_sessions import AgentSession, read_agent_sessions
from memcli.consolidation.experience.giving import Giving, HelpCount, givings, help_of
from memcli.consolidation.experience.lessons import (
    LearnedLesson,
    LessonDraft,
    find_lessons,
    lesson_draft,
)
from memcli.jsonl import Row
from memcli.memory.arrow import json_text
from memcli.memory.lessons import CONCEPT, KINDS, LESSON, LEVEL, about_lesson, kind_of
from memcli.memory.states import State, ids_in_state
from store.literals import quoted

if TYPE_CHECKING:
    from store import Snapshot

COLUMNS: Final = ("id", "tags", "superseded_by", "metadata")


class Experience:
    """What there is to learn in a namespace, beside the lessons and concepts that it has."""

    def __init__(self, snapshot: Snapshot, namespace: str) -> None:
        self._snapshot = snapshot
        self._namespace = namespace
        self._inside = f"namespace = {quoted([namespace])}"
        self._hidden = ids_in_state(snapshot, State.hidden)

    @cached_property
    def sessions(self) -> list[AgentSession]:
        """The sessions with an agent, in order of time."""
        return read_agent_sessions(self._snapshot, self._inside, self._hidden)

    @cached_property
    def _known(self) -> dict[str, Row]:
        where = f"level = {LEVEL} AND session_id IS NULL AND {self._inside}"
        rows = self._snapshot.rows(COLUMNS, where)
        return {row["id"]: row for row in rows if kind_of(row["tags"]) in KINDS}

    @cached_property
    def _found(self) -> list[tuple[LearnedLesson, LessonDraft]]:
        """What is learned, but for what the user has put out of sight."""
        known = self._known.items()
        unseen = {about_lesson(row).get("key") for id_, row in known if id_ in self._hidden}
        lessons = [each for each in find_lessons(self.sessions) if each.key not in unseen]
        return [(one, lesson_draft(one, self._namespace, self._help(one.key))) for one in lessons]

    def drafts(self) -> list[LessonDraft]:
        """Return the drafts of the lessons."""
        return [draft for _, draft in self._found]

    def counted(self) -> dict[str, str]:
        """Return the metadata of lessons and concepts that stay, where a count of it changed."""
        found = {}
        for id_, about in self._abouts():
            row = self._known[id_]
            if about != about_lesson(row):
                metadata = {**json.loads(row["metadata"] or "{}"), LESSON: about}
                found[id_] = json_text(metadata) or ""
        return found

    def _abouts(self) -> Iterator[tuple[str, Row]]:
        """Yield what is to be kept of each lesson and concept that stays."""
        for lesson, draft in self._found:
            if draft.id in self._known:
                counts = lesson.counts(self._help(lesson.key))
                yield draft.id, {"key": lesson.key, **counts}
        for id_, row in self._known.items():
            if kind_of(row["tags"]) == CONCEPT and row["superseded_by"] is None:
                help_ = self._help(id_)
                if help_.given:
                    yield id_, {"given": help_.given, "helped": help_.helped}

    # ---------------------------------------------------------------- what has helped

    def _help(self, key: str) -> HelpCount:
        """Return how often something has helped: a lesson by its key, a concept by its id."""
        given = [each for id_ in self._ids(key) for each in self._givings.get(id_, ())]
        return help_of(given, self._by_id) if given else HelpCount()

    @cached_property
    def _givings(self) -> dict[str, list[Giving]]:
        return givings(self._snapshot, self._known)

    @cached_property
    def _by_id(self) -> dict[str, AgentSession]:
        return {session.id: session for session in self.sessions}

    def _ids(self, key: str) -> list[str]:
        """Return the ids under which something was known: its own, and those before."""
        return [
            id_
            for id_, row in self._known.items()
            if key in (about_lesson(row).get("key"), self._now(id_))
        ]

    def _now(self, id_: str) -> str:
        """Return the id of what took the place of a memory in the end."""
        met = {id_}
        while (by := self._known[id_]["superseded_by"]) in self._known and by not in met:
            met.add(by)
            id_ = by
        return id_
