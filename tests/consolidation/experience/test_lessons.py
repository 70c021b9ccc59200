"""Lessons as memories, with their evidence."""

from __future__ import annotations

from memcli.consolidation.experience.giving import HelpCount
from memcli.consolidation.experience.lessons import find_lessons, lesson_draft, lesson_row
from tests.support.agent_sessions import projects
from tests.support.experience import sessions

STEPS = [
    ["u", "Tidy the imports."],
    ["x", "ruff check a", 127, "bash: ruff: command not found"],
    ["x", "uv run ruff check a", 0, ""],
    ["a", "Done."],
]


def test_a_row_says_where_it_was_learned_and_counts():
    (lesson,) = find_lessons(sessions(STEPS, STEPS))
    row = lesson_row(lesson, HelpCount(3, 2))
    assert row["text"] == lesson.text
    assert row["context"] == (
        "Learned in 2 sessions, 4 May 2031 to 5 May 2031."
        " They were for: Tidy the imports. / Tidy the imports."
    )
    about = row["metadata"]["lesson"]
    assert about == {
        "key": lesson.key,
        "of": "instead",
        "times": 2,
        "sessions": 2,
        "ended_well": 2,
        "given": 3,
        "helped": 2,
    }
    assert lesson.parts == ("s0-0", "s0-3", "s1-0", "s1-3")
    draft = lesson_draft(lesson, "heron", HelpCount())
    assert (draft.kind, draft.level, draft.parts) == ("lesson", 4, lesson.parts)
    assert draft.id != lesson_draft(lesson, "mill", HelpCount()).id


def test_sessions_that_teach_nothing_have_none():
    assert find_lessons([]) == []
    assert find_lessons(sessions(STEPS, [["u", "Hello."], ["a", "Hello."]])) == []


def test_made_up_projects_teach_what_a_reader_would_take_away():
    for name in ("dev", "held", "later"):
        for project in projects(name).values():
            talks = [one["steps"] for one in project["sessions"]]
            texts = [lesson.text for lesson in find_lessons(sessions(*talks))]
            wanted = project["lessons"]
            assert 0 < len(texts) <= len(wanted)
            for some in wanted:
                assert any(all(word in text for word in some) for text in texts)
