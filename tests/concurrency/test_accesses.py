"""Queries at once note what they found, without a lock and without failing."""

import os
import subprocess
import sys
from pathlib import Path

from store import Store
from store.commits import EncoderStamp

SCRIPT = """
import pathlib, sys
import pyarrow as pa
import store.accesses
import store.store
from schemas import tables
store.accesses.MAX_ACCESS_FRAGMENTS = 3
opened = store.store.Store.open(pathlib.Path(sys.argv[1]))
for n in range(12):
    row = {"id": f"{sys.argv[2]}-{n}", "accessed_at": n, "query": "q", "rank": 1}
    opened.record_accesses(pa.Table.from_pylist([row], tables.accesses()))
"""


def test_no_access_is_lost_while_fragments_are_merged(tmp_path: Path) -> None:
    store = Store.create(tmp_path / "store", EncoderStamp("toy", 8, "0"))
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, "-c", SCRIPT, str(tmp_path / "store")]
    processes = [subprocess.Popen([*command, str(n)], env=environment) for n in range(3)]
    assert [process.wait(timeout=120) for process in processes] == [0, 0, 0]
    ids = store.snapshot().read("accesses", ["id"])["id"].to_pylist()
    assert sorted(ids) == sorted(f"{n}-{m}" for n in range(3) for m in range(12))
    assert store.snapshot().table("accesses").fragment_count() < 36
