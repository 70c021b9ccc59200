"""How the time of some work grows with its input."""

from __future__ import annotations

import time
from collections.abc import Callable

CHARACTERS = 20_000
REPEATS = 5
# Twice the input takes twice the time, four times where the work is quadratic.
MOST_GROWTH = 3.0
# What the clock and the interpreter take of the shortest runs.
NOISE_S = 0.001


def assert_grows_with_its_input(
    work: Callable[[str], object], unit: str, characters: int = CHARACTERS
) -> None:
    """Assert that a text twice as long, of one unit again and again, takes no more than thrice."""
    shortest = [float("inf"), float("inf")]
    for repeat in range(REPEATS):
        for index, n in enumerate((characters, 2 * characters)):
            # A text of its own each time, for some results are kept by text.
            text = unit * (n // len(unit)) + chr(ord("a") + repeat)
            started = time.process_time()
            work(text)
            shortest[index] = min(shortest[index], time.process_time() - started)
        if shortest[1] <= MOST_GROWTH * shortest[0] + NOISE_S:
            return
    raise AssertionError(f"n characters take {shortest[0]:.4f} s, 2n take {shortest[1]:.4f} s")
