"""
New rows: brought into the indexes of their tables before a commit names them.

Lance reads the words of the rows of one table on one core, however many it may use, so that of two
tables each has a core of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from store.cores import at_once
from store.memory import give_back

if TYPE_CHECKING:
    from store._lance import Table

# A search scans rows that no index has yet: 15 us a row for full text, so 1,000 cost 15 ms.
MAX_UNINDEXED_ROWS: Final = 1_000
# Of long texts a megabyte, as Lance packs them, takes 50 ms.
MAX_UNINDEXED_BYTES: Final = 4 << 20
# To index so many takes more memory than all that goes before it.
MANY_ROWS: Final = 32_768


def index_slow(tables: Sequence[Table]) -> None:
    """Index the new rows of those tables that a search would scan too much of, a few at once."""
    new = [(table.unindexed_rows(), table) for table in tables]
    slow = [(rows, table) for rows, table in new if _is_slow(rows, table)]
    # The largest first: it is worked on in this thread, and can be interrupted.
    ordered = [table for _, table in sorted(slow, key=lambda pair: -pair[0])]
    if sum(rows for rows, _ in slow) > MANY_ROWS:
        for table in ordered:
            index_new_rows(table)
    else:
        at_once([table.extend_indexes for table in ordered])


def index_new_rows(table: Table) -> None:
    """Bring the rows of a table into its indexes, many of them with all memory that is free."""
    is_large = table.unindexed_rows() > MANY_ROWS
    if is_large:
        give_back()  # what writing them left free serves nothing that follows
    table.extend_indexes()
    if is_large:
        give_back()


def _is_slow(rows: int, table: Table) -> bool:
    """Tell a table of which a search would scan too much: so many rows that no index has."""
    if not rows:
        return False
    return rows > MAX_UNINDEXED_ROWS or table.unindexed_bytes() > MAX_UNINDEXED_BYTES
