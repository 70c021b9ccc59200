"""What differs from what is kept of memories, weighed some at a time."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from memcli.config import DecayConfig
from memcli.memory.states import State, set_state
from memcli.retention import anchor_columns
from memcli.retention.anchors import DecaySettings
from memcli.retention.state_changes import AT_HAND, Weighed, weighed_tables
from store import Store

SAID = "level = 1 AND attribute IS NULL AND array_length(source_ids) = 1"
LATER = datetime(2031, 1, 1, tzinfo=UTC)


def changes(store: Store) -> tuple[dict, int]:
    settings = DecaySettings.of(DecayConfig(clock="days"))
    weighed = Weighed.of(weighed_tables(store.snapshot(), LATER, settings))
    of = weighed.changed
    names = ("ids", "before", "after", "retention", "importance", "levels", "moves")
    rows = zip(*(getattr(of, name).tolist() for name in names), strict=True)
    return {id_: row for id_, *row in rows}, weighed.counted(None)


def test_however_many_are_weighed_at_a_time_the_states_are_the_same(extracted_once, monkeypatch):
    store = Store.open(extracted_once.path)
    whole, n = changes(store)
    assert n == sum(store.snapshot().count(name) for name in ("memories", "archive"))
    assert {State(row[1]) for row in whole.values()} == {State.dormant, State.archived}
    assert {row[4] for row in whole.values()} == {0, 1, 2, 3}
    monkeypatch.setattr(anchor_columns, "ROWS_A_BATCH", 7)
    assert changes(store) == (whole, n)


def test_what_is_hidden_does_not_move_and_stays_for_nothing_that_was_made_of_it(
    extracted_once, tmp_path
):
    store = Store.open(Path(shutil.copytree(extracted_once.path, tmp_path / "store")))
    before, _ = changes(store)
    (made,) = store.snapshot().read("memories", ["id", "source_ids"], SAID, 1).to_pylist()
    with store.transaction("test") as transaction:
        set_state(transaction, made["source_ids"], State.hidden, LATER - timedelta(days=9))
        transaction.publish()
    after, _ = changes(store)
    assert made["source_ids"][0] not in after
    assert after[made["id"]][3] == pytest.approx(before[made["id"]][3] / AT_HAND[1])
