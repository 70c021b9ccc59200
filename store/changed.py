"""Changed rows: the keys of those that one state of a store has and an earlier one had not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from store.sql import names_in, run_sql

if TYPE_CHECKING:
    import pyarrow as pa

    from store.snapshot import Snapshot

# What the tables of the state before are called by, in front of their names.
BEFORE: Final = "_before_"
# Gives the statement that selects the rows to compare, of tables with such a beginning.
Build = Callable[[str], str]


def keys_of(snapshot: Snapshot, build: Build, key: Sequence[str]) -> pa.Table:
    """Return the keys of all rows that are selected, in their order."""
    names = ", ".join(key)
    statement = f"SELECT {names} FROM ({build('')}) ORDER BY {names}"
    return run_sql(snapshot.sql_sources(names=names_in(statement)), statement)


def changed_keys(before: Snapshot, after: Snapshot, build: Build, key: Sequence[str]) -> pa.Table:
    """
    Return the keys of the rows that are new or differ from what they were, in their order.

    Rows are compared by hashes of 64 bits: of a million, two that differ pass for equal with odds
    of 5e-14.
    """
    names = ", ".join(key)
    read = names_in(build(""))
    earlier = before.sql_sources(names=read)
    digests = [
        f"SELECT {names}, hash(picked) AS digest FROM ({build(p)}) AS picked" for p in ("", BEFORE)
    ]
    statement = f"SELECT DISTINCT {names} FROM ({' EXCEPT '.join(digests)}) ORDER BY {names}"
    sources = {f"{BEFORE}{name}": source for name, source in earlier.items()}
    return run_sql({**after.sql_sources(names=read), **sources}, statement)
