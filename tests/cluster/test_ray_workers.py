"""
Workers on Ray: the same to the byte as one process, and killed ones begun again.

With `-m cluster`, on a Ray of two processes that is started here, where Ray is installed.
"""

from __future__ import annotations

import os
import shutil
import sys
from datetime import UTC, datetime

import pytest

from memcli.cluster import ray_workers
from memcli.cluster.ray_workers import open_workers
from store import Store
from store.errors import ClusterFailed, InputNotFound
from tests.support.cluster_tasks import Squares
from tests.support.paths import QUESTIONS

NOW = "2031-06-01T00:00:00Z"


def test_without_ray_one_line_says_how_to_get_it(run, sample, monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)
    told = run("eval", QUESTIONS, "--on", "ray", "--store", sample, status=69).stderr
    assert told == "memcli: Ray is not installed (pip install 'memcli[ray]')\n"


def test_a_wrong_address_is_no_cluster(run, sample):
    told = run("reembed", "--encoder", "static-256", "--on", "dask", "--store", sample, status=2)
    assert "ray is this machine" in told.stderr


def test_no_statistics_of_usage_are_sent():
    assert ray_workers.SETTINGS["RAY_USAGE_STATS_ENABLED"] == "0"


@pytest.fixture(scope="module")
def workers():
    pytest.importorskip("ray")
    with open_workers("ray", cores=2) as opened:
        yield opened


@pytest.fixture
def snapshot(sample):
    return Store.open(sample).snapshot()


def rows(store, table="memories"):
    """Return all of a table, vectors too, as bytes: in the order in which it was written."""
    import pyarrow as pa

    sink = pa.BufferOutputStream()
    read = store.snapshot().read(table)
    read = read.combine_chunks().sort_by(
        [(n, "ascending") for n in ("id",) if n in read.column_names]
    )
    with pa.ipc.new_stream(sink, read.schema) as stream:
        stream.write_table(read.combine_chunks())
    return sink.getvalue().to_pybytes()


@pytest.mark.cluster
@pytest.mark.filterwarnings("ignore")
class TestOnTwoProcesses:
    def test_parts_come_in_order_from_both(self, workers, snapshot):
        made = list(workers.map(Squares(), snapshot, range(40)))
        assert [square for square, _ in made] == [n * n for n in range(40)]
        assert len({pid for _, pid in made} - {os.getpid()}) == workers.cores == 2

    def test_a_part_whose_worker_was_killed_is_begun_again(self, workers, snapshot, tmp_path):
        (marks := tmp_path / "marks").mkdir()
        task = Squares(str(marks), deaths=2)
        assert [s for s, _ in workers.map(task, snapshot, range(6))] == [0, 1, 4, 9, 16, 25]
        assert len(list(marks.iterdir())) == 2

    def test_one_that_kills_every_worker_is_told_in_a_line(self, workers, snapshot, tmp_path):
        (marks := tmp_path / "marks").mkdir()
        with pytest.raises(ClusterFailed, match="killed 4 times at the same part"):
            list(workers.map(Squares(str(marks), deaths=99), snapshot, [2]))
        assert len(list(marks.iterdir())) == 4

    def test_what_a_worker_expects_is_raised_here_and_a_bug_is_told(self, workers, snapshot):
        with pytest.raises(InputNotFound, match="no 2 here"):
            list(workers.map(Squares(fails="expected"), snapshot, [1, 2]))
        with pytest.raises(ClusterFailed, match=r"a worker failed: RuntimeError: .*a bug"):
            list(workers.map(Squares(fails="bug"), snapshot, [1, 2]))

    def test_extract_and_reembed_give_the_same_rows_ids_and_vectors(
        self, workers, sample, tmp_path, monkeypatch
    ):
        from memcli.extraction import parts
        from memcli.extraction.step import ExtractStep
        from memcli.memory import reembed
        from memcli.memory.encoders import load_encoder, store_encoder

        monkeypatch.setattr(parts, "TURNS_A_PART", 40)
        monkeypatch.setattr(reembed, "ROWS_A_PART", 100)
        other = shutil.copytree(sample, tmp_path / "other")
        for path, by in ((sample, None), (other, workers)):
            store = Store.open(path)
            encoder = store_encoder(store.head().encoder, store.layout)
            extract = ExtractStep(store, encoder, datetime(2031, 6, 1, tzinfo=UTC))
            extract.run(extract.pending(None, None), workers=by)
            extract.commit({})
            moved = reembed.ReembedStep(store, extract.now, load_encoder("minilm-l6-v2"))
            moved.run(workers=by)
            moved.commit({})
        here, there = Store.open(sample), Store.open(other)
        assert there.head().number == here.head().number == 4
        assert rows(here) == rows(there)
        assert rows(here, "archive") == rows(there, "archive")

    def test_eval_gives_the_same_figures(self, workers, snapshot):
        from memcli.commands.eval import read_judgments
        from memcli.memory.filters import Filters
        from memcli.search.evaluation import Judging, judged_here, judged_on

        questions = list(read_judgments(QUESTIONS))
        for system in ("memcli", "bm25"):
            task = Judging(system, (5, 10), Filters())
            told = (snapshot, task, questions, lambda n: None)
            pairs = zip(judged_here(*told).items(), judged_on(workers, *told).items(), strict=True)
            for (category, here), (other, there) in pairs:
                times = ("p50_ms", "p95_ms")
                assert category == other
                assert {k: v for k, v in here.items() if k not in times} == {
                    k: v for k, v in there.items() if k not in times
                }
