"""Noting what was recalled."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from memcli.search.access_log import begin_keeping, kept_question, record_accesses
from store import Store
from store.errors import StoreIOError

NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def store(empty_store):
    return Store.open(empty_store)


def test_ids_are_noted_with_rank_query_and_time(store):
    record_accesses(store, [("a", 1), ("b", 2)], "who?", NOW, last=False)
    rows = store.snapshot().read("accesses").to_pylist()
    assert [(row["id"], row["rank"], row["query"], row["accessed_at"]) for row in rows] == [
        ("a", 1, "who?", NOW),
        ("b", 2, "who?", NOW),
    ]
    assert store.head().number == 1


def test_a_store_that_may_only_be_read_is_still_a_store(store, monkeypatch):
    def refuse(rows):
        raise StoreIOError("read-only")

    monkeypatch.setattr(store, "record_accesses", refuse)
    record_accesses(store, [("a", 1)], "who?", NOW, last=False)
    assert store.snapshot().count("accesses") == 0


def test_stdout_is_closed_first_where_nothing_more_comes(store, monkeypatch):
    order = []
    monkeypatch.setattr("memcli.jsonl.close_stdout", lambda: order.append("closed"))
    monkeypatch.setattr(store, "record_accesses", lambda rows: order.append(rows.num_rows))
    record_accesses(store, [("a", 1)], "who?", NOW, last=True)
    record_accesses(store, [], "who?", NOW, last=False)
    assert order == ["closed", 1, 0]


def test_what_is_kept_of_a_question_is_the_same_whoever_began(monkeypatch):
    started = []
    monkeypatch.setattr("memcli.search.access_log.Thread", lambda **task: Started(task, started))
    begin_keeping("is the password hunter22 right?")
    assert started == [kept_question("is the password hunter22 right?")]
    assert "hunter22" not in started[0]


class Started:
    """A thread that runs at once, in its caller."""

    def __init__(self, task, results):
        self.task, self.results = task, results

    def start(self):
        self.results.append(self.task["target"](*self.task["args"]))
