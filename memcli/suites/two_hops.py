"""Two hops: one turn says who is somebody's dentist, another where; a question needs both."""

from __future__ import annotations

from random import Random

from memcli.suites.cases import Case, Round, Suite, entries, names, small_talk, turn, values_of


def two_hops(seed: int, cases: int) -> Suite:
    """Suite of questions that name neither the one in between nor what is said of them."""
    chance = Random(seed)
    hops, told, asked = entries("hop"), Round(), list[Case]()
    middles = [values_of(chance, hop["values"], hop.get("form", "{}")) for hop in hops]
    ends = [values_of(chance, hop["ends"]) for hop in hops]
    for n, name in enumerate(names(chance)):
        which, place = n % len(hops), n // len(hops)
        hop, middle, end = hops[which], middles[which][place], ends[which][place]
        first = hop["first"].format(middle)
        second = hop["second"].format(middle, end)
        told.turns += [
            turn(f"{name}/1", name, first, n, 0, f"{name}-1"),
            turn(f"{name}/2", name, small_talk(chance), n, 1, f"{name}-1"),
            # Somebody else says it, on another day.
            turn(f"{name}/3", "Ottokar", second, n + 60, 0, f"{name}-2"),
        ]
        asked.append(Case("two hops", hop["asked"].format(name), wanted=end))
    return Suite([told], asked[:cases])
