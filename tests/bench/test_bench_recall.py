"""Recall on annotated conversations beside the checkout; skipped where they are not."""

import json

import pytest
from bench_support import SHARED, memcli

pytestmark = pytest.mark.bench

# What `--level 0` without a language model must reach, by data set and measure.
FLOORS = {
    "locomo-dev": {"recall@5": 0.60, "recall@10": 0.69},
    "realmem-dev": {"recall@10": 0.71},
    "lihua": {"recall@5": 0.83},
}


@pytest.mark.parametrize("encoder", ["static-256", "minilm-l6-v2"])
@pytest.mark.parametrize("data", FLOORS)
def test_recall_reaches_its_floor(report, tmp_path, data, encoder):
    if not (SHARED / data).is_dir():
        pytest.skip(f"{data} is not beside this checkout")
    store = tmp_path / "store"
    memcli("init", "--store", store, "--encoder", encoder)
    memcli("ingest", SHARED / data / "messages.jsonl", "--store", store)
    judgments = SHARED / data / "judgments.jsonl"
    options = ("--level", 0, "-k", "5,10", "--baseline", "bm25", "--baseline", "dense")
    lines = memcli("eval", judgments, *options, "--store", store).splitlines()
    rows = [json.loads(line)["counts"] for line in lines]
    overall = {row["system"]: row for row in rows if row["category"] == "all"}
    for system, row in overall.items():
        report(
            f"{data} {encoder} {system}: recall@5 {row['recall@5']:.3f} @10 "
            f"{row['recall@10']:.3f} p50 {row['p50_ms']:.0f} ms"
        )
    for measure, floor in FLOORS[data].items():
        assert overall["memcli"][measure] >= floor
