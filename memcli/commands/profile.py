"""Tell what is known of a person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from memcli.cli import options
from memcli.cli.output import Format
from memcli.cli.with_store import Call, with_store
from store.errors import BadUsage

if TYPE_CHECKING:
    from memcli.context.profiles.people import Person
    from memcli.context.profiles.reading import Profile

COLUMNS = ("name", "section", "since", "until", "support", "text")
PEOPLE_COLUMNS = ("name", "namespace", "said", "aliases", "first_at", "last_at")


def section_names() -> list[str]:
    """Return the names of the sections of a profile."""
    from memcli.memory.telling import SECTIONS

    return list(SECTIONS)


@with_store("read", "store namespace * at now quiet format")
def profile_command(
    call: Call,
    name: Annotated[
        str | None, typer.Argument(help="Whose; a short form will do.", metavar="[NAME]")
    ] = None,
    section: Annotated[
        str | None,
        typer.Option(help="Only this section: home, plans ...", autocompletion=section_names),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many of a section.")] = 8,
    archived: Annotated[bool, typer.Option("--all", help="Archived statements too.")] = False,
) -> None:
    """
    Tell what is known of a person, from the statements that extract made, with their sources.

    Facts by their attribute, in sections: person, home, work, family, pets, health, plans, likes,
    skills, habits, activities, things, events, other; traits (a model's, with what shows them);
    quotations that matter (said); and history (what ended, with its day). Each thing is told once
    with all its sources. NAME can be a part of a name or a short form (Jim for James), where only
    one person can be meant. Without NAME: the user of a chat with an assistant, both people of a
    chat of two; where more people talk, the list of them. Secrets are never told, nor what an
    assistant says of a person.

    Example: memcli profile Mara --section plans

    Example: memcli profile --format md > profile.md

    EXIT STATUS: 0 done, 2 usage, or a name that can mean several, 65 corrupt store, 66 no such
    store, commit or person.
    """
    options.require_utf8(NAME=name, **{"--namespace": call.namespace})
    snapshot, present = call.snapshot, call.now
    from memcli.context.profiles.people import Directory
    from memcli.context.profiles.reading import people_to_show, read_profiles
    from memcli.memory.telling import SECTIONS

    if section is not None and section not in SECTIONS:
        raise BadUsage(f"there is no section {section!r}", f"sections are {', '.join(SECTIONS)}")
    directory = Directory(snapshot, call.namespace)
    people, listed = people_to_show(directory, name)
    if listed or not people:
        _list(call, people)
        return
    profiles = read_profiles(snapshot, people, present, limit, section, archived)
    if not any(profile.entries for profile in profiles):
        call.say(f"nothing is known of {' and '.join(p.name for p in people)} yet")
    _show_profile(call, profiles)


def _list(call: Call, people: list[Person]) -> None:
    """Show who there is to ask for."""
    many = "several people talk here; name one: memcli profile NAME"
    call.say(many if people else "no persons yet: memcli extract | memcli link")
    call.show([person.to_record() for person in people], PEOPLE_COLUMNS, text="name")


def _show_profile(call: Call, profiles: list[Profile]) -> None:
    from memcli import jsonl
    from memcli.context.profiles.page import as_page
    from memcli.context.profiles.records import profile_records, refs_of
    from memcli.memory.telling import day

    if call.format is Format.md:
        jsonl.write_bytes([as_page(profiles, refs_of(call.snapshot, profiles)).encode()])
        return
    records = profile_records(call.snapshot, profiles)
    if call.is_tabular and call.format is not Format.csv:
        for record in records:
            record.update((k, day(record[k])) for k in ("since", "until") if k in record)
    call.show(records, COLUMNS if call.format is not Format.csv else ())
