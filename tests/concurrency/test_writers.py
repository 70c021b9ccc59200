"""Several processes at one store: nobody is lost, nothing is doubled, no reader sees a half."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

from memcli.memory.arrow import batch_to_records, wire_columns
from store import Store
from store.check import check
from store.layout import DEFAULT_LOCK_WAIT_S
from tests.support.program import MEMCLI, run_here

N_WRITERS = 4
READ_AGAIN = """
import pathlib, sys
from store import Store
path, until = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
seen = set()
while True:
    last = until.exists()
    snapshot = Store.open(path).snapshot()
    ids = snapshot.read("memories", ["id"])["id"].to_pylist()
    links = snapshot.read("links", ["source_id", "target_id"]).to_pylist()
    assert len(ids) == len(set(ids)) == snapshot.count("memories"), "memories"
    assert len(links) == snapshot.count("links"), "links"
    assert {end for link in links for end in link.values()} <= set(ids), "ends"
    seen.add(snapshot.commit.number)
    if last:
        break
print(*sorted(seen))
"""


def environment() -> dict[str, str]:
    """Return the environment of a process that finds this memcli and no store of its own."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith("MEMCLI_")}
    return {**clean, "PYTHONPATH": os.pathsep.join(entry for entry in sys.path if entry)}


def start(*arguments: object, stdin: int | None = None) -> subprocess.Popen[str]:
    """Start a memcli process."""
    return subprocess.Popen(
        [*MEMCLI, *map(str, arguments)],
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
    )


def finish(process: subprocess.Popen[str], status: int = 0) -> list[dict[str, object]]:
    """Wait for a process and return the records that it wrote."""
    out, err = process.communicate(timeout=120)
    assert process.returncode == status, err
    return [json.loads(line) for line in out.splitlines()]


def write_turns(path: Path, session: str, texts: list[str]) -> Path:
    """Write a file of turns of one session."""
    turns = ({"content": text, "session_id": session, "name": "Mara"} for text in texts)
    path.write_text("".join(json.dumps(turn) + "\n" for turn in turns))
    return path


def memories(path: Path) -> list[dict[str, object]]:
    """Return the memories of a store."""
    columns = ["id", "text", "session_id", "seq"]
    rows: list[dict[str, object]] = (
        Store.open(path).snapshot().read("memories", columns).to_pylist()
    )
    return rows


def assert_sessions_are_whole(path: Path) -> None:
    """Assert that places in sessions are counted through, and each turn is linked to the next."""
    rows = memories(path)
    sessions = {row["session_id"] for row in rows}
    pairs = set()
    for session in sessions:
        turns = sorted((row["seq"], row["id"]) for row in rows if row["session_id"] == session)
        assert [seq for seq, _ in turns] == list(range(len(turns))), session
        pairs |= {(a, b) for (_, a), (_, b) in pairwise(turns)}
    found = Store.open(path).snapshot().read("links", ["source_id", "target_id", "relation"])
    links = Counter((row["source_id"], row["target_id"]) for row in found.to_pylist())
    assert set(links) == pairs
    assert set(links.values()) <= {1}


def exported(store: Store) -> list[str]:
    """Return a store's memories and links as lines of JSON."""
    snapshot = store.snapshot()
    return [
        json.dumps(record)
        for table, kind in (("memories", "memory"), ("links", "link"))
        for batch in snapshot.scan(table, wire_columns(snapshot.table(table).schema))
        for record in batch_to_records(batch, kind)
    ]


@pytest.fixture
def store_path(empty_store: Path) -> Path:
    """An empty store."""
    return empty_store


