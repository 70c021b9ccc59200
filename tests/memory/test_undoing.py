"""Undo that other stores hear of."""

from __future__ import annotations

import pytest

from memcli.memory.undoing import undo
from memcli.models.encoder import Encoder
from store.errors import InputNotFound
from tests.support.replicas import Replica


@pytest.fixture
def two(tmp_path):
    stamp = Encoder.load("static-256").stamp()
    return [Replica(tmp_path / name, stamp) for name in ("a", "b")]


def pinned(replica):
    return [row["pinned"] for row in replica.store.snapshot().rows(["pinned"])]


def both_pull(one, other):
    for _ in range(2):
        one.pull(other)
        other.pull(one)


def test_a_change_that_was_undone_is_undone_in_the_other_store_too(two):
    one, other = two
    one.add(1)
    both_pull(one, other)
    one.change("pin", 0)
    other.pull(one)
    assert pinned(other) == [True]
    undo(one.store, one.now)
    assert pinned(one) == [None]
    both_pull(one, other)
    assert (pinned(one), pinned(other)) == ([None], [None])
    assert one.content() == other.content()


def test_done_again_it_holds_again(two):
    one, other = two
    one.add(1)
    one.change("pin", 0)
    head = one.store.head().number
    undo(one.store, one.now)
    undo(one.store, one.now, to=str(head))
    both_pull(other, one)
    assert (pinned(one), pinned(other)) == ([True], [True])


def test_a_row_that_was_added_and_undone_goes_in_the_other_store(two):
    one, other = two
    one.change_row("row", 2)
    one.change_row("row", 4)
    other.pull(one)
    assert len(other.own_rows()["costs"]) == 2
    undo(one.store, one.now)
    other.pull(one)
    assert other.own_rows() == one.own_rows()
    assert [row["left"] for row in one.own_rows()["costs"]] == [2]


def test_a_pull_is_undone_here_only_and_comes_again(two):
    one, other = two
    one.add(1)
    other.pull(one)
    one.change("pin", 0)
    other.pull(one)
    undo(other.store, other.now)
    assert pinned(other) == [None]
    other.pull(one)
    assert (pinned(one), pinned(other)) == ([True], [True])


def test_with_nothing_to_undo_nothing_is_written(two):
    with pytest.raises(InputNotFound, match="nothing to undo"):
        undo(two[0].store, two[0].now)
    assert two[0].store.head().number == 1
