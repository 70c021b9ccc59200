"""Memories by an id, the beginning of one, or a ref."""

from __future__ import annotations

import pytest

from memcli.memory.lookup import (
    links_of,
    neighbours,
    other_end,
    read_by_id,
    require_known,
)
from memcli.memory.selection import select
from store import Store
from store.errors import InputNotFound

SPACE = "mara-and-jonas"


@pytest.fixture(scope="module")
def snapshot(linked_once):
    return Store.open(linked_once.path).snapshot()


@pytest.fixture(scope="module")
def turn(snapshot):
    (record,) = [record for record in select(snapshot, ["mj/2:5"], None) if record["level"] == 0]
    return record


def test_ids_that_there_are_not_are_passed_over(snapshot, turn):
    assert read_by_id(snapshot, [turn["id"], "nobody"], None) == {turn["id"]: turn}
    assert read_by_id(snapshot, [], None) == {}


def test_links_go_both_ways_and_stay_in_a_namespace(snapshot, turn):
    links = links_of(snapshot, turn["id"])
    assert {turn["id"] in (link["source_id"], link["target_id"]) for link in links} == {True}
    ends = {other_end(link, turn["id"]) for link in links}
    assert turn["id"] not in ends
    assert len(links_of(snapshot, turn["id"], SPACE)) == len(links) > 2
    assert links_of(snapshot, turn["id"], "elsewhere") == []


def test_neighbours_are_the_turns_before_and_after(snapshot, turn):
    before, after = neighbours(snapshot, turn)
    assert (before["seq"], after["seq"]) == (turn["seq"] - 1, turn["seq"] + 1)
    assert before["session_id"] == after["session_id"] == turn["session_id"]
    first = next(record for record in select(snapshot, ["mj/2:1"], None) if record["level"] == 0)
    assert neighbours(snapshot, first)[0] is None
    assert neighbours(snapshot, {**turn, "level": 1}) == (None, None)


def test_memories_on_stdin_must_be_known(snapshot, turn):
    rows = require_known(snapshot, [turn["id"]], "ingest").to_pylist()
    assert rows == [{"id": turn["id"], "namespace": SPACE, "session_id": "mj/2"}]
    with pytest.raises(InputNotFound, match=r"1 of the memories .* memcli ingest first"):
        require_known(snapshot, [turn["id"], "nobody"], "ingest")
