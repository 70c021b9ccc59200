"""Orders: three things of a kind, each done on another day; what was done first, then, and last?"""

from __future__ import annotations

from random import Random
from typing import Final

from memcli.suites.cases import Case, Round, Suite, entries, names, small_talk, turn, values_of

THINGS: Final = 3
DAYS_BETWEEN: Final = 17


def orders(seed: int, cases: int) -> Suite:
    """Suite of questions for the order in which somebody did three things."""
    chance = Random(seed)
    kinds, told, asked = entries("order"), Round(), list[Case]()
    values = [values_of(chance, kind["values"]) for kind in kinds]
    for n, name in enumerate(names(chance)):
        which, place = n % len(kinds), n // len(kinds) * THINGS
        things = values[which][place : place + THINGS]
        words = chance.sample(kinds[which]["told"], THINGS)
        for i, thing in enumerate(things):
            day, session = n + i * DAYS_BETWEEN, f"{name}-{i}"
            told.turns += [
                turn(f"{name}/{i}/0", name, small_talk(chance), day, 0, session),
                turn(f"{name}/{i}/1", name, words[i].format(thing), day, 1, session),
            ]
        question = kinds[which]["asked"].format(name)
        asked.append(Case("order", question, in_order=tuple(things)))
    told.turns.sort(key=lambda record: record["timestamp"])
    return Suite([told], asked[:cases])
