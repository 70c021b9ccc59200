"""Profile page in Markdown, with a heading for each section."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

from memcli.language.facets.finding import Facet
from memcli.language.persons.rewriting import capital
from memcli.language.sanitize import printable

if TYPE_CHECKING:
    from memcli.context.profiles.reading import Profile
    from memcli.context.profiles.sections import Entry

HEADINGS: Final[Mapping[Facet, str]] = {
    Facet.ATTRIBUTES: "Now",
    Facet.PREFERENCES: "Preferences",
    Facet.PEOPLE: "People",
    Facet.ROUTINES: "Routines",
    Facet.PLANS: "Plans",
    Facet.HISTORY: "History",
}
# More sources than this are counted, not listed.
MOST_SOURCES: Final = 4
_SPECIAL: Final = str.maketrans({c: f"\\{c}" for c in "\\`*_[]<>#|"})


def as_page(profiles: Sequence[Profile], refs: Mapping[str, str]) -> str:
    """Return profiles as Markdown, one after the other; `refs` are the callers' ids of turns."""
    return "\n".join(line for profile in profiles for line in _lines(profile, refs))


def _lines(profile: Profile, refs: Mapping[str, str]) -> Iterator[str]:
    person = profile.person
    yield f"# {_plain(capital(person.name))}\n"
    also = f"Also {', '.join(map(_plain, person.aliases))}. " if person.aliases else ""
    yield f"{also}{profile.about:,} things known, in namespace {_plain(person.namespace)}.\n"
    for section, heading in HEADINGS.items():
        entries = [entry for entry in profile.entries if entry.section is section]
        if entries:
            yield f"## {heading}\n"
            yield from (f"- {_plain(entry.text)} ({_note(entry, refs)})" for entry in entries)
            yield ""


def _note(entry: Entry, refs: Mapping[str, str]) -> str:
    """Return when an entry holds and where it comes from, in a few words."""
    parts = [_period(entry)]
    if entry.said_at:
        parts.append(f"said {day(entry.said_at)}")
    if entry.superseded_by:
        parts.append("no longer so")
    shown = [_plain(refs.get(id_, id_)) for id_ in entry.source_ids[:MOST_SOURCES]]
    more = entry.support - len(shown)
    parts.append(", ".join(shown) + (f" and {more:,} more" if more > 0 else ""))
    return "; ".join(part for part in parts if part)


def _period(entry: Entry) -> str:
    """Return from when until when, where that says more than when it was said."""
    since = day(entry.since) if entry.since and entry.since != entry.said_at else ""
    until = day(entry.until) if entry.until and entry.until != entry.said_at else ""
    if since and until:
        return f"{since} to {until}"
    return f"since {since}" if since else f"until {until}" if until else ""


def day(moment: datetime) -> str:
    """Return the day of a time."""
    return moment.strftime("%Y-%m-%d")


def _plain(text: str) -> str:
    """Return a text as one line that Markdown takes literally."""
    return printable(" ".join(text.split())).translate(_SPECIAL)