def test_writers_at_once_lose_and_double_nothing(store_path: Path, tmp_path: Path) -> None:
    inputs = [
        write_turns(tmp_path / f"{n}.jsonl", f"session {n}", [f"{n}: turn {i}" for i in range(50)])
        for n in range(N_WRITERS)
    ]
    done = tmp_path / "done"
    reader = subprocess.Popen(
        [sys.executable, "-c", READ_AGAIN, str(store_path), str(done)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
    )
    # The last input goes in twice at once.
    writers = [start("ingest", path, "--store", store_path) for path in [*inputs, inputs[-1]]]
    written = [record["id"] for writer in writers for record in finish(writer)]
    done.touch()
    out, err = reader.communicate(timeout=60)
    assert reader.returncode == 0, err
    assert int(out.split()[-1]) == N_WRITERS + 1
    rows = memories(store_path)
    assert len(rows) == len(written) == len(set(written)) == 50 * N_WRITERS
    assert {row["id"] for row in rows} == set(written)
    assert_sessions_are_whole(store_path)
    assert [commit.number for commit in Store.open(store_path).commits()] == [5, 4, 3, 2, 1]
    assert [p.what for p in check(Store.open(store_path)) if p.severity == "error"] == []


def test_one_session_from_several_writers_keeps_one_order(store_path: Path, tmp_path: Path) -> None:
    inputs = [
        write_turns(tmp_path / f"{n}.jsonl", "shared", [f"{n}: turn {i}" for i in range(20)])
        for n in range(N_WRITERS)
    ]
    for writer in [start("ingest", path, "--store", store_path) for path in inputs]:
        finish(writer)
    rows = sorted(memories(store_path), key=lambda row: row["seq"])
    assert len(rows) == 20 * N_WRITERS
    for n in range(N_WRITERS):
        mine = [row["text"] for row in rows if str(row["text"]).startswith(f"{n}:")]
        assert mine == [f"{n}: turn {i}" for i in range(20)]
    assert_sessions_are_whole(store_path)


def test_an_export_taken_in_twice_at_once_is_there_once(
    store_path: Path, empty_once: Path, tmp_path: Path
) -> None:
    path = write_turns(tmp_path / "a.jsonl", "a", [f"turn {i}" for i in range(10)])
    finish(start("ingest", path, "--store", store_path))
    export = tmp_path / "export.jsonl"
    export.write_text("".join(line + "\n" for line in exported(Store.open(store_path))))
    other = Path(shutil.copytree(empty_once, tmp_path / "other"))
    for writer in [start("ingest", "--from", "export", export, "--store", other) for _ in range(3)]:
        finish(writer)
    assert sorted(map(str, memories(other))) == sorted(map(str, memories(store_path)))
    assert_sessions_are_whole(other)


def test_encoding_needs_no_lock(store_path: Path, tmp_path: Path) -> None:
    """A writer that waits for its input shuts nobody out."""
    slow = start("ingest", "--store", store_path, "--session", "slow", stdin=subprocess.PIPE)
    assert slow.stdin
    slow.stdin.write('{"content": "first"}\n')
    slow.stdin.flush()
    path = write_turns(tmp_path / "fast.jsonl", "fast", ["quick"])
    finish(start("ingest", path, "--store", store_path))
    assert [row["text"] for row in memories(store_path)] == ["quick"]
    slow.stdin.write('{"content": "second"}\n')
    assert [record["text"] for record in finish(slow)] == ["first", "second"]
    assert sorted(str(row["text"]) for row in memories(store_path)) == ["first", "quick", "second"]


def test_a_writer_killed_under_its_lock_shuts_nobody_out(store_path: Path, tmp_path: Path) -> None:
    script = (
        "import os, pathlib, signal, sys\n"
        "from store.store import Store\n"
        "with Store.open(pathlib.Path(sys.argv[1])).transaction('x') as transaction:\n"
        "    transaction.delete('memories', 'true')\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    path = write_turns(tmp_path / "a.jsonl", "a", ["one"])
    finish(start("ingest", path, "--store", store_path))
    command = [sys.executable, "-c", script, str(store_path)]
    assert subprocess.run(command, env=environment(), check=False).returncode == -9
    assert [row["text"] for row in memories(store_path)] == ["one"]
    write_turns(path, "a", ["one", "two"])
    finish(start("ingest", path, "--store", store_path))
    assert [row["text"] for row in memories(store_path)] == ["one", "two"]
    assert_sessions_are_whole(store_path)


def test_two_inits_at_once_make_one_store(tmp_path: Path) -> None:
    inits = [start("init", "--store", tmp_path / "store") for _ in range(3)]
    for process in inits:
        process.communicate(timeout=60)
    assert sorted(process.returncode for process in inits) == [0, 73, 73]
    assert Store.open(tmp_path / "store").head().number == 1
    assert [p.what for p in check(Store.open(tmp_path / "store"))] == []


def test_a_writer_waits_for_another_as_long_as_it_is_told(store_path: Path) -> None:
    def add(*options: str, status: int = 0) -> float:
        begun = time.monotonic()
        result = run_here("add", "tea", "--store", store_path, *options, status=status)
        assert not status or "--wait SECONDS" in result.stderr
        return time.monotonic() - begun

    run_here("config", "set", "lock.wait_s", "0.3", "--store", store_path)
    with Store.open(store_path).locked():
        for wrong in ("-1", "nan", "inf"):
            run_here("add", "tea", "--store", store_path, "--wait", wrong, status=2)
        assert add("--wait", "0", status=75) < DEFAULT_LOCK_WAIT_S
        assert 0.3 < add(status=75) < DEFAULT_LOCK_WAIT_S
    lock = Store.open(store_path).locked()
    lock.__enter__()
    release = threading.Timer(0.6, lock.__exit__, (None, None, None))
    release.start()
    assert add("--wait", "60") > 0.3
    release.join()
    assert [row["text"] for row in memories(store_path)] == ["tea"]
