"""Profiles put together from the statements of a store."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Final

import numpy as np

from memcli.context.profiles.people import MOST_MAIN, Directory, Person, spellings
from memcli.context.profiles.sections import Entry, entries_of, merged, picked, shortlist
from memcli.jsonl import Row
from memcli.language.facets.finding import Facet
from memcli.language.names.forms import likeness, name_key, read_form
from memcli.memory.items import Item
from memcli.memory.states import State, ids_in_state
from store.errors import MemcliError
from store.layout import MEMORY_TABLES
from store.literals import quoted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from store import Snapshot

    FloatArray = NDArray[np.float64]

COLUMNS: Final = (
    "id namespace type text speaker subject attribute value happened_at valid_from valid_to"
    " superseded_by importance confidence source_ids metadata"
).split()
STATEMENTS: Final = "level = 1 AND type != 'vault'"
DEFAULT_LIMIT: Final = 8
KIND: Final = "profile"
MOST_OF_SECTION: Final = 3
PROFILES: Final = "level = 4 AND superseded_by IS NULL AND subject IS NOT NULL"
PROFILE_COLUMNS: Final = ["namespace", "subject", "tags", "metadata"]
# For a task at hand, what is so now matters more than what was.
SHARE_OF_HISTORY: Final = 0.7
ENTRY_COLUMNS: Final = ["id", "text", "happened_at", "valid_to", "superseded_by"]
# In a filter, more spellings of a name than this cost more than reading everything.
MOST_SPELLINGS: Final = 24


@dataclass
class Profile:
    """A person and what is known of them, section by section; `about` counts the statements."""

    person: Person
    entries: list[Entry] = field(default_factory=list)
    about: int = 0


def people_to_show(directory: Directory, name: str | None) -> tuple[list[Person], bool]:
    """
    Return whose profiles are asked for, and whether they are to be listed instead.

    Without a name: the user of a chat with an assistant, both people of a chat of two, and of more
    than that a list.
    """
    if name is not None:
        return [directory.named(name)], False
    main = directory.main()
    return (main, False) if len(main) <= MOST_MAIN else (directory.all(), True)


def read_profiles(
    snapshot: Snapshot,
    people: Sequence[Person],
    now: datetime,
    limit: int = DEFAULT_LIMIT,
    only: Facet | None = None,
    archived: bool = False,
) -> list[Profile]:
    """Return the profiles of some persons; `archived` looks at archived statements too."""
    rows = _rows_about(snapshot, people, archived)
    spelled = spellings(people)
    found = entries_of(rows, spelled, now)
    known = [merged(found.get(person.key, [])) for person in people]
    shown = pick_entries(snapshot, known, limit, only)
    return [
        Profile(person, some, len(entries))
        for person, some, entries in zip(people, shown, known, strict=True)
    ]


def _rows_about(snapshot: Snapshot, people: Sequence[Person], archived: bool) -> Iterator[Row]:
    """Yield the statements that may be about some persons."""
    for namespace in sorted({person.namespace for person in people}):
        names = sorted({n for p in people if p.namespace == namespace for n in p.names})
        yield from statements(snapshot, namespace, names, archived)


def statements(
    snapshot: Snapshot, namespace: str, names: Sequence[str] = (), archived: bool = False
) -> Iterator[Row]:
    """Yield the statements of a namespace that are not hidden; with names, what may be of these."""
    where = f"{STATEMENTS} AND namespace = {quoted([namespace])}"
    if 0 < len(names) <= MOST_SPELLINGS:
        said = [f"speaker IN ({quoted(names)})"]
        where += f" AND ({' OR '.join([*said, *map(_contains, names)])})"
    hidden = ids_in_state(snapshot, State.hidden)
    rows = snapshot.rows(COLUMNS, where, MEMORY_TABLES if archived else MEMORY_TABLES[:1])
    return (row for row in rows if row["id"] not in hidden)


def _contains(name: str) -> str:
    folded = name.lower() if name.isascii() else name
    return f"contains({'lower(text)' if name.isascii() else 'text'}, {quoted([folded])})"


def read_vectors(snapshot: Snapshot, ids: Sequence[str]) -> dict[str, FloatArray]:
    """Return the vectors, float [d], of those memories that there are."""
    found: dict[str, FloatArray] = {}
    for table in MEMORY_TABLES:
        for batch in snapshot.scan_ids(table, ids, ["id", "vector"]):
            values = batch["vector"].flatten().to_numpy(zero_copy_only=False).astype(np.float64)
            vectors = values.reshape(batch.num_rows, -1)
            found.update(zip(batch["id"].to_pylist(), vectors, strict=True))
    return found


def pick_entries(
    snapshot: Snapshot, by_person: Sequence[list[Entry]], limit: int, only: Facet | None = None
) -> list[list[Entry]]:
    """Return what to show of the entries of each person; their vectors are read all at once."""
    some = [entry for entries in by_person for entry in shortlist(entries, limit)]
    vectors = read_vectors(snapshot, sorted({entry.ids[0] for entry in some}))
    return [picked(entries, limit, vectors, only) for entries in by_person]


# ---------------------------------------------------------------- for a prompt


def profile_items(
    snapshot: Snapshot,
    namespace: str | None,
    now: datetime,
    names: Sequence[str] | None = None,
) -> list[Item]:
    """
    Return what a prompt may be told of some persons, the most important first.

    names: whose profiles, short forms too; without them, of the two who say most. Reads the profile
    memories where there are any, else the statements.
    """
    rows = _live_profiles(snapshot, namespace)
    if not rows:
        return _without_memories(snapshot, namespace, now, names)
    wanted = {
        id_: (section, score)
        for row in _meant(rows, names)
        for id_, section, score in row["metadata"].get("entries", ())
    }
    found = _entry_rows(snapshot, sorted(wanted))
    items = [
        _item(row["text"], row["id"], row["happened_at"], *wanted[row["id"]])
        for row in found
        if _holds(row, wanted[row["id"]][0], now)
    ]
    return sorted(items, key=lambda item: (-item.score, item.ids))


def _live_profiles(snapshot: Snapshot, namespace: str | None) -> list[Row]:
    """Return the profiles that hold, with their metadata read, who said most first."""
    where = PROFILES
    if namespace is not None:
        where += f" AND namespace = {quoted([namespace])}"
    rows = snapshot.read("memories", PROFILE_COLUMNS, where).to_pylist()
    rows = [row for row in rows if KIND in (row["tags"] or ())]
    for row in rows:
        row["metadata"] = json.loads(row["metadata"] or "{}")
    return sorted(rows, key=lambda r: (-r["metadata"].get("said", 0), r["namespace"], r["subject"]))


def _meant(rows: Sequence[Row], names: Sequence[str] | None) -> list[Row]:
    """Return the profiles of those who are named, or of those who say most."""
    if names is None:
        return list(rows[:MOST_MAIN])
    return [row for row in rows if any(_is_meant(name, row) for name in names)]


def _is_meant(name: str, row: Row) -> bool:
    spelled = [row["subject"], *row["metadata"].get("names", ())]
    if name_key(name) in map(name_key, spelled):
        return True
    asked = read_form(name, "person")
    fits = (likeness(asked, read_form(each, "person"), "person") for each in spelled)
    return any(fit and fit.reason != "spelling" for fit in fits)


def _entry_rows(snapshot: Snapshot, ids: Sequence[str]) -> list[Row]:
    """Return the statements that profiles are made of, without those that were put out of sight."""
    hidden = ids_in_state(snapshot, State.hidden)
    return [row for row in snapshot.rows_of(ids, ENTRY_COLUMNS) if row["id"] not in hidden]


def _holds(row: Row, section: str, now: datetime) -> bool:
    """Say whether a statement still belongs into its section."""
    if section == Facet.HISTORY:
        return True
    over = row["valid_to"] is not None and row["valid_to"] <= now
    return row["superseded_by"] is None and not (section == Facet.PLANS and over)


def _without_memories(
    snapshot: Snapshot, namespace: str | None, now: datetime, names: Sequence[str] | None
) -> list[Item]:
    directory = Directory(snapshot, namespace)
    people = directory.main()[:MOST_MAIN] if names is None else _found(directory, names)
    profiles = read_profiles(snapshot, people, now, MOST_OF_SECTION) if people else []
    items = [
        _item(entry.text, entry.ids[0], entry.said_at, entry.section, entry.score)
        for profile in profiles
        for entry in profile.entries
    ]
    return sorted(items, key=lambda item: (-item.score, item.ids))


def _found(directory: Directory, names: Sequence[str]) -> list[Person]:
    """Return the persons that some names mean; a name of nobody, or of several, means none."""
    found: dict[tuple[str, str], Person] = {}
    for name in names:
        try:
            person = directory.named(name)
        except MemcliError:
            continue
        found.setdefault(person.key, person)
    return list(found.values())


def _item(text: str, id_: str, said_at: datetime | None, section: str, score: float) -> Item:
    score *= SHARE_OF_HISTORY if section == Facet.HISTORY else 1.0
    return Item("profile", as_sentence(text), (id_,), said_at, score)


def as_sentence(text: str) -> str:
    """Return a text as a sentence that others can follow."""
    plain = " ".join(text.split())
    ends = plain.rstrip("\"'\u201d\u2019)]*")[-1:]
    return plain if ends in ".!?\u2026\u3002\uff01" else f"{plain}."
