"""Interference: one person changes the same ten things again and again; what holds is the last."""

from __future__ import annotations

from random import Random
from typing import Final

from memcli.suites.cases import Case, Round, Suite, attributes, names, turn

TIMES: Final = 8
DAYS_BETWEEN: Final = 9
MOST_PEOPLE: Final = 3


def interference(seed: int, cases: int) -> Suite:
    """Suite of people who tell ten things eight times, each time otherwise."""
    chance = Random(seed)
    known, told, asked = attributes(chance), Round(), list[Case]()
    for n, name in enumerate(names(chance)[:MOST_PEOPLE]):
        for attribute in known:
            values = attribute.values[n * TIMES : (n + 1) * TIMES]
            for i, value in enumerate(values):
                words = chance.choice(attribute.changed if i else attribute.told)
                day, ref = i * DAYS_BETWEEN + n, f"{name}/{attribute.name}/{i}"
                minute = known.index(attribute)
                told.turns.append(turn(ref, name, words.format(value), day, minute, f"{name}-{i}"))
            question = chance.choice(attribute.asked).format(name)
            asked.append(Case("last of eight", question, values[-1], values[:-1]))
    told.turns.sort(key=lambda record: record["timestamp"])
    return Suite([told], asked[:cases])
