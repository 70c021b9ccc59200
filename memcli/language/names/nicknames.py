"""
Short forms of given names.

The table holds English given names and the short forms in wide use. A short form may belong to
several names (Alex), and then it proves nothing where more than one of them occurs.
"""

from __future__ import annotations

from memcli.language.data import read_data


def _read(table: dict[str, str]) -> tuple[dict[str, frozenset[str]], frozenset[str]]:
    """Return the given names of each short form, and all given names."""
    shorts: dict[str, set[str]] = {}
    for given, forms in table.items():
        for form in forms.split():
            shorts.setdefault(form, set()).add(given)
    return {short: frozenset(names) for short, names in shorts.items()}, frozenset(table)


FORMAL_NAMES, GIVEN_NAMES = _read(read_data("nicknames"))


def formal_names(short: str) -> frozenset[str]:
    """Return the given names that a lower-case short form may stand for, if any."""
    return FORMAL_NAMES.get(short, frozenset())
