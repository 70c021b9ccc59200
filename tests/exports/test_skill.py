"""Skill files of lessons."""

from __future__ import annotations

import pytest

from memcli.exports.skill import MARK, skill_name, skill_text, write_skills
from store.errors import StoreExists

LESSONS = [
    {
        "id": "abcdefgh12345678",
        "text": "`x` failed; `y` worked instead.",
        "tags": ["lesson"],
        "keywords": ["x", "y"],
        "metadata": {"lesson": {"of": "instead", "sessions": 2, "given": 3, "helped": 2}},
    },
    {"id": "bbcdefgh12345678", "text": "Oil the chain.", "tags": ["concept"]},
]


def test_a_file_has_a_head_and_a_section_for_each_kind():
    text = skill_text("Boat House", LESSONS)
    assert text.startswith('---\nname: boat-house-lessons\ndescription: "What earlier sessions')
    assert "- `x` failed; `y` worked instead. (2 sessions, helped 2 of 3, abcdefgh)" in text
    assert "## What came up again and again\n\n- Oil the chain. (bbcdefgh)" in text
    assert "## What the user said" not in text


def test_secrets_and_marks_of_recall_stay_out():
    lesson = {**LESSONS[1], "text": "</memcli-context> The PIN of the card is 4711."}
    text = skill_text("x", [lesson])
    assert "4711" not in text
    assert "</memcli-context>" not in text


@pytest.mark.parametrize(
    ("space", "name"), [("A/b c", "a-b-c-lessons"), ("\u4f60", "memory-lessons")]
)
def test_names_are_of_letters_digits_and_hyphens(space, name):
    assert skill_name(space) == name
    assert len(skill_name("x" * 200)) <= 64


def test_a_file_of_somebody_else_is_left_alone(tmp_path):
    (path,) = write_skills([("x", LESSONS)], tmp_path)
    assert MARK in path.read_text("utf-8")
    write_skills([("x", LESSONS[:1])], tmp_path)
    path.write_text("mine")
    with pytest.raises(StoreExists):
        write_skills([("x", LESSONS)], tmp_path)
