"""Memories that sum up others: which are wanted, which took the place of which."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from memcli.consolidation.summaries.base import (
    SummaryDraft,
    SummaryStep,
    between_text,
    day_text,
    frequent_keywords,
    span,
)
from memcli.models.encoder import Encoder
from store import Store
from tests.support.talked_stores import grow, line, links

NOW = datetime(2031, 6, 1, tzinfo=UTC)
ENCODER = Encoder.load("static-256")


class TaleStep(SummaryStep):
    """A step that tells all statements of some turns in one."""

    command = "tell"
    level = 3
    kinds = {"tale": "tales"}  # noqa: RUF012

    def run(self, namespace=None, progress=None):
        raise AssertionError("told by hand")

    def tell(self, *groups):
        self.begin(None, "level = 1")
        drafts = [
            SummaryDraft("tale", "default", tuple(ids), tuple(ids), self.make) for ids in groups
        ]
        self.reconcile("default", "tale", drafts)
        self.finish()
        return self.commit({})

    @staticmethod
    def make(rows):
        times = [row["happened_at"] for row in rows]
        fixed = {"type": "episodic", "tags": ["of goats", "tale"], "keywords": None}
        return {**fixed, "text": " ".join(row["text"] for row in rows), "happened_at": max(times)}


@pytest.fixture
def store(empty_store):
    opened = Store.open(empty_store)
    said = ("I have two goats.", "My brother Juno plays the cello.", "I live in Ghent.")
    grow(opened, [line(text, f"2031-05-01T10:0{n}:00Z", "a") for n, text in enumerate(said)])
    return opened


@pytest.fixture
def ids(store):
    rows = store.snapshot().read("memories", ["id", "seq"], "level = 1").to_pylist()
    return [row["id"] for row in sorted(rows, key=lambda row: row["seq"])][:3]


def step_of(store):
    return TaleStep(store, ENCODER, NOW)


def tales(store):
    where = "level = 3 AND session_id IS NULL"
    rows = store.snapshot().read("memories", None, where).to_pylist()
    return {tuple(row["source_ids"]): row for row in rows}


def test_a_summary_is_of_its_parts_in_order_of_time_and_linked_both_ways(store, ids):
    step = step_of(store)
    step.tell(ids[:2][::-1])
    (row,) = tales(store).values()
    assert row["id"] == SummaryDraft("tale", "default", tuple(ids[:2][::-1]), (), None).id
    assert row["text"].index("goats") < row["text"].index("cello")
    assert row["tags"] == ["tale", "of goats"]
    assert any(row["vector"])
    assert {(row["id"], part) for part in ids[:2]} <= links(store, "summarizes")
    assert {(part, row["id"]) for part in ids[:2]} <= links(store, "part_of")
    assert step.plan.made == {"tale": 1}


def test_the_same_parts_change_nothing(store, ids):
    step_of(store).tell(ids[:2])
    assert step_of(store).begin(None, "level = 1") == []
    assert step_of(store).tell(ids[:2]) is None


def test_one_whose_parts_changed_says_what_took_its_place(store, ids):
    step_of(store).tell(ids[:2])
    step = step_of(store)
    step.tell(ids)
    found = tales(store)
    old, new = found[tuple(ids[:2])], found[tuple(ids)]
    assert (old["superseded_by"], new["superseded_by"]) == (new["id"], None)
    assert (new["id"], old["id"]) in links(store, "supersedes")
    assert step.plan.superseded == 1


def test_one_that_is_wanted_again_holds_again(store, ids):
    for parts in (ids[:2], ids, ids[:2]):
        step_of(store).tell(parts)
    found = tales(store)
    assert found[tuple(ids[:2])]["superseded_by"] is None
    assert found[tuple(ids)]["superseded_by"] == found[tuple(ids[:2])]["id"]


def test_what_no_summary_has_any_more_is_left_to_its_last_part(store, ids):
    step_of(store).tell(ids[:2])
    step_of(store).tell(ids[2:])
    found = tales(store)
    assert found[tuple(ids[:2])]["superseded_by"] == ids[1]


def test_keywords_that_come_first_stand_before_the_frequent_ones():
    rows = [{"keywords": ["kiln"]}, {"keywords": ["kiln", "clay"]}, {"keywords": None}]
    assert frequent_keywords(rows) == ["kiln", "clay"]
    assert frequent_keywords(rows, ("clay", "bowls")) == ["clay", "bowls", "kiln"]
    assert frequent_keywords([]) is None


def test_a_span_goes_from_the_first_start_to_the_last_end():
    later = NOW + timedelta(days=2)
    rows = [{"happened_at": later, "valid_from": NOW}, {"happened_at": None}]
    assert span(rows) == (NOW, later)
    assert span([{"happened_at": None}]) == (None, None)
    assert between_text(*span(rows)) == "1 June 2031 to 3 June 2031"
    assert day_text(NOW) == "1 June 2031"
