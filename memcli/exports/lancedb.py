"""
LanceDB export: a read replica for programs that know LanceDB, in a folder or at `db://`.

Others search it, who know nothing of what holds: it has what may be told and holds now, with its
vectors, and nothing secret, hidden, archived or ended. lancedb is imported here only, and only
when such an export is asked for. A replica is made anew as a whole each time.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa

from memcli.exports.shareable import closed_ids, is_shareable, shareable_entities
from memcli.language.secrets import find_secrets
from memcli.memory.arrow import wire_columns
from memcli.memory.holds import holding
from schemas import tables
from store.errors import BadUsage, RemoteFailed, StoreIOError
from store.literals import quoted

if TYPE_CHECKING:
    from memcli.exports.contents import Contents
    from memcli.jsonl import Row

SCHEME: Final = "db://"
DATABASE: Final = re.compile(r"db://[A-Za-z0-9][\w.-]*")
# LanceDB's own name of the key; the others are called as the arguments of its `connect`.
KEY: Final = "LANCEDB_API_KEY"
REGION: Final = "LANCEDB_REGION"
HOST: Final = "LANCEDB_HOST_OVERRIDE"
DEFAULT_REGION: Final = "us-east-1"
CONNECT_WITHIN_S: Final = 10
ANSWER_WITHIN_S: Final = 600
# It would tell of each table that it makes.
os.environ.setdefault("LANCEDB_LOG", "error")
# Text that is no part of what a memory says, and may have anything in it.
BESIDE: Final = ("context", "value", "metadata", "extra")


def is_remote(target: str) -> bool:
    """Say whether an export goes to a database that is no folder."""
    return target.startswith(SCHEME)


def write_folder(contents: Contents, path: Path) -> str:
    """Write a replica into an empty folder and say what it holds."""
    import lancedb

    try:
        return _fill(lancedb.connect(str(path)), contents)
    except (OSError, RuntimeError, ValueError) as error:
        what = f"cannot write to {path}: {_line(error)}"
        raise StoreIOError(what, "is there room for it?") from error


def send(contents: Contents, target: str) -> str:
    """Make a replica at a database of LanceDB's and say what it holds; RemoteFailed if not."""
    if not DATABASE.fullmatch(target):
        raise BadUsage(f"{target} is no database of LanceDB", "write db://NAME")
    if not os.environ.get(KEY):
        raise BadUsage(f"{target} needs a key", f"set {KEY}")
    with _blaming(target):
        return _fill(_connect(target), contents)


def _connect(target: str) -> Any:
    import lancedb
    from lancedb.remote import ClientConfig, RetryConfig, TimeoutConfig

    times = TimeoutConfig(
        connect_timeout=timedelta(seconds=CONNECT_WITHIN_S),
        read_timeout=timedelta(seconds=ANSWER_WITHIN_S),
    )
    return lancedb.connect(
        target,
        api_key=os.environ[KEY],
        region=os.environ.get(REGION, DEFAULT_REGION),
        host_override=os.environ.get(HOST),
        client_config=ClientConfig(timeout_config=times, retry_config=RetryConfig(retries=2)),
    )


@contextmanager
def _blaming(target: str) -> Iterator[None]:
    """Turn what LanceDB's client raises, of many kinds, into RemoteFailed."""
    try:
        yield
    except (OSError, RuntimeError, ValueError) as error:
        told = _line(error).replace(os.environ[KEY], "[secret]")
        remedy = f"check {KEY}, {REGION} and {HOST}; what is there of it may be half of it"
        raise RemoteFailed(f"{target} does not take the replica: {told}", remedy) from error


def _line(error: Exception) -> str:
    return " ".join(str(error).split())[:300]


def _fill(database: Any, contents: Contents) -> str:
    """Make the tables of a replica anew: memories, links between them, whom they name."""
    replica = _Replica(contents)
    made = {"memories": replica.memories, "links": replica.links, "entities": replica.entities}
    counts = {}
    for name, rows in made.items():
        schema = replica.schemas[name]
        counted = _Counted(rows())
        stream = pa.RecordBatchReader.from_batches(schema, counted)
        table = database.create_table(name, stream, schema=schema, mode="overwrite")
        counts[name] = counted.rows
        if name == "memories" and counted.rows:
            _index_words(table)
    return ", ".join(f"{n:,} {name}" for name, n in counts.items())


def _index_words(table: Any) -> None:
    """Index the words of the memories: without that, LanceDB finds nothing by them."""
    from lancedb.index import FTS

    table.create_index("text", config=FTS())


class _Counted:
    """Batches that are counted as they are read, none of them empty."""

    def __init__(self, batches: Iterable[pa.RecordBatch]) -> None:
        self._batches, self.rows = batches, 0

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        for batch in self._batches:
            if batch.num_rows:
                self.rows += batch.num_rows
                yield batch


class _Replica:
    """The rows of the tables of a replica, read in their order: each asks what came before."""

    def __init__(self, contents: Contents) -> None:
        self._contents, self._snapshot = contents, contents.snapshot
        self._shared: set[str] = set()
        self._named: set[str] = set()
        memories = tables.memories(self._snapshot.encoder.dimension)
        columns = [*wire_columns(memories), "vector"]
        self.schemas = {
            "memories": pa.schema([memories.field(name) for name in columns]),
            "links": tables.links(),
            "entities": tables.entities(),
        }

    def memories(self) -> Iterator[pa.RecordBatch]:
        """Yield what may be told and holds."""
        columns = self.schemas["memories"].names
        is_open = partial(_is_open, closed=closed_ids(self._contents))
        where = holding(datetime.now(UTC)) + self._bound()
        for batch in self._snapshot.scan("memories", columns, where):
            self._contents.on_rows(batch.num_rows)
            kept = _filtered(batch, is_open)
            self._shared.update(kept["id"].to_pylist())
            yield pa.RecordBatch.from_arrays(kept.columns, schema=self.schemas["memories"])

    def links(self) -> Iterator[pa.RecordBatch]:
        """Yield the links between what is there, and to whom it names."""
        self._named = {row["id"] for row in shareable_entities(self._contents)}
        known, meant = self._shared | self._named, set[str]()
        for batch in self._snapshot.scan("links", self.schemas["links"].names):
            self._contents.on_rows(batch.num_rows)
            kept = _filtered(batch, lambda row: {row["source_id"], row["target_id"]} <= known)
            meant.update(kept["target_id"].to_pylist())
            yield kept
        self._named &= meant

    def entities(self) -> Iterator[pa.RecordBatch]:
        """Yield whom or what the memories name."""
        for batch in self._snapshot.scan("entities", self.schemas["entities"].names):
            self._contents.on_rows(batch.num_rows)
            yield _filtered(batch, lambda row: row["id"] in self._named)

    def _bound(self) -> str:
        space = self._contents.namespace
        return f" AND namespace = {quoted([space])}" if space else ""


def _filtered(batch: pa.RecordBatch, is_kept: Callable[[Row], bool]) -> pa.RecordBatch:
    """Return the rows of a batch that are kept."""
    plain = batch.select([name for name in batch.schema.names if name != "vector"])
    return batch.filter(pa.array([is_kept(row) for row in plain.to_pylist()], pa.bool_()))


def _is_open(row: Row, closed: set[str]) -> bool:
    """Say whether a memory may be told, and all that is noted beside it."""
    beside = " ".join(row[name] for name in BESIDE if row.get(name))
    return is_shareable(row, closed) and not find_secrets(beside)
