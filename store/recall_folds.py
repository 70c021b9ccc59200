"""
Recalls folded: of all but the newest, one row a memory says on which days it was recalled.

What is learnt of use rests on the days, and on the questions of the newest recalls alone. So
`accesses` has as many rows as memories were ever recalled, and some more, however much is asked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import schemas
from store.errors import MemcliError
from store.wholeness import whole_or_restored

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from store._lance import Table

# With so many rows of one recall each all but the newest of them are folded.
MOST_SINGLE: Final = 100_000
NEWEST: Final = 50_000
# What an earlier program wrote has no column for it.
SINGLE: Final = "days IS NULL"


def fold_recalls(table: Table, path: Path) -> int:
    """
    Fold the older recalls of `accesses`, at `path`, and return how many rows fewer it has.

    In one version of the table, beside which queries may add rows: what they add stays as it is.
    Another that folds or merges at the same time leaves it to the next call.
    """
    if table.count() <= MOST_SINGLE or _n_single(table) <= MOST_SINGLE:
        return 0
    from store.sql import run_sql

    before = table.count()
    until = _since_when_single(table)
    try:
        with whole_or_restored(table, path):
            table.add_absent()
            folded = run_sql(
                {"accesses": table.sql_source()}, schemas.sql("folded_recalls"), [until]
            )
            if folded.num_rows:
                table.replace_rows(folded.cast(table.schema), f"NOT ({SINGLE}) OR {_older(until)}")
    except MemcliError:
        return 0
    return before - table.count()


def _n_single(table: Table) -> int:
    return table.count() if table.absent else table.count(SINGLE)


def _since_when_single(table: Table) -> datetime:
    """Return the time from which on recalls are not folded."""
    import numpy as np
    import pyarrow as pa

    where = None if table.absent else SINGLE
    at = table.read(["accessed_at"], where)["accessed_at"].combine_chunks().cast(pa.int64())
    moments = at.to_numpy()
    newest = np.partition(moments, len(moments) - NEWEST)[len(moments) - NEWEST]
    found: datetime = pa.scalar(int(newest), pa.timestamp("us", "UTC")).as_py()
    return found


def _older(until: datetime) -> str:
    from store.literals import time_literal

    return f"accessed_at < {time_literal(until)}"
