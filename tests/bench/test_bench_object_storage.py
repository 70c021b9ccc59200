"""What a store in a bucket asks for, and what a query of it costs beside one on the disk."""

from __future__ import annotations

import shutil
import statistics
import time
from pathlib import Path

import pytest

from tests.support.bucket import Bucket, machine

pytestmark = pytest.mark.bench
QUESTION = ("query", "where is the key box?", "-k", "3")
ROUNDS = 15
MAX_WARM = 3.0


@pytest.fixture
def url(run, bucket: Bucket, sample: Path, tmp_path: Path, monkeypatch) -> str:
    """The sample in a bucket."""
    for name, value in bucket.environment.items():
        monkeypatch.setenv(name, value)
    url = bucket.new_url()
    run("init", "--store", url, "--from", sample, env=machine(tmp_path / "maker"))
    bucket.asked.clear()
    return url


def test_how_many_requests_there_are(run, bucket: Bucket, url: str, tmp_path: Path, capsys) -> None:
    here = machine(tmp_path / "here")
    counts = {}
    for name, words in (
        ("cold query", QUESTION),
        ("warm query", QUESTION),
        ("add", ("add", "The van is at the harbour.")),
        ("add again", ("add", "The van is back.")),
        ("check", ("check",)),
    ):
        run(*words, "--store", url, env=here)
        counts[name] = len(bucket.requests())
    run("add", "The cat is called Admiral.", "--store", url, env=machine(tmp_path / "maker"))
    bucket.asked.clear()
    run(*QUESTION, "--store", url, env=here)
    counts["query after another's add"] = len(bucket.requests())
    with capsys.disabled():
        print("\n", counts)
    assert counts["warm query"] == 2
    assert counts["cold query"] < 60
    assert counts["add again"] <= 12


def test_a_warm_query_costs_at_most_three_times_one_on_the_disk(
    run, run_process, url: str, sample: Path, tmp_path: Path, capsys
) -> None:
    here, disk = machine(tmp_path / "here"), tmp_path / "disk"
    shutil.copytree(sample, disk)
    times: dict[str, list[float]] = {"cold": [], "warm": [], "disk": []}
    for n in range(ROUNDS):
        cold = machine(tmp_path / f"cold {n}")
        for name, store, env in (("cold", url, cold), ("warm", url, here), ("disk", disk, {})):
            begun = time.perf_counter()
            run_process(*QUESTION, "--store", store, env=env)
            times[name].append(time.perf_counter() - begun)
    medians = {name: statistics.median(found) for name, found in times.items()}
    ratios = {name: round(seconds / medians["disk"], 2) for name, seconds in medians.items()}
    with capsys.disabled():
        print("\n", {name: round(seconds, 3) for name, seconds in medians.items()}, ratios)
    assert ratios["warm"] <= MAX_WARM
