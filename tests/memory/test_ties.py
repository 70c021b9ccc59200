"""What memories are tied to, and their neighbourhood."""

from __future__ import annotations

import pytest

from memcli.memory.selection import select
from memcli.memory.ties import ORDER, Tie, graph_records, in_order, neighbourhood, read_ties
from store import Store


@pytest.fixture(scope="module")
def snapshot(linked_once):
    return Store.open(linked_once.path).snapshot()


def a_statement(snapshot):
    where = "relation = 'similar'"
    return snapshot.read("links", ["source_id"], where, limit=1)["source_id"][0].as_py()


def test_ties_say_what_why_and_of_which_kind(snapshot):
    id_ = a_statement(snapshot)
    ties = read_ties(snapshot, [id_])[id_]
    assert {"similar", "mentions", "derived_from"} & {tie.relation for tie in ties}
    assert all(tie.text and tie.reason for tie in ties if tie.relation == "similar")
    assert [ORDER.index(tie.relation) for tie in ties] == sorted(
        ORDER.index(tie.relation) for tie in ties
    )
    names = [tie for tie in ties if tie.is_name]
    assert all(tie.relation == "mentions" for tie in names)
    assert len({tie.other for tie in ties}) == len(ties)


def test_what_is_shown_already_and_of_another_namespace_is_left_out(snapshot):
    id_ = a_statement(snapshot)
    first = read_ties(snapshot, [id_])[id_][0]
    assert first.other not in {
        t.other for t in read_ties(snapshot, [id_], None, [first.other])[id_]
    }
    assert read_ties(snapshot, [id_], "nowhere") == {id_: []}


def test_one_end_is_tied_once_by_what_tells_most():
    a, b = (Tie("x", "y", name, 1.0, True, None, "said") for name in ("next", "contradicts"))
    assert in_order([a, b]) == [b]


def test_a_neighbourhood_walks_and_its_records_hold_together(snapshot):
    (root,) = select(snapshot, [a_statement(snapshot)], None)
    near, far = (neighbourhood(snapshot, [root], depth, 4) for depth in (1, 2))
    assert near.ids[0] == root["id"]
    assert 1 < len(near.ids) <= 5
    assert set(near.ids) < set(far.ids)
    records = graph_records(snapshot, far, None)
    nodes = {record["id"] for record in records if record["kind"] != "link"}
    assert nodes == set(far.ids)
    assert {"link", "memory"} <= {record["kind"] for record in records}
    ends = {r[end] for r in records if r["kind"] == "link" for end in ("source_id", "target_id")}
    assert ends <= nodes
