"""
Looks: how much a word looks like a password that somebody chose, whatever is said around it.

A logistic model over signs of its form: where its digits, capitals and other characters are,
what parts it has, whether names of models, files, units and programs look so. Signs and weights
are data; tests/bench/fit_looks.py fits them on passwords and on the odd words of real talk.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from math import fsum
from typing import Final

from memcli.language.data import read_data
from memcli.language.patterns import lazy_pattern

# Weights have one; what is next to a bound is on it.
DECIMALS: Final = 6
# A longer run is no word that anybody chose.
LONGEST: Final = 28
# Without a digit or one of these a word is one of talk.
_ODD = lazy_pattern(r"[\d!#$%&*+=?^~@_]|[^\W\d_]\.[^\W\d_]")
# A name and its value are two; a date is told, and digits of base 16 are given out by machines,
# mostly to be seen; a name at a place is an address.
_GIVEN = lazy_pattern(
    r".*:.*|.*\d{4}-\d\d-\d\d.*|[A-Z]+\d+|[0-9a-fA-F]{6,}|[0-9a-fA-F]+(?:[:-][0-9a-fA-F]+)+"
    r"|[a-z][\w.-]*@[a-z][a-z-]+|[a-z]+(?:-[a-z]+)*-[0-9a-f]{8,10}-[a-z0-9]{5}"
)


def level_of(value: str) -> str | None:
    """Return the name of how much a word looks like a password; None where it does not."""
    is_odd = len(value) <= LONGEST and _ODD.search(value) and not _GIVEN.fullmatch(value)
    return _level_of(value) if is_odd else None


@lru_cache(maxsize=20_000)
def _level_of(value: str) -> str | None:
    score = score_of(value)
    return next((name for name, least in _levels() if score >= least), None)


def score_of(value: str) -> float:
    """Return the log odds that a word is a password, by its form alone."""
    weights = read_data("secrets_looks")["weights"]
    return total_weight(weights, (*signs_of(value), "all"))


def total_weight(weights: Mapping[str, float], names: Iterable[str]) -> float:
    """
    Return what some names weigh together, the same in whatever order they come.

    Sets have another order in each process, and the last bit of a sum decided over a password.
    """
    return round(fsum(weights.get(name, 0.0) for name in names), DECIMALS)


def signs_of(value: str) -> frozenset[str]:
    """Return the names of the signs that a word has."""
    found = {name for name, pattern in _signs() if pattern.search(value)}
    n_kinds = len(found & {"small", "capital", "digit"}) + (not found.isdisjoint(_MARKED))
    found |= {name for name, least in (("three_kinds", 3), ("four_kinds", 4)) if n_kinds >= least}
    found |= {name for name, least in (("long", 10), ("very_long", 14)) if len(value) >= least}
    if len(value) <= 6:
        found.add("short")
    if "small" not in found:
        found.add("all_capitals")
    return frozenset(found)


_MARKED: Final = frozenset(("sign_within", "sign_at_end"))


@cache
def _signs() -> list[tuple[str, re.Pattern[str]]]:
    data = read_data("secrets_looks")
    kinds = {name: data["kinds"][name] for name in ("small", "capital", "letter", "signs")}

    def filled(pattern: str) -> str:
        for name, members in kinds.items():
            pattern = pattern.replace(f"{{{name}}}", members)
        return pattern

    return [(name, re.compile(filled(pattern))) for name, pattern in data["signs"].items()]


@cache
def _levels() -> list[tuple[str, float]]:
    return sorted(read_data("secrets_looks")["levels"].items(), key=lambda each: -each[1])
