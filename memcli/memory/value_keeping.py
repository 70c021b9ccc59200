"""Values for TAB made anew by the writer that put them out of date, so that no TAB has to wait."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from memcli.memory.value_cache import STATES
from store.errors import MemcliError

if TYPE_CHECKING:
    from store import Commit
    from store.layout import Layout


def keep_up(layout: Layout, before: Commit, after: Commit) -> None:
    """
    Make the values of a store anew that a commit may have put out of date; an observer of a Store.

    A store in which nobody has pressed TAB has none, and costs nothing.
    """
    is_same = all(before.tables[name].version == after.tables[name].version for name in STATES)
    if (not is_same or after.restores is not None) and layout.completions.exists():
        make_anew(layout.root)


def make_anew(root: Path) -> None:
    """Gather the values of a store after a commit; what fails leaves it to the next TAB."""
    from memcli.memory.value_gathering import gather

    with suppress(MemcliError, OSError):
        gather(root)
