"""Which statement holds now in place of one that was replaced."""

from __future__ import annotations

from datetime import UTC, datetime

import pyarrow as pa
import pytest

from memcli.memory.holds import COLUMNS as HOLDS
from memcli.search.supersession import Supersession
from store import Store

JULY = datetime(2025, 7, 1, tzinfo=UTC)


@pytest.fixture
def snapshot(empty_store, run):
    """Somebody moved from Ghent to Lund to Porto, each said in a session of its own."""
    turns = "".join(
        f'{{"content": "I live in {town} now.", "name": "Ida", "session_id": "s{n}",'
        f' "namespace": "n", "timestamp": "2025-0{n}-01T10:00:00Z"}}\n'
        for n, town in enumerate(("Ghent", "Lund", "Porto"), 4)
    )
    run("ingest", "--store", empty_store, stdin=turns)
    run("extract", "--store", empty_store)
    return Store.open(empty_store).snapshot()


def successors(snapshot, query, moment=JULY, where=None):
    rows = snapshot.read("memories", ("_rowid", "value", *HOLDS), "level = 1")
    values = dict(zip(rows["_rowid"].to_pylist(), rows["value"].to_pylist(), strict=True))
    found = Supersession(snapshot, "memories", where, moment).successors(query, rows)
    return {values[row]: place for row, place in found.items()}


def test_the_last_of_a_chain_holds_in_place_of_all_before(snapshot):
    assert successors(snapshot, "Where does Ida live?") == {
        "Ghent": ("n", "s6", 0),
        "Lund": ("n", "s6", 0),
    }


def test_a_question_about_what_was_replaced_is_about_the_past(snapshot):
    assert successors(snapshot, "How long did Ida live in Ghent?").keys() == {"Lund"}


def test_what_was_said_later_than_is_asked_for_replaces_nothing(snapshot):
    then = datetime(2025, 5, 15, tzinfo=UTC)
    assert successors(snapshot, "Where?", moment=then) == {"Ghent": ("n", "s5", 0)}


def test_successors_meet_the_conditions_of_the_search(snapshot):
    assert successors(snapshot, "Where?", where="namespace = 'other'") == {}


def test_without_statements_there_is_nothing_to_follow(snapshot):
    rows = snapshot.read("memories", ("_rowid", "value", *HOLDS), "level = 0")
    assert isinstance(rows, pa.Table)
    assert Supersession(snapshot, "memories", None, JULY).successors("Where?", rows) == {}
