from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest

from memcli.memory.filters import Filters
from memcli.search import resident
from memcli.search.resident import SEARCHES_BEFORE_HOLDING, ResidentMemory
from store import Store
from store.encryption.opening import close_vaults
from tests.support.encrypting import own_key
from tests.support.talked_stores import grow, line


def test_the_state_the_encoder_and_what_is_held_stay_until_there_is_a_commit(sample):
    memory, asked = ResidentMemory(Store.open(sample)), ("who is allergic?", 5, Filters())
    memory.warm()
    first, encoder = memory.snapshot, memory.encoder()()
    assert memory.snapshot is first
    for _ in range(SEARCHES_BEFORE_HOLDING - 1):
        bare = memory.retriever.search(*asked)
    assert memory._holder is None
    retriever = memory.retriever
    memory._holder.join()
    assert first.held is not None
    assert retriever.search(*asked) == bare != []
    grow(Store.open(sample), [line("The gate code is with Ida.", "2031-01-01T00:00:00Z", "s/new")])
    assert memory.snapshot is not first
    assert memory.snapshot.count("memories", "session_id = 's/new' AND level = 0") == 1
    assert memory.encoder()() is encoder
    for _ in range(SEARCHES_BEFORE_HOLDING):
        second = memory.retriever.snapshot
    memory._holder.join()
    assert first.held is not second.held is not None


def test_a_store_that_is_encrypted_meanwhile_is_opened_anew(empty_store, run, tmp_path):
    with own_key(tmp_path):
        memory = ResidentMemory(Store.open(empty_store))
        assert memory.snapshot.count("memories") == 0
        run("encrypt", "--store", empty_store)
        close_vaults()  # as if another process had done that
        run("add", "Pears are ripe.", "--store", empty_store)
        assert memory.snapshot.count("memories") == 1
        assert memory.store.layout.vault is not None


def test_warming_reads_the_store_once(sample, monkeypatch):
    memory = ResidentMemory(Store.open(sample))
    read = []
    monkeypatch.setattr(memory, "_read", lambda kept=memory._read: read.append(1) or kept())
    memory.warm()
    memory.warm()
    assert memory.retriever.snapshot is memory.snapshot
    assert len(read) == 1


def test_who_asks_once_holds_nothing(sample):
    memory = ResidentMemory(Store.open(sample), is_asked_often=False)
    assert [memory.retriever for _ in range(SEARCHES_BEFORE_HOLDING + 1)]
    assert memory._holder is None


def test_a_present_that_was_given_stays(sample):
    then = datetime(2025, 3, 1, tzinfo=UTC)
    assert ResidentMemory(Store.open(sample), present=then).now == then
    assert ResidentMemory(Store.open(sample)).now > then


def test_what_is_done_beside_answers_is_done_in_its_order_and_its_faults_are_told(sample):
    memory, done = ResidentMemory(Store.open(sample)), []
    for number in range(3):
        memory.beside(lambda number=number: done.append(number))
    memory.settle()
    assert done == [0, 1, 2]
    memory.beside(lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        memory.settle()
    memory.settle()


@pytest.fixture
def counted(sample):
    """A memory, and what it wrote of the memories that were recalled, a list for each writing."""
    memory, written = ResidentMemory(Store.open(sample)), []
    memory.store.record_accesses = lambda rows: written.append(rows["query"].to_pylist())
    return memory, written


def test_what_is_recalled_within_seconds_is_written_at_once(counted):
    memory, written = counted
    memory.note_recalled([("a", 1), ("b", 2)], "one?")
    memory.note_recalled([("a", 1)], "two?")
    assert written == []
    memory.settle()
    assert written == [["one?", "one?", "two?"]]
    memory.settle()
    assert len(written) == 1


def test_what_is_recalled_is_written_by_itself_and_again(counted, monkeypatch):
    memory, written = counted
    monkeypatch.setattr(resident, "NOTED_AFTER_S", 0.01)
    for n in (1, 2):
        memory.note_recalled([("a", 1)], "who?")
        deadline = time.monotonic() + 20
        while len(written) < n and time.monotonic() < deadline:
            time.sleep(0.01)
    assert written == [["who?"], ["who?"]]
