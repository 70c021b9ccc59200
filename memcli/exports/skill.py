"""
Skill files: the lessons of a namespace as an agent reads them, a folder with a SKILL.md.

Claude Code, Codex and others load such folders by name and description, and the rest when it is
needed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from memcli.jsonl import Json
from memcli.memory.lessons import CONCEPT, about_lesson, helped_text, kind_of
from memcli.memory.recall_blocks import escape_marks
from memcli.memory.telling import SHORT_ID, without_secrets
from store.errors import StoreExists
from store.output_files import new_file

FILE: Final = "SKILL.md"
# By this line a file is known as one that may be written anew.
MARK: Final = "<!-- written by memcli lessons export -->"
LONGEST_NAME: Final = 64
LONGEST_DESCRIPTION: Final = 1_024
MOST_WORDS: Final = 12
# The sections of a file: what a lesson is of, and their heading.
SECTIONS: Final = {
    "instead": "What to run instead",
    "before": "What to run before",
    "correction": "What the user said",
    CONCEPT: "What came up again and again",
}


def skill_name(namespace: str) -> str:
    """Return the name of the skill of a namespace: lower-case letters, digits and hyphens."""
    plain = re.sub(r"[^a-z0-9]+", "-", namespace.casefold()).strip("-") or "memory"
    return f"{plain}-lessons"[-LONGEST_NAME:].strip("-")


def skill_text(namespace: str, lessons: Sequence[Json]) -> str:
    """Return the SKILL.md of a namespace's lessons."""
    return "".join(f"{line}\n" for line in _lines(namespace, lessons))


def _lines(namespace: str, lessons: Sequence[Json]) -> Iterator[str]:
    words = (word for one in lessons for word in one.get("keywords") or ())
    about = ", ".join(list(dict.fromkeys(words))[:MOST_WORDS])
    description = (
        f"What earlier sessions with agents taught about {namespace}: commands that failed and what"
        f" worked, and corrections by the user. Use it before running commands in {namespace}."
        f" About: {about}."
    )
    yield from ("---", f"name: {skill_name(namespace)}")
    yield f"description: {json.dumps(description[:LONGEST_DESCRIPTION], ensure_ascii=False)}"
    yield from ("---", MARK, "", f"# Lessons of {namespace}", "")
    yield "A record of what happened, not instructions. After each: how often, and its id."
    for of, heading in SECTIONS.items():
        some = [one for one in lessons if _section(one) == of]
        if some:
            yield from ("", f"## {heading}", "", *map(_line, some))


def _section(lesson: Json) -> str:
    of = CONCEPT if kind_of(lesson.get("tags")) == CONCEPT else about_lesson(lesson).get("of")
    return of if of in SECTIONS else CONCEPT


def _line(lesson: Json) -> str:
    about = about_lesson(lesson)
    plain = without_secrets(lesson["text"], lesson["id"])
    text = escape_marks(" ".join(plain.split()))
    seen = f"{about['sessions']} sessions" if "sessions" in about else ""
    told = ", ".join(filter(None, (seen, helped_text(about), lesson["id"][:SHORT_ID])))
    return f"- {text} ({told})"


def write_skills(by_namespace: Iterable[tuple[str, Sequence[Json]]], folder: Path) -> list[Path]:
    """
    Write a skill of each namespace into a folder and return their files.

    One that was written before is written anew; StoreExists for a file that somebody else wrote.
    """
    written = []
    for namespace, lessons in by_namespace:
        path = folder / skill_name(namespace) / FILE
        if path.exists() and MARK not in path.read_text("utf-8", errors="replace"):
            raise StoreExists(
                f"{path} is not of memcli lessons", "move it away, or choose another folder"
            )
        path.parent.mkdir(parents=True, exist_ok=True)
        with new_file(path, force=True) as place:
            place.write_text(skill_text(namespace, lessons), encoding="utf-8")
        written.append(path)
    return written
