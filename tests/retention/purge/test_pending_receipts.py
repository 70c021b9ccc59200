"""A receipt is there after a purge, wherever that was killed."""

from __future__ import annotations

import json
import shutil

import pytest

from memcli.retention.purge import pending_receipts
from memcli.retention.purge.pending_receipts import begun_receipt, finished_receipt, read_pending
from memcli.retention.purge.plan import plan_purge
from memcli.retention.purge.purging import PurgeStep
from memcli.retention.purge.receipts import check_receipt
from store import Store
from store.errors import StoreCorrupt, StoreExists, StoreIOError
from tests.support.program import run_here
from tests.support.talked_stores import grow, line

SECRET = "My cousin Ottilie moved to Tihany in 2020."
SAID = ("I keep two goats in the yard.", SECRET)


class Killed(BaseException):
    """What nothing catches."""


@pytest.fixture(scope="module")
def grown(empty_once, tmp_path_factory):
    folder = tmp_path_factory.mktemp("begun") / "store"
    store = Store.open(shutil.copytree(empty_once, folder))
    grow(store, [line(text, f"2031-05-01T10:0{n}:00Z", "a") for n, text in enumerate(SAID)])
    return folder


@pytest.fixture
def store(grown, tmp_path):
    return Store.open(shutil.copytree(grown, tmp_path / "store"))


@pytest.fixture
def path(tmp_path):
    return tmp_path / "receipt.json"


def turn_of(store):
    (row,) = store.snapshot().rows(["id"], "level = 0 AND text LIKE '%Ottilie%'")
    return row["id"]


def purge(store):
    snapshot = store.snapshot()
    step = PurgeStep(store, snapshot, plan_purge(snapshot, [turn_of(store)]), snapshot.commit.time)
    return step.commit({"purge": True})


def killed_after(store, path, work):
    def run_and_die():
        with begun_receipt(path, store):
            work(store)
            raise Killed

    with pytest.raises(Killed):
        run_and_die()


def test_killed_before_the_receipt_it_is_finished_by_the_check(store, path):
    killed_after(store, path, purge)
    record = finished_receipt(path, store)
    assert "pending" not in record
    assert record["hashes"]["content"]
    assert record["removed"]["memories"] >= 1
    assert list(check_receipt(store, record)) == []
    assert read_pending(path, store) is None


def test_killed_before_the_receipt_it_is_finished_by_the_same_command(store, path):
    gone = turn_of(store)
    killed_after(store, path, purge)
    asked = ("forget", "--purge", gone, "--receipt", path, "--store", store.layout.root)
    done = run_here(*asked)
    assert "without a search for the words" in done.stderr
    assert "holds" in run_here("check", "--receipt", path, "--store", store.layout.root).stderr


def test_killed_before_the_purge_it_says_so_and_the_purge_takes_it_over(store, path):
    killed_after(store, path, lambda _: None)
    with pytest.raises(StoreCorrupt, match="was not done"):
        finished_receipt(path, store)
    root = store.layout.root
    assert run_here("check", "--receipt", path, "--store", root, status=65)
    run_here("forget", "--purge", turn_of(store), "--receipt", path, "--store", root)
    assert json.loads(path.read_text())["scan"]["found"] == 0
    run_here("check", "--receipt", path, "--store", root)


def test_of_a_purge_that_is_to_be_finished_it_says_how(store, path, monkeypatch):
    killed_after(store, path, purge)
    monkeypatch.setattr(pending_receipts, "unfinished_purge", lambda store: store.head())
    with pytest.raises(StoreCorrupt, match="cut short"):
        finished_receipt(path, store)


def test_a_purge_that_fails_leaves_none(store, path):
    with pytest.raises(StoreIOError), begun_receipt(path, store):
        raise StoreIOError("the disk is full", "free some space")
    assert not path.exists()


def test_one_that_waits_for_a_purge_is_not_written_over_by_another(store, path):
    killed_after(store, path, purge)
    root = store.layout.root
    (other,) = (row["id"] for row in store.snapshot().rows(["id"], "level = 0"))
    again = run_here("forget", "--purge", other, "--receipt", path, "--store", root, status=73)
    assert "was begun for the purge of commit" in again.stderr


def test_one_that_others_signed_or_made_up_is_not_taken_for_it(store, path):
    path.write_text('{"kind": "receipt", "pending": true}')
    assert read_pending(path, store) is None
    with pytest.raises(StoreExists), begun_receipt(path, store):
        pass
