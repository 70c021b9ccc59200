"""
People of a store: who speaks and who is spoken of, and by which names.

A person of one namespace is not that of another, whatever the name. The one who talks to an
assistant under no name is "the user".
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Final

from memcli.jsonl import Row
from memcli.language.names.forms import likeness, name_key, read_form
from memcli.language.roles import CALLED
from memcli.memory.entities import canonical_of, entity_id
from memcli.memory.entity_records import entity_rows
from store.errors import BadUsage, InputNotFound

if TYPE_CHECKING:
    from store import Snapshot

__all__ = ["Directory", "Person", "spellings"]

Key = tuple[str, str]
# Of all who speak, those count as the people of a chat who say a tenth of what the first one says.
SHARE_OF_FIRST: Final = 0.1
MOST_MAIN: Final = 2
SHOWN: Final = 8
NAMES: Final = (
    "level = 1 AND attribute = 'name' AND polarity = 'positive' AND superseded_by IS NULL"
    " AND subject = speaker"
)
SPEAKERS: Final = """
SELECT namespace, speaker, count(*) AS said, min(happened_at) AS first_at,
    max(happened_at) AS last_at
FROM (
    SELECT namespace, speaker, happened_at, level FROM memories
    UNION ALL SELECT namespace, speaker, happened_at, level FROM archive
)
WHERE level = 1 AND speaker IS NOT NULL
GROUP BY namespace, speaker ORDER BY namespace, speaker
"""


@dataclass
class Person:
    """One person of a namespace; `said` counts the statements that they made."""

    namespace: str
    name: str
    names: set[str] = field(default_factory=set)
    is_person: bool = True
    said: int = 0
    first_at: datetime | None = None
    last_at: datetime | None = None

    @property
    def key(self) -> Key:
        """What no two persons share."""
        return self.namespace, self.name

    @property
    def is_assistant(self) -> bool:
        """Whether this is the assistant of a chat, who has no profile unless it is asked for."""
        return "assistant" in map(name_key, self.names)

    @property
    def aliases(self) -> list[str]:
        """Their other names."""
        hidden = {name_key(self.name), *CALLED}
        return sorted(name for name in self.names if name_key(name) not in hidden)

    def to_record(self) -> Row:
        """Return a record of kind `person`."""
        record = {
            "kind": "person",
            "v": 1,
            "namespace": self.namespace,
            "name": self.name,
            "aliases": self.aliases or None,
            "said": self.said,
            "first_at": self.first_at,
            "last_at": self.last_at,
        }
        return {name: value for name, value in record.items() if value is not None}


class Directory:
    """All persons of a snapshot, or of one namespace of it."""

    def __init__(self, snapshot: Snapshot, namespace: str | None) -> None:
        self._people: dict[tuple[str, str], Person] = {}
        self._roots: dict[str, str] = {}
        self._add_entities(entity_rows(snapshot, namespace))
        for row in snapshot.sql(SPEAKERS).to_pylist():
            if namespace in (None, row["namespace"]):
                self._add_speaker(row)
        for row in snapshot.rows(["namespace", "subject", "value"], NAMES):
            self._add_name(row)

    def _add_entities(self, rows: Sequence[Row]) -> None:
        """Take the names that memories mention; all spellings of one are one."""
        self._roots = canonical_of(rows)
        by_id = {row["id"]: row for row in rows}
        for row in sorted(rows, key=lambda row: str(row["id"])):
            root = by_id[self._roots[row["id"]]]
            person = self._person(root["namespace"], root["id"], root["name"])
            person.names.add(row["name"])
            if row["id"] == root["id"]:
                person.is_person = root["type"] == "person"

    def _person(self, namespace: str, id_: str, name: str) -> Person:
        shown = CALLED.get(name_key(name), name)
        return self._people.setdefault(
            (namespace, id_), Person(namespace, shown, {name, shown}, False)
        )

    def _add_speaker(self, row: Row) -> None:
        id_ = entity_id(row["namespace"], row["speaker"])
        person = self._person(row["namespace"], self._roots.get(id_, id_), row["speaker"])
        person.names.add(row["speaker"])
        person.is_person = True
        person.said += row["said"]
        person.first_at = _least(person.first_at, row["first_at"])
        person.last_at = _greatest(person.last_at, row["last_at"])

    def _add_name(self, row: Row) -> None:
        """Take the name that somebody who is known says is theirs: of a user, for one."""
        id_ = entity_id(row["namespace"], row["subject"])
        person = self._people.get((row["namespace"], self._roots.get(id_, id_)))
        if person is not None and row["value"]:
            person.names.add(row["value"])

    def all(self) -> list[Person]:
        """Return all persons but assistants, who said most first."""
        found = [p for p in self._people.values() if p.is_person and not p.is_assistant]
        return sorted(found, key=lambda p: (-p.said, p.namespace, p.name))

    def main(self) -> list[Person]:
        """Return those who talk here: all speakers who say at least a tenth of the first one."""
        speakers = [person for person in self.all() if person.said]
        return [p for p in speakers if p.said >= SHARE_OF_FIRST * speakers[0].said]

    def named(self, name: str) -> Person:
        """
        Return the person that a name, a short form of it or a part of it means.

        Raises BadUsage when it can mean several, InputNotFound with the nearest names when none.
        """
        people = list(self._people.values())
        found = [p for p in people if name_key(name) in map(name_key, p.names)]
        found = [p for p in found if p.is_person] or found
        found = found or _fitting(name, [p for p in people if p.is_person])
        if not found:
            raise InputNotFound(f"nobody is called {name!r}", self._near(name))
        if len(found) > 1:
            raise BadUsage(f"{name!r} can be {_listed(found)}", _tell_apart(found))
        return found[0]

    def _near(self, name: str) -> str:
        """Say which names are nearest, else who there is."""
        people = self.all()
        if not people:
            return "the store names no persons yet: memcli extract | memcli link"
        by_key = {name_key(n): n for p in reversed(people) for n in p.names}
        near = get_close_matches(name_key(name), sorted(by_key), 3, 0.6)
        names = [by_key[key] for key in near] or [p.name for p in people[:SHOWN]]
        return f"there is {', '.join(dict.fromkeys(names))}"


def spellings(people: Iterable[Person]) -> dict[str, dict[str, Person]]:
    """Whom each folded spelling means, by namespace; who comes first goes first."""
    found: dict[str, dict[str, Person]] = {}
    for person in people:
        for name in sorted(person.names):
            found.setdefault(person.namespace, {}).setdefault(name_key(name), person)
    return found


def _fitting(name: str, people: Sequence[Person]) -> list[Person]:
    """Return whose name a shorter form, or a nickname, can mean."""
    asked = read_form(name, "person")
    return [
        person
        for person in people
        if any(_fits(asked, read_form(spelling, "person")) for spelling in person.names)
    ]


def _fits(asked: Any, full: Any) -> bool:
    found = [likeness(asked, full, "person"), likeness(full, asked, "person")]
    # A slip of the pen is not guessed at; the message names what is near.
    return asked == full or any(like and like.reason != "spelling" for like in found)


def _listed(people: Sequence[Person]) -> str:
    several = len({person.namespace for person in people}) > 1
    shown = sorted(f"{p.name} ({p.namespace})" if several else p.name for p in people)
    return ", ".join(shown[:SHOWN]) + (", ..." if len(shown) > SHOWN else "")


def _tell_apart(people: Sequence[Person]) -> str:
    if len({person.namespace for person in people}) > 1:
        return "add --namespace"
    return "give the full name, or merge them: memcli entities merge"


def _least(a: datetime | None, b: datetime | None) -> datetime | None:
    return min(filter(None, (a, b)), default=None)


def _greatest(a: datetime | None, b: datetime | None) -> datetime | None:
    return max(filter(None, (a, b)), default=None)
