"""
List and export what sessions with agents taught: list, export.

The step `abstract` of the nightly run makes lessons of what agents tried and of what their users
said: commands that failed in several sessions and what worked instead, and what a user had done
another way. `context` tells those of a like task. See memcli help experience.

Example: memcli lessons list --format table

EXIT STATUS: 0 done, none too, 2 usage, 66 no such store or commit, 73 such a file is there, 74 I/O
error or disk full.
"""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from memcli import jsonl
from memcli.cli.with_store import Call, with_store
from store.errors import BadUsage

if TYPE_CHECKING:
    from memcli.jsonl import Json

ACTIONS: Final = ("list", "export")
READING: Final = "store namespace at now quiet format"
EXPORTING: Final = "store namespace at now quiet"
COLUMNS: Final = ("id", "namespace", "of", "sessions", "helped", "text")


@with_store("read", READING)
def list_command(call: Call) -> None:
    """
    List lessons, in each namespace what helped most first.

    Each is a memory with its evidence: `sources` are the turns that tell of it, and its metadata
    counts how often it was seen, in how many sessions, how many of these ended well, and in how
    many later ones that ended one way or the other it was given (`given`) and they ended well
    (`helped`). Statements that came again in several conversations (concepts) are among them.

    Example: memcli lessons list --format table

    EXIT STATUS: 0 done, none too, 2 usage, 66 no such store or commit, 74 I/O error.
    """
    records = _lessons(call)
    call.show(map(as_line, records) if call.is_tabular else records, COLUMNS)
    if not records:
        call.say("no lessons yet: memcli consolidate makes them of several sessions with agents")


@with_store("read", EXPORTING)
def export_command(
    call: Call,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", help="Folder of skills; - or none is stdout.", metavar="DIR"
        ),
    ] = None,
) -> None:
    """
    Write lessons as a skill file, SKILL.md, which agents load when they need it.

    In the folder each namespace gets a folder of its own, NAMESPACE-lessons, which is written anew
    the next time. Secrets stay out.

    Example: memcli lessons export -n heron -o ~/.claude/skills

    EXIT STATUS: 0 done, no lessons too, 2 usage, or several namespaces for stdout, 66 no such store
    or commit, 73 a SKILL.md of somebody else is there, 74 I/O error or disk full.
    """
    from memcli.exports.skill import skill_text, write_skills

    groups = groupby(_lessons(call), key=lambda record: record["namespace"])
    found = [(namespace, list(some)) for namespace, some in groups]
    if not found:
        call.say("no lessons yet: memcli consolidate makes them of several sessions with agents")
        return
    if output is None or str(output) == "-":
        if len(found) > 1:
            names = ", ".join(namespace for namespace, _ in found)
            raise BadUsage(f"there are lessons of {names}", "add -n NAMESPACE, or -o DIR")
        jsonl.write_bytes([skill_text(*found[0]).encode()])
        return
    for path in write_skills(found, output.expanduser()):
        call.say(f"wrote {path}")


def _lessons(call: Call) -> list[Json]:
    from memcli.memory.lessons import lesson_records

    return list(lesson_records(call.snapshot, call.namespace, call.now))


def as_line(record: Json) -> Json:
    """Return a lesson as a line of a table."""
    from memcli.memory.lessons import about_lesson, helped_text, kind_of

    about = about_lesson(record)
    of = about.get("of") or kind_of(record.get("tags"))
    return {**record, "of": of, "sessions": about.get("sessions"), "helped": helped_text(about)}
