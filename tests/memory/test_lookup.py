"""Memories by an id, the beginning of one, or a ref."""

from __future__ import annotations

import pytest

from memcli.memory.lookup import (
    find,
    find_all,
    links_of,
    neighbours,
    other_end,
    read_by_id,
    require_known,
)
from store import Store
from store.errors import BadUsage, InputNotFound

SPACE = "mara-and-jonas"


@pytest.fixture(scope="module")
def snapshot(linked_once):
    return Store.open(linked_once.path).snapshot()


@pytest.fixture(scope="module")
def turn(snapshot):
    (record,) = [record for record in find(snapshot, "mj/2:5") if record["level"] == 0]
    return record


def test_a_memory_is_found_by_id_prefix_and_ref_in_its_namespace(snapshot, turn):
    assert "hazelnut" in turn["text"]
    for name in (turn["id"], turn["id"].upper(), turn["id"][:10]):
        assert find(snapshot, name, SPACE) == [turn]
        assert find(snapshot, name, "elsewhere") == []


def test_a_ref_finds_the_turn_and_what_was_made_of_it(snapshot, turn):
    found = find(snapshot, "mj/2:5", SPACE)
    assert turn in found
    assert {record["ref"] for record in found} == {"mj/2:5"}
    assert find(snapshot, "MJ/2:5", SPACE) == []


def test_a_prefix_that_is_too_short_finds_nothing(snapshot, turn):
    assert find(snapshot, turn["id"][:3]) == []


def test_a_prefix_of_several_ids_is_refused_with_some_of_them(empty_store, run):
    line = '{"kind":"memory","v":1,"id":"ID","namespace":"n","type":"core","level":1,"text":"x",'
    line += '"recorded_at":"2026-01-01T00:00:00Z"}\n'
    ids = [f"aaaa{letter * 12}" for letter in "bcdefgh"]
    given = "".join(line.replace("ID", id_) for id_ in ids)
    run("ingest", "--store", empty_store, stdin=given)
    with pytest.raises(BadUsage, match=r"7 ids begin with 'aaaa': aaaabbbb.*, \.\.\."):
        find(Store.open(empty_store).snapshot(), "aaaa")


def test_all_are_found_each_once_or_the_missing_are_named(snapshot, turn):
    both = find_all(snapshot, ["mj/2:5", turn["id"]], None)
    assert both == find(snapshot, "mj/2:5")
    with pytest.raises(InputNotFound, match="no memory 'nobody', 'nothing'"):
        find_all(snapshot, ["mj/2:5", "nobody", "nothing"], None)


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
    first = next(record for record in find(snapshot, "mj/2:1") if record["level"] == 0)
    assert neighbours(snapshot, first)[0] is None
    assert neighbours(snapshot, {**turn, "level": 1}) == (None, None)


def test_memories_on_stdin_must_be_known(snapshot, turn):
    rows = require_known(snapshot, [turn["id"]], "ingest").to_pylist()
    assert rows == [{"id": turn["id"], "namespace": SPACE, "session_id": "mj/2"}]
    with pytest.raises(InputNotFound, match=r"1 of the memories .* memcli ingest first"):
        require_known(snapshot, [turn["id"], "nobody"], "ingest")
