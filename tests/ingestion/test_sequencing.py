"""New turns have places behind those of their sessions, however many sessions there are."""

from __future__ import annotations

from datetime import UTC, datetime

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from memcli.ingestion.sequencing import Sequencer, SessionEnds, next_links
from memcli.memory.sessions import SessionEnd
from schemas import tables

NOON = datetime(2025, 3, 1, 12, tzinfo=UTC)
FIELDS = ("id", "namespace", "session_id", "level", "seq")
SCHEMA = pa.schema([tables.memories(8).field(name) for name in FIELDS])
SIZES = (1, 3, 100)


def batch(*turns):
    """Return turns, each with its session and id, and a place if it states one."""
    rows = [
        dict(zip(FIELDS, (id_, "default", session, 0, *place, None), strict=False))
        for session, id_, *place in turns
    ]
    return pa.RecordBatch.from_pylist(rows, SCHEMA)


def test_places_go_on_where_the_store_left_off(tmp_path):
    asked = []

    def load(keys):
        asked.extend(keys)
        return {("default", "s"): SessionEnd(5, "last")}

    sequencer = Sequencer(SessionEnds(tmp_path, load))
    placed, pairs = sequencer.place(batch(("s", "1"), ("t", "2"), ("s", "3")))
    assert placed["seq"].to_pylist() == [5, 0, 6]
    assert pairs == [("last", "1"), ("1", "3")]
    again, pairs = sequencer.place(batch(("t", "4")))
    assert again["seq"].to_pylist() == [1]
    assert pairs == [("2", "4")]
    assert asked == [("default", "s"), ("default", "t")]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(st.lists(st.lists(st.sampled_from("stuvw"), max_size=5), max_size=9))
def test_places_are_the_same_whatever_is_in_memory(tmp_path, batches):
    said = iter(range(99))
    parts = [batch(*((session, str(next(said))) for session in some)) for some in batches]
    found, asked = [], []
    for size in SIZES:
        sequencer = Sequencer(SessionEnds(tmp_path, lambda keys: asked.extend(keys) or {}, size))
        placed = [sequencer.place(part) for part in parts]
        found.append([(rows["seq"].to_pylist(), pairs) for rows, pairs in placed])
    assert found[0] == found[1] == found[2]
    assert len(asked) == len(SIZES) * len({session for some in batches for session in some})


@pytest.mark.parametrize("size", SIZES)
def test_a_stated_place_stays_and_what_follows_comes_behind_it(tmp_path, size):
    sequencer = Sequencer(SessionEnds(tmp_path, lambda keys: {}, size))
    placed, pairs = sequencer.place(batch(("s", "1", 7), ("t", "2"), ("u", "3"), ("s", "4")))
    assert placed["seq"].to_pylist() == [7, 0, 0, 8]
    assert pairs == [("1", "4")]
    assert sequencer.stated == {("default", "s")}


def test_links_lead_to_the_next():
    (row,) = next_links([("a", "b")], tables.links(), NOON).to_pylist()
    assert (row["source_id"], row["target_id"], row["relation"]) == ("a", "b", "next")
    assert (row["weight"], row["reason"]) == (1.0, None)
