"""What is left of the files that are followed when memories are purged."""

from __future__ import annotations

from datetime import UTC, datetime

import pyarrow as pa

from memcli.retention.purge.sources import changed_sources
from schemas.tables import sources

NOW = datetime(2026, 5, 1, tzinfo=UTC)


def batch(*paths: str) -> pa.RecordBatch:
    rows = [
        {
            "id": path,
            "path": path,
            "origin": path,
            "namespace": "n",
            "type": "notes",
            "state": "current",
            "size": 1,
            "session_id": path,
            "memory_ids": ["a", "b"],
            "first_seen_at": NOW,
            "last_seen_at": NOW,
        }
        for path in paths
    ]
    return pa.RecordBatch.from_pylist(rows, schema=sources())


def test_ids_that_are_gone_are_named_no_more():
    (row,) = changed_sources(batch("/x.md"), {"a", "c"}, ["something said"]).to_pylist()
    assert (row["memory_ids"], row["left_ids"]) == (["b"], None)


def test_a_path_that_says_it_goes():
    rows = changed_sources(batch("/x.md", "/the secret plan.md"), {"c"}, ["secret plan"])
    assert rows["path"].to_pylist() == ["/x.md"]
    assert changed_sources(batch("/secret plan"), set(), ["secret plan"]).num_rows == 0
