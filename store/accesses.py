"""Accesses: what was recalled, appended outside of transactions, to a table of few fragments."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from store import lance_versions
from store.errors import MemcliError
from store.wholeness import whole_or_restored

if TYPE_CHECKING:
    import pyarrow as pa

    from store.layout import Layout

# Each query adds one small fragment; this many of them are merged into one.
MAX_ACCESS_FRAGMENTS: Final = 64
ACCESS_VERSIONS_KEPT_S: Final = 600.0


def append_accesses(layout: Layout, rows: pa.Table) -> None:
    """Append rows; losing them, as a power loss may, costs only reinforcement."""
    path = layout.table("accesses")
    table = lance_versions.open_mended("accesses", path)
    with whole_or_restored(table, path):
        table.add_absent()
        table.append(rows)
    if table.fragment_count() > MAX_ACCESS_FRAGMENTS:
        # Another query may be at it, and Lance lets only one of them do it.
        with suppress(MemcliError):
            with whole_or_restored(table, path):
                table.merge_fragments(rows_per_fragment=1_000_000)
            table.clean_up(older_than_s=ACCESS_VERSIONS_KEPT_S)
    if layout.disk_vault:
        layout.disk_vault.keep_aside_at_times()
    if layout.remote:
        layout.remote.note_recalls(rows)
