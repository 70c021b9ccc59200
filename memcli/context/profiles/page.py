"""Profile page in Markdown, with a heading for each section."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from memcli.context.profiles.sections import SAID
from memcli.language.sanitize import printable
from memcli.memory.telling import SECTIONS, day

if TYPE_CHECKING:
    from memcli.context.profiles.reading import Profile
    from memcli.context.profiles.sections import Entry

# More sources than this are counted, not listed.
MOST_SOURCES: Final = 4
_SPECIAL: Final = str.maketrans({c: f"\\{c}" for c in "\\`*_[]<>#|"})


def as_page(profiles: Sequence[Profile], refs: Mapping[str, str]) -> str:
    """Profiles as Markdown, one after the other; `refs` are the callers' ids of turns."""
    return "\n".join(line for profile in profiles for line in _lines(profile, refs))


def _lines(profile: Profile, refs: Mapping[str, str]) -> Iterator[str]:
    person = profile.person
    yield f"# {_plain(person.name[:1].upper() + person.name[1:])}\n"
    also = f"Also {', '.join(map(_plain, person.aliases))}. " if person.aliases else ""
    yield f"{also}{profile.about:,} things known, in namespace {_plain(person.namespace)}.\n"
    for section, shown in SECTIONS.items():
        entries = [entry for entry in profile.entries if entry.section == section]
        if entries:
            yield f"## {shown['heading']}\n"
            yield from (f"- {_told(entry)} ({_note(entry, refs)})" for entry in entries)
            yield ""


def _told(entry: Entry) -> str:
    text = _plain(entry.text)
    return f"\u201c{text}\u201d" if entry.section == SAID else text


def _note(entry: Entry, refs: Mapping[str, str]) -> str:
    """When an entry was said and where it comes from, in a few words."""
    shown = [_plain(refs.get(id_, id_)) for id_ in entry.source_ids[:MOST_SOURCES]]
    more = entry.support - len(shown)
    sources = ", ".join(shown) + (f" and {more:,} more" if more > 0 else "")
    said = f"said {day(entry.said_at)}" if entry.said_at else ""
    return "; ".join(part for part in (said, sources) if part)


def _plain(text: str) -> str:
    """Return a text as one line that Markdown takes literally."""
    return printable(" ".join(text.split())).translate(_SPECIAL)
