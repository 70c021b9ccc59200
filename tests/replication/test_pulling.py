"""What a pull takes over, and that one which was killed is done when it is run again."""

from __future__ import annotations

import shutil

import pytest

from store.transaction import Transaction
from tests.support.replicas import Replica

DERIVED = "SELECT id, level, text FROM memories WHERE superseded_by IS NULL ORDER BY id"


@pytest.fixture
def pair(stamp, tmp_path):
    """Two stores, the first with three notes."""
    one, other = (Replica(tmp_path / f"{n}", stamp, n) for n in range(2))
    for number in range(3):
        one.add(number)
    return one, other


def test_a_pull_that_is_killed_is_done_when_it_is_run_again(pair, monkeypatch):
    one, other = pair
    head = other.store.head().number

    def die(self, now=None):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Transaction, "publish", die)
        with pytest.raises(KeyboardInterrupt):
            other.pull(one)
    assert (other.store.head().number, other.ids()) == (head, [])
    other.pull(one)
    assert other.content() == one.content()
    assert other.problems() == []


def test_what_others_wrote_meanwhile_is_merged_and_not_doubled(pair, tmp_path):
    one, other = pair
    twin = shutil.copytree(other.store.layout.root, tmp_path / "twin")
    from memcli.replication.graves import read_graves
    from memcli.replication.pulling import PullStep
    from memcli.replication.sources import StoreSource
    from store import Store

    store = Store.open(twin)
    with StoreSource(str(one.store.layout.root)).open((), None, tmp_path) as bundle:
        graves = read_graves(store.snapshot(), bundle)
        steps = [PullStep(store, one.encoder, bundle, graves, one.now) for _ in range(2)]
        for step in steps:
            step.prepare()
        for step in steps:
            step.commit({})
    assert store.snapshot().total("true") == 3
    assert [step.tally.memories for step in steps] == [3, 0]


def test_the_later_word_counts_whatever_the_clocks_say(pair):
    one, slow = pair
    slow.pull(one)
    id_ = one.chosen(0)
    one.change("hide", 0)
    slow.pull(one)
    assert slow.content()["states"][id_] == "hidden"
    slow.change("restore", 0)  # its clock is two days behind
    one.pull(slow)
    assert one.content()["states"][id_] == "active"


def test_a_correction_ends_the_same_memory_in_the_other_store(pair):
    one, other = pair
    other.pull(one)
    id_ = one.chosen(0)
    other.add(5, replaces=[id_])
    one.pull(other)
    (by,) = {row["superseded_by"] for row in one.content()["memories"].values()} - {None}
    assert by in other.ids()
    assert one.content() == other.content()


def test_sessions_that_met_are_summed_up_anew_and_the_same(run, tmp_path):
    lines = [
        '{"content": "I live in Leiden. My cat is called Minka.", "name": "Ida",'
        ' "timestamp": "2026-01-05T09:00:00Z", "session_id": "s"}\n',
        '{"content": "I work at the harbour. I like tea.", "name": "Teun",'
        ' "timestamp": "2026-01-05T08:00:00Z", "session_id": "s"}\n',
    ]
    stores = [tmp_path / "a", tmp_path / "b"]
    for store, line in zip(stores, lines, strict=True):
        run("init", "--store", store)
        run("ingest", "-", "--store", store, stdin=line)
        run("extract", "--store", store)
    for store, other in (stores, stores[::-1]):
        run("pull", other, "--store", store)
    for store in stores:
        run("extract", "--store", store, "--now", "2026-02-01T00:00:00Z")
        assert run("check", "--store", store).records == []
        levels = [r["level"] for r in run("sql", DERIVED, "--store", store).records]
        assert levels.count(3) == 1
        assert run("extract", "--store", store).stdout == ""
    one, other = (run("sql", DERIVED, "--store", store).records for store in stores)
    assert one == other
