"""Working: what a worker is sent, what it refuses, and that parts make the same as the whole."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from memcli.cluster.working import Failure, StatePlace, work
from memcli.extraction import parts
from memcli.extraction.step import ExtractStep
from memcli.memory import reembed
from memcli.memory.encoders import load_encoder, store_encoder
from store import Store
from store.errors import ClusterFailed, InputNotFound, StoreCorrupt
from tests.support.cluster_tasks import PickledWorkers, Squares

NOW = datetime(2031, 6, 1, tzinfo=UTC)


@pytest.fixture
def place(sample):
    return StatePlace.of(Store.open(sample).snapshot())


def test_a_worker_reads_the_commit_that_it_was_sent(run, sample, place):
    run("add", "later", "--store", sample)
    store, snapshot = place.open()
    assert snapshot.commit.number == place.commit == 2
    assert store.mode == "read"


def test_another_store_at_the_same_path_is_told(run, sample, place):
    shutil.rmtree(sample)
    run("init", "--store", sample)
    run("add", "of another store", "--store", sample)
    with pytest.raises(ClusterFailed, match="a worker sees another store"):
        place.open()
    shutil.rmtree(sample)
    with pytest.raises(ClusterFailed, match=r"a worker does not see .*all nodes"):
        place.open()


def test_another_memcli_is_told(place):
    with pytest.raises(ClusterFailed, match=r"a worker has memcli .*, this is 9.9"):
        replace(place, version="9.9").open()


def test_an_encrypted_store_stays_on_its_machine(sample):
    snapshot = Store.open(sample).snapshot()
    snapshot.layout = replace(snapshot.layout, vault=object())
    with pytest.raises(ClusterFailed, match="is encrypted"):
        StatePlace.of(snapshot)


def test_what_a_worker_expects_comes_back_as_it_was(place):
    assert work(place, Squares(), 3)[0] == 9
    made = work(place, Squares(fails="expected"), 2)
    assert made == Failure(InputNotFound, "no 2 here", "take another")
    assert str(made.raised()) == "no 2 here (take another)"
    assert isinstance(Failure(StoreCorrupt, "x", "").raised(), StoreCorrupt)
    with pytest.raises(RuntimeError):
        work(place, Squares(fails="bug"), 2)


def rows(store):
    return {row["id"]: row for row in store.snapshot().read("memories").to_pylist()}


def extracted(path, workers=None):
    store = Store.open(path)
    step = ExtractStep(store, store_encoder(store.head().encoder, store.layout), NOW)
    step.run(step.pending(None, None), workers=workers)
    step.commit({})
    return store, step


def talk(run, store, *more):
    """Say things in four sessions, of which one grew and one says what was purged before."""
    said = [
        f"I moved to {town} in May.|s{i}|Ida" for i, town in enumerate(("Ghent", "Lund", "Porto"))
    ]
    said += ["I keep two goats in the yard.|s1|Ida", "My cat is called Minka.|s3|Tor"]
    lines = []
    for minute, line in enumerate((*said, *more)):
        text, session, name = line.split("|")
        at = f"2031-05-01T10:{minute:02}:00Z"
        turn = {"content": text, "session_id": session, "name": name, "timestamp": at}
        lines.append(json.dumps(turn))
    return run("ingest", "--store", store, stdin="\n".join(lines)).records


def test_an_extraction_by_workers_is_as_one_here(run, empty_store, tmp_path, monkeypatch):
    monkeypatch.setattr(parts, "TURNS_A_PART", 2)
    first = talk(run, empty_store)
    extracted(empty_store)
    run("forget", first[-1]["id"], "--purge", "--store", empty_store)
    again = "I live in Bergen now.|s0|Ida", "The bus was late again. My cat is called Minka.|s4|Tor"
    talk(run, empty_store, *again)
    other = shutil.copytree(empty_store, tmp_path / "other")
    here, one = extracted(empty_store)
    there, many = extracted(other, PickledWorkers())
    assert rows(here) == rows(there)
    assert vars(one.tally) == vars(many.tally)
    assert one.tally.superseded
    assert one.barred.kept_back == many.barred.kept_back
    assert many.barred.kept_back


def test_vectors_by_workers_are_the_same_to_the_bit(sample, tmp_path, monkeypatch):
    monkeypatch.setattr(reembed, "ROWS_A_PART", 120)
    other = shutil.copytree(sample, tmp_path / "other")
    for path, workers in ((sample, None), (other, PickledWorkers())):
        step = reembed.ReembedStep(Store.open(path), NOW, load_encoder("static-256"))
        seen: list[int] = []
        step.run(seen.append, workers)
        step.commit({})
        assert seen == [120, 120, 50]
    assert rows(Store.open(sample)) == rows(Store.open(other))


def test_a_worker_with_another_encoder_is_told(sample, place):
    wanted = load_encoder("static-256").stamp()
    made = work(place, reembed.Encoding("minilm-l6-v2", wanted), reembed.Rows("memories", 0, 1))
    assert "another encoder under the name minilm-l6-v2" in made.what
