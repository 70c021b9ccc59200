"""Lance's errors leave the store as ours, and a full disk leaves the store whole."""

import ctypes
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pytest

from store import Store, _lance
from store.check import check
from store.errors import BadUsage, MemcliError, StoreCorrupt, StoreIOError


def mapped(error: Exception) -> MemcliError:
    """Return what leaves the store for one of Lance's errors."""
    with pytest.raises(MemcliError) as caught, _lance.lance_errors("do it"):
        raise error
    return caught.value


@pytest.mark.parametrize(
    ("error", "ours", "what"),
    [
        (OSError("LanceError(IO): No space left on device (os error 28)"), StoreIOError, "full"),
        (OSError(27, "File too large"), StoreIOError, "the disk is full"),
        (OSError("Disk quota exceeded"), StoreIOError, "the disk is full"),
        (OSError("Permission denied (os error 13)"), StoreIOError, "permission denied"),
        (OSError(30, "Read-only file system"), StoreIOError, "permission denied"),
        (ValueError("Dataset at path x was not found: y"), StoreCorrupt, "x was not found"),
        (ValueError("LanceError(IO): file size is too small, /src/a.rs"), StoreCorrupt, "small"),
        (ValueError("Invalid user input: no column x, /home/a.rs:1"), BadUsage, "no column x"),
        (RuntimeError("sql parser error: at 3"), BadUsage, "sql parser error"),
        (pa.ArrowInvalid("Invalid user input: (invalid magic: [1])"), StoreCorrupt, "magic"),
        (RuntimeError("something else"), StoreIOError, "something else"),
    ],
)
def test_errors_are_ours(error: Exception, ours: type[MemcliError], what: str) -> None:
    found = mapped(error)
    assert type(found) is ours
    assert what in found.what
    assert found.what.startswith("cannot do it: ")
    assert found.remedy
    assert "/home" not in found.what


def test_our_own_errors_and_bugs_pass_through() -> None:
    for error in (BadUsage("ours"), KeyError("bug"), KeyboardInterrupt()):
        with pytest.raises(type(error)) as caught, _lance.lance_errors("do it"):
            raise error
        assert caught.value is error


def test_a_table_that_is_not_there_is_corruption(tmp_path: Path) -> None:
    with pytest.raises(StoreCorrupt):
        _lance.Table.open("memories", tmp_path / "memories.lance")


# ---------------------------------------------------------------- a disk that is full or closed

WRITER = """
import pathlib, resource, sys
import pyarrow as pa
from schemas import tables
from store.errors import MemcliError
from store import Store
store = Store.open(pathlib.Path(sys.argv[1]))
row = dict(namespace="x", type="core", level=0, encoder="toy", vector=[0.6, 0.8] + [0.0] * 6)
rows = [dict(row, id=str(n), text=f"word{n} " * 20, recorded_at=0) for n in range(2_000)]
limit, step = int(sys.argv[2]), sys.argv[3]
def fill_disk(before):
    if before == step:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
try:
    with store.transaction("write") as transaction:
        fill_disk("append")
        transaction.append("memories", pa.Table.from_pylist(rows, tables.memories(8)))
        fill_disk("publish")
        transaction.publish()
except MemcliError as error:
    sys.exit(f"{error.status} {error}")
"""


def write(path: Path, limit: int = 0, step: str = "none", before: Sequence[str] = ()) -> str:
    """
    Write 2,000 memories in a process of its own; return what it failed with.

    From `step` on no file can grow beyond `limit` bytes.
    """
    command = [*before, sys.executable, "-c", WRITER, str(path), str(limit), step]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    done = subprocess.run(command, stderr=subprocess.PIPE, text=True, env=environment, check=False)
    return done.stderr.strip()


@pytest.mark.parametrize("limit", [10, 5_000])
@pytest.mark.parametrize("step", ["append", "publish"])
def test_a_full_disk_is_74_and_the_store_is_as_before(
    store: Store, save, texts, limit: int, step: str
) -> None:
    save(store, "a")
    said = write(store.layout.root, limit, step)
    assert said.startswith("74 cannot ")
    assert "the disk is full (free some space" in said
    assert texts(store) == ["a"]
    save(store, "b")
    assert texts(store) == ["a", "b"]
    assert [problem for problem in check(store) if problem.severity == "error"] == []


def test_the_same_write_succeeds_with_room(store: Store) -> None:
    assert write(store.layout.root) == ""
    assert store.head().tables["memories"].rows == 2_000


@pytest.fixture
def closed(store: Store, save) -> Iterator[Path]:
    """A store of one memory whose files and folders are read-only."""
    save(store, "a word")
    root = store.layout.root
    paths = [root, *root.rglob("*")]
    for path in paths:
        path.chmod(0o555 if path.is_dir() else 0o444)
    yield root
    for path in paths:
        path.chmod(0o700)


# Without these capabilities root obeys the modes of files as everybody does.
OBEY = """
import ctypes, os, sys
drop_from_bounding_set, dac_override, dac_read_search = 24, 1, 2
for capability in (dac_override, dac_read_search):
    ctypes.CDLL(None).prctl(drop_from_bounding_set, capability)
os.execv(sys.argv[1], sys.argv[1:])
"""


@pytest.fixture
def obeying_modes() -> list[str]:
    """What a command begins with to obey the modes of files."""
    if os.geteuid() != 0:
        return []
    if not hasattr(ctypes.CDLL(None), "prctl"):
        pytest.skip("root obeys no modes here")
    return [sys.executable, "-c", OBEY]


READER = """
import pathlib, sys
from store import Store
snapshot = Store.open(pathlib.Path(sys.argv[1])).snapshot()
print(snapshot.read("memories", ["id"])["id"].to_pylist(), snapshot.match("word", 3).num_rows)
"""


def test_a_store_that_cannot_be_written_is_74(closed: Path, obeying_modes) -> None:
    said = write(closed, before=obeying_modes)
    assert said.startswith("74 cannot write to ")
    assert "Permission denied" in said


def test_a_store_whose_tables_cannot_be_written_is_74(closed: Path, obeying_modes, texts) -> None:
    (closed / "lock").chmod(0o600)
    (closed / "commits").chmod(0o700)
    said = write(closed, before=obeying_modes)
    assert said.startswith("74 cannot ")
    assert "permission denied (check owner and mode)" in said
    assert texts(Store.open(closed)) == ["a word"]


def test_a_store_that_cannot_be_written_can_be_read(closed: Path, obeying_modes) -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [*obeying_modes, sys.executable, "-c", READER, str(closed)]
    shown = subprocess.check_output(command, text=True, env=environment)
    assert shown == "['a word'] 1\n"
