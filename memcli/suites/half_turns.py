"""Half turns: one asks, the other answers in a word; only both together say something."""

from __future__ import annotations

from random import Random

from memcli.suites.cases import Case, Round, Suite, entries, names, small_talk, turn, values_of


def half_turns(seed: int, cases: int) -> Suite:
    """Suite of questions for what was told in answer to one."""
    chance = Random(seed)
    halves, told, asked = entries("half"), Round(), list[Case]()
    values = [values_of(chance, half["values"], half.get("form", "{}")) for half in halves]
    for n, name in enumerate(names(chance)):
        which = n % len(halves)
        half, value = halves[which], values[which][n // len(halves)]
        said = [
            (name, small_talk(chance)),
            ("Ottokar", half["asks"]),
            (name, half["answer"].format(value)),
        ]
        told.turns += [
            turn(f"{name}/{i}", who, text, n, i, f"{name}-1") for i, (who, text) in enumerate(said)
        ]
        asked.append(Case("half turn", half["asked"].format(name), wanted=value))
    return Suite([told], asked[:cases])
