"""The nightly run: every step in turn until none has anything to do."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest

from memcli.config import Config, settings_of
from memcli.consolidation import nightly
from memcli.consolidation.nightly import (
    MAX_TRIES,
    STEPS,
    NightlyRun,
    chosen_steps,
    consolidate,
)
from memcli.jsonl import format_time
from memcli.memory.sessions import SessionKey, portions
from memcli.models.encoder import Encoder
from memcli.retention import decay
from store import Store
from store import compact as compacting
from store.errors import BadUsage, CommitConflict

NOW = datetime(2026, 1, 3, tzinfo=UTC)


def test_steps_are_done_in_their_order_whatever_the_user_says():
    assert chosen_steps("decay,extract") == ["extract", "decay"]
    with pytest.raises(BadUsage):
        chosen_steps("sleep")


def test_sessions_are_worked_on_in_portions_of_bounded_size():
    keys = [SessionKey("n", str(i), turns, turns) for i, turns in enumerate((3, 4, 9, 1, 1))]
    parts = [[key.turns for key in part] for part in portions(keys, lambda key: key.turns, 7)]
    assert parts == [[3, 4], [9], [1, 1]]
    assert list(portions([], lambda key: key.turns, 7)) == []


@pytest.fixture
def run_of(sample):
    store = Store.open(sample)
    return NightlyRun(store, Encoder.of_stamp(store.head().encoder), Config(), NOW)


def test_all_steps_have_what_makes_them(run_of):
    assert {"extract", "compact", *nightly.registry(run_of)} == set(STEPS)
    assert chosen_steps(None) == list(STEPS)


def test_each_step_that_changes_something_is_counted_and_a_commit(run_of):
    seen = []
    consolidate(run_of, ["extract", "link"], seen.append)
    assert seen == list(run_of.done) == ["extract", "link"]
    assert run_of.done["extract"]["turns"] == 290
    assert run_of.commits == [3, 4]
    assert run_of.store.head().arguments == {"by": "consolidate", "now": format_time(NOW)}
    consolidate(run_of, ["extract", "link"], seen.append)
    assert run_of.commits == [3, 4]


def test_without_time_nothing_is_begun(run_of):
    run_of.deadline = time.monotonic() - 1
    consolidate(run_of, STEPS, lambda step: None)
    assert (run_of.left, run_of.done) == (list(STEPS), {})


def test_a_step_is_tried_again_when_another_writer_came_first(run_of, monkeypatch):
    tries = []

    def taken(run, step):
        tries.append(step)
        if len(tries) < conflicts + 1:
            raise CommitConflict("busy")
        return {"n": len(tries)}

    monkeypatch.setattr(nightly, "_taken", taken)
    conflicts = 2
    consolidate(run_of, ["link"], lambda step: None)
    assert run_of.done == {"link": {"n": 3}}
    conflicts = 99
    with pytest.raises(CommitConflict):
        consolidate(run_of, ["link"], lambda step: None)
    assert len(tries) == 3 + MAX_TRIES


def test_statements_evolve_at_night_where_the_settings_say_so(run_of):
    assert not nightly.registry(run_of)["link"]()._evolve
    run_of.store.layout.config.write_text("[link]\nevolve = true\n")
    run_of.config = settings_of(run_of.store.layout)
    assert nightly.registry(run_of)["link"]()._evolve


def test_memories_are_weighed_once_and_files_left_alone_where_nothing_was_written(
    run_of, monkeypatch
):
    weighed = []
    weigh = decay.weighed_tables
    monkeypatch.setattr(decay, "weighed_tables", lambda *a: (weighed.append(1), weigh(*a))[1])
    consolidate(run_of, ["promote", "decay", "compact"], lambda step: None)
    assert (len(weighed), run_of.promoting) == (1, None)
    assert "compact" in run_of.done
    monkeypatch.setattr(compacting, "compact", lambda *given: pytest.fail("nothing was written"))
    consolidate(run_of, ["promote", "decay", "compact"], lambda step: None)
    assert len(weighed) == 1
    # Fewer commits are to be kept from now on.
    run_of.store.layout.config.write_text("[compact]\nkeep_commits = 1\n")
    run_of.config = settings_of(run_of.store.layout)
    with pytest.raises(pytest.fail.Exception):
        consolidate(run_of, ["compact"], lambda step: None)
