"""
Whereabouts and company: memories of a place, or with a person, by all that each is called.

After the spatial indices of episodic memory (Spatially-Aware Transformer, Cho et al. 2024) and of
long-term household memory (KARMA, Wang et al. 2024), without coordinates: a place is what people
name, in entities and facts, and a person is who speaks, is named or is what a statement is of.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from memcli.jsonl import Row
from memcli.language.facts.attributes import about
from memcli.language.names.forms import name_key
from memcli.language.names.words import is_place
from memcli.memory.entities import canonical_of
from memcli.memory.spaces import nearest_names
from store.errors import BadUsage
from store.literals import quoted

if TYPE_CHECKING:
    from store.reading import TableReader

Kind = Literal["place", "person"]
COLUMNS: Final = ("id", "namespace", "name", "type", "canonical_id")
# What names are of a place, or of a person, by their types.
TYPES: Final[dict[Kind, frozenset[str]]] = {
    "place": frozenset({"place", "city", "country", "location", "region", "address"}),
    "person": frozenset({"person"}),
}
OTHER: Final = frozenset({"", "other"})
# Turns that do not say the name themselves, as a condition can hold them.
MOST_TURNS: Final = 2_000
_UNSPACED = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]")


@dataclass(frozen=True)
class NameBound:
    """What memories of a place or with a person meet: all names of it, and turns that mean it."""

    kind: Kind
    names: tuple[str, ...]
    turns: tuple[str, ...] = ()

    def condition(self) -> str:
        """Return the condition in SQL over `memories`."""
        lowered = quoted(sorted({name.lower() for name in self.names}))
        tests = [f"regexp_like(text, {quoted([_pattern(self.names)])})"]
        tests += [f"array_has_any(entities, [{quoted(self.names)}])"]
        if self.kind == "person":
            tests += [f"lower(speaker) IN ({lowered})", f"lower(subject) IN ({lowered})"]
        else:
            tests += [f"lower(value) IN ({lowered})"]
        tests += [f"id IN ({quoted(self.turns)})"] if self.turns else []
        return f"({' OR '.join(tests)})"


def name_bound(source: TableReader, kind: Kind, name: str, namespace: str | None) -> NameBound:
    """Return the bound of a place or a person; a name that nothing knows is looked for as it is."""
    if not name_key(name):
        raise BadUsage(f"--{_OPTIONS[kind]} has no name in it", "give what it is called")
    names = _names_of(source, name, namespace)
    return NameBound(kind, names, tuple(_meant_in(source, names, namespace)))


def unknown_bound(source: TableReader, bound: NameBound, namespace: str | None) -> Iterator[str]:
    """Yield a line for a place or a person that nothing is known of, with the nearest ones."""
    known = sorted(set(_known(source, bound.kind, namespace)))
    if not {name_key(name) for name in known} & set(map(name_key, bound.names)):
        what = "no place" if bound.kind == "place" else "nobody"
        yield f"{what} is called {bound.names[0]!r}{nearest_names(bound.names[0], known)}"


_OPTIONS: Final[dict[Kind, str]] = {"place": "place", "person": "with"}


def _pattern(names: Collection[str]) -> str:
    """Return a regular expression for any of some names, whole words where these stand apart."""
    parts = (
        re.escape(name) if _UNSPACED.search(name) else rf"\b{re.escape(name)}\b"
        for name in sorted(names)
    )
    return f"(?i)(?:{'|'.join(parts)})"


def _names_of(source: TableReader, name: str, namespace: str | None) -> tuple[str, ...]:
    """Return a name and all others of the same entity, as they are written."""
    rows = list(_entities(source, namespace))
    roots, key = canonical_of(rows), name_key(name)
    meant = {roots[row["id"]] for row in rows if name_key(row["name"]) == key}
    others = [row["name"] for row in rows if roots[row["id"]] in meant]
    return tuple(dict.fromkeys((" ".join(name.split()), *sorted(others))))


def _entities(source: TableReader, namespace: str | None) -> Iterable[Row]:
    where = None if namespace is None else f"namespace = {quoted([namespace])}"
    return source.rows(COLUMNS, where, ["entities"])


def _meant_in(source: TableReader, names: Collection[str], namespace: str | None) -> list[str]:
    """Return the turns of statements that name it where the turns say "she" or "there"."""
    lowered = quoted(sorted({name.lower() for name in names}))
    named = f"(array_has_any(entities, [{quoted(sorted(names))}]) OR lower(subject) IN ({lowered}))"
    inside = "" if namespace is None else f" AND namespace = {quoted([namespace])}"
    columns = ["source_ids", "text"]
    pattern = re.compile(_pattern(names))
    # The first of its turns is a statement's own, the others say who is meant.
    turns = {
        turn
        for row in source.rows(columns, f"level = 1 AND {named}{inside}", ["memories"])
        if _in_brackets_alone(row["text"], pattern)
        for turn in (row["source_ids"] or ())[:1]
    }
    return sorted(turns)[:MOST_TURNS]


def _in_brackets_alone(text: str, pattern: re.Pattern[str]) -> bool:
    """Say whether a statement has a name only as what was added to it: its turn has none."""
    return not pattern.search(re.sub(r"\[[^\]\n]*\]", "", text))


def _known(source: TableReader, kind: Kind, namespace: str | None) -> Iterator[str]:
    """Yield the places, or the persons, that memories know."""
    inside = "" if namespace is None else f" AND namespace = {quoted([namespace])}"
    for row in _entities(source, namespace):
        type_ = row["type"] or ""
        if type_ in TYPES[kind] or (kind == "place" and type_ in OTHER and is_place(row["name"])):
            yield row["name"]
    if kind == "person":
        where = f"speaker IS NOT NULL{inside}"
        yield from {row["speaker"] for row in source.rows(["speaker"], where, ["memories"])}
        return
    where = f"level = 1 AND attribute IS NOT NULL AND value IS NOT NULL{inside}"
    for row in source.rows(["attribute", "value"], where, ["memories"]):
        if about(row["attribute"]).get("names") == "place":
            yield row["value"]
