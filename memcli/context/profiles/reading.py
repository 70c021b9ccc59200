"""Profiles put together from the statements of a store."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Final

import numpy as np

from memcli.context.profiles.people import MOST_MAIN, Directory, Person, spellings
from memcli.context.profiles.sections import Entry, entries_of, merged, picked, shortlist
from memcli.jsonl import Row
from memcli.memory import telling
from memcli.memory.holds import holds
from memcli.memory.states import State, ids_in_state
from store.layout import MEMORY_TABLES
from store.literals import quoted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from store import Snapshot

    FloatArray = NDArray[np.float64]

COLUMNS: Final = (*telling.COLUMNS, "namespace", "importance", "confidence", "source_ids")
STATEMENTS: Final = "level = 1 AND type != 'vault'"
# What a model concluded of persons, see memcli.consolidation.summaries.traits.
TRAITS: Final = "level = 4 AND superseded_by IS NULL AND array_has(tags, 'trait')"
DEFAULT_LIMIT: Final = 8
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
    People whose profiles are asked for, and whether they are to be listed instead.

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
    only: str | None = None,
    archived: bool = False,
) -> list[Profile]:
    """Profiles of some persons at a moment; `archived` looks at archived statements too."""
    rows = _rows_about(snapshot, people, archived)
    found = entries_of(rows, spellings(people), now)
    known = [merged(found.get(person.key, [])) for person in people]
    for person, entries in zip(people, known, strict=True):
        entries += _traits(snapshot, person, now)
    shown = pick_entries(snapshot, known, limit, only)
    return [
        Profile(person, some, len(entries))
        for person, some, entries in zip(people, shown, known, strict=True)
    ]


def _traits(snapshot: Snapshot, person: Person, now: datetime) -> Iterator[Entry]:
    """Yield what a model concluded of a person, as far as what it rests on holds."""
    names = quoted(sorted(person.names))
    where = f"{TRAITS} AND namespace = {quoted([person.namespace])} AND subject IN ({names})"
    hidden = ids_in_state(snapshot, State.hidden)
    rows = [row for row in snapshot.rows(COLUMNS, where, MEMORY_TABLES[:1]) if holds(row, now)]
    for row in sorted(rows, key=lambda row: (-(row["importance"] or 0.0), row["id"])):
        if row["id"] not in hidden:
            yield Entry(
                section="traits",
                text=telling.without_secrets(row["text"], row["id"]),
                ids=(row["id"],),
                source_ids=tuple(row["source_ids"] or ()),
                since=row["valid_from"],
                until=row["valid_to"],
                said_at=row["happened_at"],
                importance=row["importance"] or 0.0,
                confidence=row["confidence"] or 0.0,
                score=row["importance"] or 0.0,
            )


def _rows_about(snapshot: Snapshot, people: Sequence[Person], archived: bool) -> Iterator[Row]:
    """Yield the statements that may be about some persons."""
    for namespace in sorted({person.namespace for person in people}):
        names = sorted({n for p in people if p.namespace == namespace for n in p.names})
        yield from statements(snapshot, namespace, names, archived)


def statements(
    snapshot: Snapshot, namespace: str, names: Sequence[str] = (), archived: bool = False
) -> Iterator[Row]:
    """Statements of a namespace that are not hidden; with names, what may be of these."""
    where = f"{STATEMENTS} AND namespace = {quoted([namespace])}"
    if 0 < len(names) <= MOST_SPELLINGS:
        some = [f"{column} IN ({quoted(names)})" for column in ("speaker", "subject", "value")]
        some += [
            f"starts_with(subject, {quoted([name + mark])})" for name in names for mark in "'\u2019"
        ]
        where += f" AND ({' OR '.join(some)})"
    hidden = ids_in_state(snapshot, State.hidden)
    rows = snapshot.rows(COLUMNS, where, MEMORY_TABLES if archived else MEMORY_TABLES[:1])
    return (row for row in rows if row["id"] not in hidden)


def read_vectors(snapshot: Snapshot, ids: Sequence[str]) -> dict[str, FloatArray]:
    """Vectors, float [d], of those memories that there are, by id."""
    found: dict[str, FloatArray] = {}
    for table in MEMORY_TABLES:
        for batch in snapshot.scan_ids(table, ids, ["id", "vector"]):
            values = batch["vector"].flatten().to_numpy(zero_copy_only=False).astype(np.float64)
            vectors = values.reshape(batch.num_rows, -1)
            found.update(zip(batch["id"].to_pylist(), vectors, strict=True))
    return found


def pick_entries(
    snapshot: Snapshot, by_person: Sequence[list[Entry]], limit: int, only: str | None = None
) -> list[list[Entry]]:
    """Entries to show of each person; the vectors of quotations are read all at once."""
    some = [entry for entries in by_person for entry in shortlist(entries, limit)]
    vectors = read_vectors(snapshot, sorted({entry.ids[0] for entry in some}))
    return [picked(entries, limit, vectors, only) for entries in by_person]
