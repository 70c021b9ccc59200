"""Cases of a suite: what is told, what is done to it, what is asked, and what should come."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, Final

from memcli.jsonl import Json, format_time
from memcli.language.data import read_toml

FIRST_DAY: Final = datetime(2025, 1, 6, 9, tzinfo=UTC)
FOLDER: Final = "suites/data"


@dataclass(frozen=True)
class Case:
    """
    One question, and what has to come.

    wanted: has to be told; unwanted: may not be told, or where something is wanted, not as what
    holds now; said: the words that told it, of which a case that `is_purged` leaves no trace.
    """

    kind: str
    question: str
    wanted: str = ""
    unwanted: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    is_purged: bool = False
    in_order: tuple[str, ...] = ()


@dataclass(frozen=True)
class Note:
    """A note that somebody adds in the place of a turn, by its ref."""

    name: str
    text: str
    replaces: str


@dataclass
class Round:
    """
    What is told in a while, and what is done after it.

    documents: texts by the name of a file; notes: what is added; release and purge: refs of turns
    to archive and to remove.
    """

    turns: list[Json] = field(default_factory=list)
    documents: dict[str, str] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    release: list[str] = field(default_factory=list)
    purge: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Suite:
    """What is told in turn, and what is asked at the end."""

    rounds: list[Round]
    cases: list[Case]

    @property
    def questions(self) -> int:
        """How often a store is asked: for what is going to be forgotten before that, too."""
        return len(self.cases) + len(self.to_forget)

    @property
    def to_forget(self) -> list[Case]:
        """The cases of what is to be told no more."""
        return [case for case in self.cases if not (case.wanted or case.in_order)]


@dataclass(frozen=True)
class Attribute:
    """What somebody can tell of themselves: its values, and the words for telling and asking."""

    name: str
    values: tuple[str, ...]
    told: tuple[str, ...]
    changed: tuple[str, ...]
    asked: tuple[str, ...]


def turn(ref: str, name: str, text: str, day: int, minute: int, session: str) -> Json:
    """Message record of what somebody says on a day, counted from the first of a suite."""
    at = FIRST_DAY + timedelta(days=day, minutes=minute)
    who: dict[str, Any] = {"id": ref, "name": name, "session_id": session}
    return {"kind": "message", "v": 1, "content": text, "timestamp": format_time(at), **who}


def attributes(chance: Random) -> list[Attribute]:
    """Attributes with their values in an order of chance; no value is of two of them."""
    return [
        Attribute(
            entry["name"],
            tuple(values_of(chance, entry["values"], entry.get("form", "{}"))),
            *(tuple(entry[key]) for key in ("told", "changed", "asked")),
        )
        for entry in read_toml(f"{FOLDER}/attributes.toml")["attribute"]
    ]


def entries(kind: str) -> list[Json]:
    """What can be told of things, of one kind."""
    return list(read_toml(f"{FOLDER}/things.toml")[kind])


def values_of(chance: Random, listed: str, form: str = "{}") -> list[str]:
    """Values of a list, in some form, in an order of chance."""
    return [form.format(value) for value in _shuffled(chance, _people()[listed].split())]


def names(chance: Random) -> list[str]:
    """Names of people in an order of chance."""
    return _shuffled(chance, _people()["names"].split())


def small_talk(chance: Random) -> str:
    """Something that somebody says in between."""
    return str(chance.choice(_people()["small_talk"]))


def _people() -> Json:
    return read_toml(f"{FOLDER}/people.toml")


def _shuffled(chance: Random, some: list[str]) -> list[str]:
    return chance.sample(some, len(some))
