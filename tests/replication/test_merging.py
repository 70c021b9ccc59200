"""Merging what two stores have, by what is in their tables."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from memcli.algorithms.replication import Stamp
from memcli.memory.entities import evidence_of
from memcli.memory.entity_overrides import merge_named
from memcli.replication.merging import (
    changed_entities,
    changed_links,
    changed_memories,
    changed_stamps,
    changed_states,
    joined_verdicts,
)
from memcli.replication.parts import MEMORIES
from store import Store
from store.commits import QuestionVerdict
from tests.support.replicas import NAMES, _name_row

NOW = datetime(2030, 1, 1, tzinfo=UTC)
STAMP = Stamp(True, NOW, "other")


def snapshot_of(path):
    return Store.open(path).snapshot()


def row_of(snapshot):
    row = next(snapshot.rows(MEMORIES.columns))
    return {**row, "archived": False}


def test_what_is_the_same_changes_nothing_and_what_is_newer_does(sample_once):
    snapshot = snapshot_of(sample_once)
    row = row_of(snapshot)
    assert changed_memories(snapshot, [row], {}) == {}
    pinned = {**row, "pinned": True}
    stamps = {row["id"]: {"pinned": STAMP}}
    assert changed_memories(snapshot, [pinned], stamps) == {row["id"]: {"pinned": True}}
    assert changed_memories(snapshot, [{**row, "id": "not here", "pinned": True}], stamps) == {}
    assert [r["register"] for r in changed_stamps(snapshot, stamps)] == ["pinned"]


def test_a_state_is_new_or_that_of_the_later_hand(run, sample):
    snapshot = snapshot_of(sample)
    id_ = row_of(snapshot)["id"]
    hidden = {
        "id": id_, "state": "hidden", "retention": None, "stability_days": None, "n_accesses": 0,
        "last_access_at": None, "recorded_at": NOW,
    }  # fmt: skip
    assert changed_states(snapshot, [hidden, hidden], {}) == [hidden]
    run("hide", id_, "--store", sample, "--now", "2031-01-01T00:00:00Z")
    run("restore", id_, "--store", sample, "--now", "2031-02-01T00:00:00Z")
    snapshot = snapshot_of(sample)
    assert changed_states(snapshot, [hidden], {id_: {"state": STAMP}}) == []
    late = STAMP._replace(time=NOW + timedelta(days=900))
    assert changed_states(snapshot, [hidden], {id_: {"state": late}}) == [hidden]


def name_rows():
    more = {"aliases": None, "canonical_id": None, "evidence": None, "extra": None}
    return [{**more, **_name_row(name)} for name in NAMES]


def test_a_decision_on_a_name_is_taken_over_and_what_was_seen_of_it_is_not():
    known = name_rows()
    known[0]["evidence"] = '{"seen":{"count":3}}'
    other = name_rows()
    liz, elizabeth = other[0]["id"], other[1]["id"]
    merged = merge_named(other, ["Elizabeth", "Liz"], NOW)
    stamps = {row["id"]: {"entity": STAMP} for row in merged}
    after = {row["id"]: row for row in changed_entities(known, merged, {}, stamps)}
    assert after[liz]["canonical_id"] == elizabeth
    assert evidence_of(after[liz]) == {"by": "user", "reason": "merged", "seen": {"count": 3}}
    assert after[elizabeth]["aliases"] == ["Liz"]
    both = [after.get(row["id"], row) for row in known]
    assert changed_entities(both, merged, stamps, stamps) == []
    assert changed_entities(both, other, stamps, {}) == []


def test_links_are_new_or_written_later(linked_once):
    snapshot = snapshot_of(linked_once.path)
    row = next(snapshot.rows(None, "relation = 'mentions'", ["links"]))
    heavier = {**row, "weight": 0.25, "recorded_at": NOW}
    new = {**row, "target_id": "x"}
    assert changed_links(snapshot, [row, heavier, new]) == ([new], [heavier])
    assert changed_links(snapshot, [row]) == ([], [])


def test_the_newest_word_on_a_hit_counts_and_the_newest_words_are_kept():
    old = QuestionVerdict("q", "m", True, NOW)
    row = {"namespace": "n", "question": "q", "id": "m", "helped": False}
    later = {**row, "at": NOW + timedelta(days=1)}
    (kept,) = joined_verdicts({"n": [old]}, [later], 9)["n"]
    assert not kept.helped
    earlier = {**row, "at": NOW - timedelta(days=1)}
    assert joined_verdicts({"n": [old]}, [earlier], 9) == {"n": [old]}
    many = [{**later, "id": f"{n}"} for n in range(9)]
    assert len(joined_verdicts({"n": [old]}, many, 4)["n"]) == 4
