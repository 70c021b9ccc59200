"""A store of a toy encoder with eight dimensions, and rows to put into it."""

from __future__ import annotations

import resource
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from schemas import tables
from store import Commit, Store
from store._lance import Table
from store.commits import EncoderStamp

STAMP = EncoderStamp("toy", 8, "0" * 64)
MOMENT = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)


def memory_rows(*texts: str, **columns: Any) -> pa.Table:
    """Return rows of `memories`; the id of each is its text, unless `id` is given."""
    from store.bigrams import index_keys

    fixed = {
        "namespace": "default",
        "type": "episodic",
        "level": 0,
        "recorded_at": MOMENT,
        "encoder": "toy",
        "vector": [1.0] + [0.0] * 7,
    }
    rows = [
        {"id": text, **fixed, **columns, "text": text, "keys": " ".join([text, *index_keys(text)])}
        for text in texts
    ]
    return pa.Table.from_pylist(rows, schema=tables.memories(8))


def link_rows(*pairs: tuple[str, str]) -> pa.Table:
    """Return rows of `links`."""
    fixed = {"relation": "next", "weight": 1.0, "recorded_at": MOMENT}
    rows = [{"source_id": source, "target_id": target, **fixed} for source, target in pairs]
    return pa.Table.from_pylist(rows, schema=tables.links())


def saved(store: Store, *texts: str) -> Commit:
    """Write memories as one commit."""
    with store.transaction("write") as transaction:
        transaction.append("memories", memory_rows(*texts))
        return transaction.publish()


def texts_in(store: Store, at: str | int | datetime | None = None) -> list[str]:
    """Return the texts of the memories of a store, in their order."""
    texts: list[str] = store.snapshot(at).read("memories", ["text"])["text"].to_pylist()
    return texts


@pytest.fixture(scope="session")
def born(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty store to copy: that takes a tenth of making one."""
    path = tmp_path_factory.mktemp("born") / "store"
    Store.create(path, STAMP)
    return path


@pytest.fixture
def store(born: Path, tmp_path: Path) -> Store:
    """An empty store."""
    shutil.copytree(born, tmp_path / "store")
    return Store.open(tmp_path / "store", lock_wait_s=0.0)


@pytest.fixture(scope="session")
def stamp() -> EncoderStamp:
    """The stamp of the toy encoder."""
    return STAMP


@pytest.fixture(scope="session")
def memories() -> Callable[..., pa.Table]:
    """Make rows of `memories`."""
    return memory_rows


@pytest.fixture(scope="session")
def links() -> Callable[..., pa.Table]:
    """Make rows of `links`."""
    return link_rows


@pytest.fixture(scope="session")
def save() -> Callable[..., Commit]:
    """Write memories as one commit."""
    return saved


@pytest.fixture(scope="session")
def texts() -> Callable[..., list[str]]:
    """Read the texts of the memories of a store."""
    return texts_in


@contextmanager
def file_size_limit(n_bytes: int) -> Iterator[Callable[[], None]]:
    """Yield what lets no file of this process grow beyond that, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        yield lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (n_bytes, hard))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.fixture(scope="session")
def limited() -> Callable[[int], AbstractContextManager[Callable[[], None]]]:
    """Fill the disk within a block, from when the block says so."""
    return file_size_limit


@pytest.fixture
def table(tmp_path: Path) -> Table:
    """A table of twelve rows in three fragments, none of them in an index."""
    schema = pa.schema([pa.field("id", pa.string()), pa.field("state", pa.string())])
    table = Table.create("strengths", tmp_path / "strengths.lance", schema)
    for part in ("a", "b", "c"):
        table.append(pa.table({"id": [f"{part}{n}" for n in range(4)], "state": ["active"] * 4}))
    return table
