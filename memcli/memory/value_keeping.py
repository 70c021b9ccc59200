"""
Values for TAB kept by writers, so that no TAB has to wait: made by the first whose store is large
or who sits at a terminal, and made anew by the one that put them out of date.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

from memcli.memory.value_cache import STATES, is_undone, read_kept
from store.errors import MemcliError

if TYPE_CHECKING:
    import pyarrow as pa

    from memcli.memory.value_gathering import Tellable
    from store import Commit, Store
    from store.layout import Layout

    Submit: TypeAlias = Callable[[Callable[[], Tellable]], Future[Tellable]]

# In a store of so many memories the first values are made by whoever writes: it takes far less than
# what was written took. In smaller ones only at a terminal, where a TAB may come next.
LARGE: Final = 1_000


class ValueKeeper:
    """
    Makes the values of a store that a commit may have put out of date, or that are not there yet.

    An observer of a Store.
    """

    def __init__(self) -> None:
        self._ahead: Future[Tellable] | None = None

    def look_ahead(self, layout: Layout, submit: Submit, rows: Sequence[pa.RecordBatch]) -> None:
        """
        Have rows that are to be written, so many that values will be made, looked through.

        submit: has a call made while they are written and indexed.
        """
        if not layout.completions.exists():
            self._ahead = submit(partial(_looked_through, rows))

    def __call__(self, layout: Layout, before: Commit, after: Commit) -> None:
        """Make the values after a commit, if it is one that asks for it."""
        if not layout.completions.exists():
            if after.tables["memories"].rows >= LARGE or is_at_terminal():
                make_anew(layout.root, self._ahead.result() if self._ahead else None)
            return
        is_same = all(before.tables.get(name) == after.tables.get(name) for name in STATES)
        if not is_same or (after.restores is not None and _is_undone(layout, after.restores)):
            make_anew(layout.root)


def keeper_of(store: Store) -> ValueKeeper | None:
    """Return what makes the values of a store after its commits, if anything does."""
    found = (each for each in store.observers if isinstance(each, ValueKeeper))
    return next(found, None)


def _is_undone(layout: Layout, restores: int) -> bool:
    """Say whether the values may tell of what an undo took away, or are of no use."""
    kept = read_kept(layout.completions)
    return kept is None or is_undone(kept["at"]["number"], restores)


def _looked_through(rows: Sequence[pa.RecordBatch]) -> Tellable:
    from memcli.memory.value_gathering import Tellable

    return Tellable.of_rows(rows)


def make_anew(root: Path, ahead: Tellable | None = None) -> None:
    """Gather the values of a store after a commit; what fails leaves it to the next TAB."""
    from memcli.memory.value_gathering import renew

    with suppress(MemcliError, OSError):
        renew(root, ahead)


def is_at_terminal() -> bool:
    """Say whether somebody sees what this process says."""
    return sys.stderr.isatty()
