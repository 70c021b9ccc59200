"""What is said twice anywhere in a store becomes one statement."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from memcli.consolidation.deduplication import DeduplicationStep
from memcli.memory.watermarks import Watermark
from memcli.models.encoder import Encoder
from store import Store
from tests.support.talked_stores import grow, line

NOW = datetime(2031, 6, 1, tzinfo=UTC)
ENCODER = Encoder.load("static-256")


@pytest.fixture
def store(empty_store):
    opened = Store.open(empty_store)
    said = "The bakery on the corner sells rye bread every Friday."
    grow(
        opened,
        [
            line(said, "2031-03-03T10:00:00Z", "a"),
            line("My brother Juno plays the cello.", "2031-03-03T10:01:00Z", "a"),
            line(said, "2031-05-03T10:00:00Z", "b"),
            line(said, "2031-05-04T10:00:00Z", "c", namespace="other"),
        ],
    )
    return opened


def step_of(store, namespace=None):
    step = DeduplicationStep(store, ENCODER, NOW)
    step.run(namespace)
    return step


def test_statements_that_say_the_same_are_one_with_all_sources(store):
    step = step_of(store)
    assert step.counts() == {"merged": 1}
    commit = step.commit({})
    assert commit.watermarks[Watermark.MERGE] == store.snapshot().total("level = 1")
    where = "level = 1 AND text LIKE '%bakery%' AND namespace = 'default'"
    rows = store.snapshot().read("memories", None, where).to_pylist()
    (old,) = [row for row in rows if row["superseded_by"]]
    (kept,) = [row for row in rows if not row["superseded_by"]]
    assert old["superseded_by"] == kept["id"]
    assert set(old["source_ids"]) <= set(kept["source_ids"])
    # The newer one stands; the older was never untrue.
    assert old["happened_at"] < kept["happened_at"]
    assert old["valid_to"] is None


def test_what_was_looked_at_together_is_done_until_much_has_come_in(store):
    assert not DeduplicationStep(store, ENCODER, NOW).is_done()
    step_of(store).commit({})
    again = step_of(store)
    assert again.is_done()
    assert (again.counts(), again.commit({})) == ({"merged": 0}, None)


def test_a_namespace_bounds_the_work_and_leaves_the_rest_to_do(store):
    step = step_of(store, "other")
    assert step.counts() == {"merged": 0}
    step.commit({})
    assert not DeduplicationStep(store, ENCODER, NOW).is_done()
    assert step_of(store).counts() == {"merged": 1}
