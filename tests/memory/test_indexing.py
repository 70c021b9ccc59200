"""Parts of the vector index, built by workers."""

from __future__ import annotations

import numpy as np

from memcli.memory.indexing import building_by
from store import Store
from store import compact as compacting
from store.check import check
from store.compact import compact
from tests.support.cluster_tasks import PickledWorkers


def test_an_index_in_parts_is_one_in_the_store(run, empty_store, monkeypatch):
    lines = "\n".join(
        f'{{"content": "line {n} of the log", "session_id": "s"}}' for n in range(600)
    )
    run("ingest", "--store", empty_store, stdin=lines)
    monkeypatch.setattr(compacting, "MIN_ROWS_FOR_VECTOR_INDEX", 500)
    monkeypatch.setattr(compacting, "ROWS_PER_FRAGMENT", 200)
    monkeypatch.setattr(compacting, "ROWS_A_PART", 600)
    for n in range(2):
        run("ingest", "--store", empty_store, stdin=lines.replace("log", f"log {n}"))
    store = Store.open(empty_store)
    folder = store.layout.table("memories") / "_indices"
    before = set(folder.iterdir())
    done = compact(store, build=building_by(PickledWorkers(), store))
    assert "memories: vector index built" in done.steps
    table = store.snapshot().table("memories")
    (index,) = [each for each in table._dataset.describe_indices() if each.name == "vector_idx"]
    assert (len(index.segments), index.num_rows_indexed) == (1, 1_800)
    kept = {str(part.uuid) for each in table._dataset.describe_indices() for part in each.segments}
    made = {path.name for path in set(folder.iterdir()) - before}
    assert made <= kept, "what the parts were built in is gone"
    monkeypatch.setattr(compacting, "RETRAIN_GROWTH", 0)  # in the place of the one that is there
    again = compact(store, build=building_by(PickledWorkers(), store))
    assert "memories: vector index built" in again.steps
    row = store.snapshot().read("memories", ["id", "vector"], limit=1).to_pylist()[0]
    found = store.snapshot().nearest(np.array(row["vector"], np.float32), 5)
    assert row["id"] in found["id"].to_pylist()
    assert [problem for problem in check(store) if problem.severity == "error"] == []
