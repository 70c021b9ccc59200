"""First commit: the empty tables of a new store, and the commit that names them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from schemas.tables import table_schemas
from store import _lance, wholeness
from store.commits import Commit, EncoderStamp, TableState, publish_commit
from store.digests import digests
from store.layout import LATER_TABLES, PROTOCOL_TABLES, Layout
from store.table_files import list_files, needed_only, sync_files, tag_name
from store.wholeness import blaming_torn_files

if TYPE_CHECKING:
    import pyarrow as pa


def fill(layout: Layout, encoder: EncoderStamp) -> None:
    """Make the tables of a new store and publish its first commit."""
    with blaming_torn_files(lambda: list_files(layout.tables)):
        schemas = table_schemas(encoder.dimension).items()
        made = {n: _make_table(layout, n, s) for n, s in schemas if n not in LATER_TABLES}
    states = {name: state for name, state in made.items() if name in PROTOCOL_TABLES}
    now = datetime.now(UTC)
    publish_commit(
        layout.commits,
        Commit(v=1, number=1, time=now, command="init", encoder=encoder, tables=states),
        digests(_protocol_files(layout, states), layout.tables),
        vault=layout.disk_vault,
        remote=layout.remote,
    )


def _protocol_files(layout: Layout, names: Iterable[str]) -> Iterator[str]:
    """Yield the paths of all files of some tables; on object storage of those that are needed."""
    for name in names:
        path = layout.table(name)
        files = list_files(path)
        yield from (
            needed_only(_lance.Table.open(name, path), path, files) if layout.remote else files
        )


def _make_table(layout: Layout, name: str, schema: pa.Schema) -> TableState:
    """Make an empty table that survives a power loss, and return its state for the first commit."""
    path = layout.table(name)
    table = _lance.Table.create(name, path, schema)
    if name in PROTOCOL_TABLES:
        table.tag(tag_name(1))
    files = list_files(path)
    sync_files(files, path)
    wholeness.require_whole(table, path, files, known=set())
    return TableState(table.version, 0)
