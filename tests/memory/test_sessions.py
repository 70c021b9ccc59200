"""Whole conversations out of a store."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from math import isnan

import pytest

from memcli.memory import sessions
from memcli.memory.sessions import (
    Session,
    SessionKey,
    as_utterance,
    pending_sessions,
    read_sessions,
)
from store import Store

NOON = datetime(2025, 3, 1, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def snapshot(sample_once):
    return Store.open(sample_once).snapshot()


def row(speaker, extra=None):
    turn = {"id": "a", "text": "Hi", "speaker": speaker, "happened_at": NOON, "extra": extra}
    return {**turn, "utc_offset": -90}


@pytest.mark.parametrize(
    ("speaker", "extra", "is_assistant"),
    [
        ("Mara", None, False),
        (" ChatGPT ", None, True),
        ("Mara", '{"role": "assistant"}', True),
        (None, '{"role": "user"}', False),
    ],
)
def test_an_assistant_is_told_by_role_or_name(speaker, extra, is_assistant):
    turn = as_utterance(row(speaker, extra))
    assert (turn.is_assistant, turn.utc_offset) == (is_assistant, -90)


def test_gaps_are_seconds_since_the_turn_before():
    times = [NOON, NOON + timedelta(minutes=2), None, NOON]
    gaps = Session(SessionKey("n", "s"), [{"happened_at": time} for time in times]).gaps_s()
    assert gaps[1] == 120
    assert [isnan(gap) for gap in gaps] == [True, False, True, True]


def test_sessions_without_segments_are_pending_in_order_of_time(snapshot, extracted_once):
    keys = pending_sessions(snapshot)
    assert len(keys) == 17
    assert [key.session_id for key in keys[:2]] == ["mj/1", "mj/2"]
    assert all(key.turns == key.pending for key in keys)
    assert sum(key.turns for key in keys) == 290
    assert pending_sessions(snapshot, "elsewhere") == []
    assert pending_sessions(Store.open(extracted_once.path).snapshot()) == []


@pytest.mark.parametrize("rows_at_once", [1, 20_000])
def test_sessions_are_read_whole_in_the_order_asked_for(snapshot, monkeypatch, rows_at_once):
    monkeypatch.setattr(sessions, "ROWS_AT_ONCE", rows_at_once)
    keys = pending_sessions(snapshot)[2::-1]
    found = list(read_sessions(snapshot, [*keys, SessionKey("n", "none")]))
    assert [session.key for session in found] == keys
    for session in found:
        assert len(session.rows) == session.key.turns == len(session.vectors)
        assert [row["seq"] for row in session.rows] == list(range(session.key.turns))
    assert found[0].utterances()[0].speaker in ("Mara", "Jonas")


def test_archived_turns_are_part_of_their_session(linked_store, run):
    where = "level = 0 AND session_id = 'mj/1'"
    rows = linked_store.snapshot().read("memories", ["id", "seq"], where).to_pylist()
    ids = [row["id"] for row in sorted(rows, key=lambda row: row["seq"])]
    run("forget", ids[3], "--store", linked_store.layout.root)
    (session,) = read_sessions(
        linked_store.snapshot(), [SessionKey("mara-and-jonas", "mj/1", len(ids))]
    )
    assert [row["id"] for row in session.rows] == ids
