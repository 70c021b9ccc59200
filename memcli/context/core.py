"""
Core of a context: what a prompt is told whatever it asks.

What somebody pinned, or added as core, always belongs there: they said so. What was made core by
being read out of turns, or by being recalled often, is told of the one person whose namespace it
is; of others only where the question is about them, or about nobody.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

from memcli.context.profiles.people import SHARE_OF_FIRST
from memcli.jsonl import Row
from memcli.language.asked_attributes import named_subjects
from memcli.language.facts.attributes import is_relation
from memcli.language.roles import ASSISTANT, CALLED
from memcli.memory.holds import holds
from memcli.memory.states import State, ids_in_state
from store.literals import quoted

if TYPE_CHECKING:
    from store import Snapshot

# What has a section of its own.
OWN_SECTION: Final = frozenset({"task", "profile", "running", "suggestion"})
PEOPLE: Final = "level = 1 AND type != 'vault' AND (subject IS NOT NULL OR speaker IS NOT NULL)"


def read_core(
    snapshot: Snapshot,
    columns: Sequence[str],
    namespaces: Sequence[str],
    now: datetime,
    hidden: Collection[str],
    until: datetime | None = None,
) -> list[Row]:
    """
    What is core, pinned or promoted and holds, what matters most first.

    That is what is pinned, then what was added as core, then what was recalled most, then by
    importance. hidden: ids that are out of sight; until: what was said later is not seen.
    """
    promoted = ids_in_state(snapshot, State.promoted)
    where = f"(type = 'core' OR pinned = true) AND namespace IN ({quoted(namespaces)})"
    rows = {row["id"]: row for row in snapshot.read("memories", columns, where).to_pylist()}
    more = snapshot.read_ids("memories", sorted(promoted - rows.keys()), columns)
    rows.update((row["id"], row) for row in more.to_pylist())
    some = [
        row
        for row in rows.values()
        if row["namespace"] in namespaces
        and row["id"] not in hidden
        and row["type"] != "vault"
        and not (until and row["happened_at"] and row["happened_at"] > until)
        and OWN_SECTION.isdisjoint(row["tags"] or ())
        and holds(row, now)
    ]
    return sorted(
        some,
        key=lambda row: (
            not row["pinned"],
            is_derived(row),
            row["id"] not in promoted,
            -(row["importance"] or 0),
            row["id"],
        ),
    )


def is_derived(row: Row) -> bool:
    """Say whether nobody asked for a memory to be core: it was read out of turns, or recalled."""
    is_added = row["type"] == "core" and row["level"] == 0
    return not (row["pinned"] or is_added)


def concerning(
    rows: Sequence[Row], question: str, snapshot: Snapshot, namespaces: Sequence[str]
) -> list[Row]:
    """Those of some core memories that a question is to be told."""
    if not any(map(is_derived, rows)):
        return list(rows)
    where = f"{PEOPLE} AND namespace IN ({quoted(namespaces)})"
    known = snapshot.read("memories", ["subject", "speaker"], where).to_pylist()
    own = person_of_namespace(row["speaker"] for row in known)
    names = {name for row in known for name in (row["speaker"], owner_of(row)) if name}
    names |= {row["value"] for row in rows if _names_kin(row)}
    asked = named_subjects(names - {ASSISTANT}, question)
    if not asked:
        return list(rows)
    told = asked | ({own} if own else set())
    return [row for row in rows if not is_derived(row) or not told.isdisjoint(_people_of(row))]


def person_of_namespace(speakers: Iterable[str | None]) -> str | None:
    """
    Return the one person whose namespace it is, by who said its statements.

    That is the user of an assistant, else who speaks alone, but for some who hardly say anything;
    None of a chat of several.
    """
    said = Counter(name for name in speakers if name and name != ASSISTANT)
    if CALLED["user"] in said:
        return CALLED["user"]
    first = max(said.values(), default=0)
    main = [name for name, n in said.items() if n >= SHARE_OF_FIRST * first]
    return main[0] if len(main) == 1 else None


def owner_of(row: Row) -> str | None:
    """Return the person whom a memory is about, the owner of a dog for one; else who said it."""
    subject: str | None = row["subject"]
    return subject.partition("'s ")[0] if subject else row["speaker"]


def _people_of(row: Row) -> set[str | None]:
    """Return the names of those whom a core memory tells of."""
    kin = row["value"] if _names_kin(row) else None
    return {row["subject"], owner_of(row), kin}


def _names_kin(row: Row) -> bool:
    """Say whether a memory tells who somebody's sister is."""
    return bool(row["attribute"] and row["value"] and is_relation(row["attribute"]))
