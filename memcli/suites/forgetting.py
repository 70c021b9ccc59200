"""
Forgetting: people tell five things each; what is replaced, released or purged is told no more.

kept: nothing is done, so that a memory that forgets everything passes nothing; changed: the person
says later that it is otherwise, and the store has to see that; replaced: a note is added in its
place; released: it is archived; purged: it is removed for good.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Final

from memcli.suites.cases import (
    Attribute,
    Case,
    Note,
    Round,
    Suite,
    attributes,
    names,
    small_talk,
    turn,
)

KINDS: Final = ("kept", "changed", "replaced", "released", "purged")
CHANGED_AFTER_DAYS: Final = 40


def forgetting(seed: int, cases: int) -> Suite:
    """Suite of cases of five kinds, five to a person."""
    chance = Random(seed)
    known, people = attributes(chance), names(chance)
    values = {attribute.name: iter(attribute.values) for attribute in known}
    first, second, asked = Round(), Round(), list[Case]()
    for n, name in enumerate(people[: -(-cases // len(KINDS))]):
        first.turns += _between(chance, name, n, 0)
        # Each person takes the next five attributes, so that all come as often in each kind.
        own = [known[(n * 3 + i) % len(known)] for i in range(len(KINDS))]
        for kind, attribute in zip(KINDS, own, strict=True):
            asked.append(_case(chance, name, n, kind, attribute, values, (first, second)))
        second.turns += _between(chance, name, n, CHANGED_AFTER_DAYS)
    second.turns.sort(key=lambda record: record["timestamp"])
    return Suite([first, second], asked[:cases])


def _case(
    chance: Random,
    name: str,
    n: int,
    kind: str,
    attribute: Attribute,
    values: dict[str, Iterator[str]],
    rounds: tuple[Round, Round],
) -> Case:
    """Tell something, have done to it what the kind is of, and return what to ask for it."""
    ref, value = f"{name}/{attribute.name}", next(values[attribute.name])
    said = chance.choice(attribute.told).format(value)
    question = chance.choice(attribute.asked).format(name)
    first, second = rounds
    first.turns.append(turn(ref, name, said, n, 2 + KINDS.index(kind), f"{name}-1"))
    if kind == "kept":
        return Case(kind, question, wanted=value)
    if kind in ("changed", "replaced"):
        newer = next(values[attribute.name])
        changed = chance.choice(attribute.changed).format(newer)
        if kind == "replaced":
            second.notes.append(Note(name, changed, ref))
        else:
            day = n + CHANGED_AFTER_DAYS
            second.turns.append(turn(f"{ref}/2", name, changed, day, 1, f"{name}-2"))
        return Case(kind, question, wanted=newer, unwanted=(value,))
    (second.release if kind == "released" else second.purge).append(ref)
    is_purged = kind == "purged"
    return Case(kind, question, unwanted=(value,), said=(said,), is_purged=is_purged)


def _between(chance: Random, name: str, n: int, day: int) -> list[dict[str, object]]:
    """Return a turn that says nothing of all that."""
    session = f"{name}-{2 if day else 1}"
    return [turn(f"{name}/talk/{day}", name, small_talk(chance), n + day, 0, session)]
