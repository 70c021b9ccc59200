"""
Values for TAB kept by writers, so that no TAB has to wait: made by the first whose store is large
or who sits at a terminal, and made anew by the one that put them out of date.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from memcli.memory.value_cache import STATES, is_undone, read_kept
from store.errors import MemcliError

if TYPE_CHECKING:
    from store import Commit
    from store.layout import Layout

# In a store of so many memories the first values are made by whoever writes: it takes far less than
# what was written took. In smaller ones only at a terminal, where a TAB may come next.
LARGE: Final = 1_000
# Has a word of each kind that makes the rules be loaded.
PROBE: Final = "What is the code? 1234. My password: a1B2c3d4e5, \u5bc6\u7801 12345678"


def keep_up(layout: Layout, before: Commit, after: Commit) -> None:
    """
    Make the values of a store that a commit may have put out of date, or that are not there yet.

    An observer of a Store.
    """
    if not layout.completions.exists():
        if after.tables["memories"].rows >= LARGE or is_at_terminal():
            make_anew(layout.root)
        return
    is_same = all(before.tables.get(name) == after.tables.get(name) for name in STATES)
    if not is_same or (after.restores is not None and _is_undone(layout, after.restores)):
        make_anew(layout.root)


def _is_undone(layout: Layout, restores: int) -> bool:
    """Say whether the values may tell of what an undo took away, or are of no use."""
    kept = read_kept(layout.completions)
    return kept is None or is_undone(kept["at"]["number"], restores)


def get_ready() -> None:
    """Load what `make_anew` needs, rules for secrets above all: while a disk is written to, say."""
    from memcli.language.secrets import find_secrets
    from memcli.memory import value_gathering  # noqa: F401

    find_secrets(PROBE)


def make_anew(root: Path) -> None:
    """Gather the values of a store after a commit; what fails leaves it to the next TAB."""
    from memcli.memory.value_gathering import renew

    with suppress(MemcliError, OSError):
        renew(root)


def is_at_terminal() -> bool:
    """Say whether somebody sees what this process says."""
    return sys.stderr.isatty()
