"""What has to go with a memory that is removed for good, and what is to be made anew."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from memcli.consolidation.linking import LinkStep
from memcli.models.encoder import Encoder
from memcli.retention.purge.plan import plan_purge
from store import Store
from tests.support.talked_stores import grow, line

NOW = datetime(2031, 6, 1, tzinfo=UTC)
SAID = (
    "I keep two goats in the yard.",
    "My cousin Ottilie moved to Tihany in 2020.",
    "I am allergic to walnuts.",
)


@pytest.fixture
def snapshot(empty_store):
    store = Store.open(empty_store)
    grow(store, [line(text, f"2031-05-01T10:0{n}:00Z", "a") for n, text in enumerate(SAID)])
    grow(store, [line("It rained in Delft.", "2031-05-02T10:00:00Z", "b")])
    step = LinkStep(store, Encoder.load("static-256"), NOW)
    step.link(step.pending(None, None))
    step.commit({})
    return store.snapshot()


def ids(snapshot, where):
    return set(snapshot.read("memories", ["id"], where)["id"].to_pylist())


def test_statements_segments_and_summaries_of_a_turn_go_with_it(snapshot):
    (turn,) = ids(snapshot, "level = 0 AND text LIKE '%Ottilie%'")
    plan = plan_purge(snapshot, [turn])
    assert plan.named == {turn}
    made = ids(snapshot, f"level = 1 AND array_has(source_ids, '{turn}')")
    above = ids(snapshot, "level IN (2, 3) AND session_id = 'a'")
    assert made | above <= plan.gone
    assert plan.statements >= made
    assert plan.sessions == {("default", "a")}
    assert plan.places == {("default", "a"): [1]}


def test_other_sessions_and_turns_stay(snapshot):
    (turn,) = ids(snapshot, "level = 0 AND text LIKE '%Ottilie%'")
    plan = plan_purge(snapshot, [turn])
    assert plan.gone.isdisjoint(ids(snapshot, "session_id = 'b'"))
    assert plan.gone & ids(snapshot, "level = 0") == {turn}


def test_what_must_not_be_found_is_what_was_said_and_stated(snapshot):
    (turn,) = ids(snapshot, "level = 0 AND text LIKE '%Ottilie%'")
    plan = plan_purge(snapshot, [turn])
    assert SAID[1] in plan.texts
    assert all("goats" not in text for text in plan.texts)


def test_segments_of_what_is_left_are_made_anew(snapshot):
    (turn,) = ids(snapshot, "level = 0 AND text LIKE '%Ottilie%'")
    plan = plan_purge(snapshot, [turn])
    assert plan.anew == plan.gone - plan.named - plan.statements
    assert ids(snapshot, "level IN (2, 3) AND session_id = 'a'") <= plan.anew


def test_what_only_it_states_is_to_stay_gone_with_what_sums_it_up(snapshot):
    (turn,) = ids(snapshot, "level = 0 AND text LIKE '%Ottilie%'")
    plan = plan_purge(snapshot, [turn])
    made = snapshot.rows(["id", "source_ids"], "level = 1")
    own = {row["id"] for row in made if row["source_ids"][0] == turn}
    assert own
    assert plan.said == {turn, *own}
    holding = ids(snapshot, f"level = 2 AND array_has(source_ids, '{turn}')")
    others = ids(snapshot, "level = 2") - holding
    assert plan.parts >= plan.said | holding | ids(snapshot, "level = 3 AND session_id = 'a'")
    assert plan.parts.isdisjoint(others)


def test_what_others_that_stay_said_again_is_not_to_stay_gone(empty_store):
    store = Store.open(empty_store)
    for day in (1, 2, 3):
        told = line("I am allergic to walnuts.", f"2031-05-0{day}T10:00:00Z", f"s{day}")
        grow(store, [told])
    snapshot = store.snapshot()
    fact = next(snapshot.rows(["id", "source_ids"], "level = 1 AND value = 'walnuts'"))
    assert len(fact["source_ids"]) == 3
    for gone in (fact["source_ids"][:1], fact["source_ids"][2:]):
        plan = plan_purge(snapshot, gone)
        assert fact["id"] in plan.gone - plan.said
    assert fact["id"] in plan_purge(snapshot, fact["source_ids"]).said


def test_a_statement_alone_takes_no_turn_along(snapshot):
    statement = min(ids(snapshot, "level = 1 AND text LIKE '%walnuts%'"))
    plan = plan_purge(snapshot, [statement])
    assert plan.gone.isdisjoint(ids(snapshot, "level = 0"))
    assert plan.places == {}
